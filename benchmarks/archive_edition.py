"""Measure the complete archive of an edition: bytes per second beside the disk's, memory, time to the first byte (A8).

    python benchmarks/archive_edition.py [--gb 4] [--file-mb 4] [--schools 250]

Fills a database and a media folder of its own (DATABASE_URL's engine) with real bytes, reads the files plainly as the
disk's measure, then streams the archive as the download view does. Each time the files are dropped from the system's
memory first (``posix_fadvise``), so that both read the disk. The bytes of the archive are thrown away.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks.archive import DAYS, rss  # noqa: E402
from benchmarks.board import fill_tree, in_batches  # noqa: E402
from skillweek.archive.exporting import open_export, zip_chunks  # noqa: E402
from skillweek.editions.models import Edition  # noqa: E402
from skillweek.organisations.models import Kind, Organisation, User  # noqa: E402
from skillweek.reports.models import DailyReport, ReportItem  # noqa: E402
from skillweek.uploads.models import StoredFile  # noqa: E402
from tests.reports.review.make import make_edition  # noqa: E402

CHUNK = 1024 * 1024


def fill(media: Path, files: int, size: int, schools: int) -> Edition:
    """``files`` photos of ``size`` random bytes in the accepted reports of ``schools`` and seven days; closed."""
    edition = make_edition(ends_on=DAYS[-1].isoformat())
    fill_tree(schools)
    ids = list(Organisation.objects.filter(kind=Kind.SCHOOL).values_list("pk", flat=True))
    fields = {"edition": edition, "state": "accepted"}
    in_batches((DailyReport(organisation_id=school, day=day, **fields) for day in DAYS for school in ids), DailyReport)
    made = list(DailyReport.objects.values_list("pk", "organisation_id"))
    (media / "files").mkdir(parents=True)

    def stored() -> Iterator[StoredFile]:
        for number in range(files):
            data = os.urandom(size)
            (media / "files" / str(number)).write_bytes(data)
            yield StoredFile(
                id=uuid.UUID(int=number + 1), edition=edition, organisation_id=made[number % len(made)][1],
                kind="photo", name=f"照片{number}.jpg", size=size, sha256=hashlib.sha256(data).hexdigest(),
                key=f"files/{number}", state="ready",
            )  # fmt: skip

    in_batches(stored(), StoredFile)
    items = (
        ReportItem(
            report_id=made[number % len(made)][0], kind="photo", position=number, caption=f"第{number}张照片的说明",
            file_id=uuid.UUID(int=number + 1),
        )
        for number in range(files)
    )  # fmt: skip
    in_batches(items, ReportItem)
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    edition.refresh_from_db()
    os.sync()
    return edition


def forget(media: Path) -> None:
    """Drop the files from the system's memory."""
    for path in (media / "files").iterdir():
        handle = os.open(path, os.O_RDONLY)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


def disk(media: Path) -> float:
    """MB per second when the same files are only read, in the order of their digests as the archive reads them."""
    forget(media)
    keys = list(StoredFile.objects.order_by("sha256").values_list("key", flat=True))
    total, began = 0, time.perf_counter()
    for key in keys:
        with (media / key).open("rb", buffering=0) as stream:
            while part := stream.read(CHUNK):
                total += len(part)
    return total / 1e6 / (time.perf_counter() - began)


def archive(media: Path, edition: Edition) -> tuple[float, float, float, float, float]:
    """(MB per second, MB per second of processor time, first byte in s, seconds, MiB) of the archive."""
    forget(media)
    user = User.objects.create_user(email=f"{uuid.uuid4()}@example.org", password="x")
    sent = mark = 0
    first, highest = 0.0, rss()
    began, worked = time.perf_counter(), time.process_time()
    for part in zip_chunks(open_export(edition, by=user)):
        first = first or time.perf_counter() - began
        sent += len(part)
        if sent >= mark:
            highest = max(highest, rss())
            mark += 50_000_000
    seconds = time.perf_counter() - began
    return sent / 1e6 / seconds, sent / 1e6 / (time.process_time() - worked), first, seconds, highest


def main() -> None:
    """Fill, measure three times in turn, clean up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gb", type=float, default=4)
    parser.add_argument("--file-mb", type=float, default=4)
    parser.add_argument("--schools", type=int, default=250)
    options = parser.parse_args()
    logging.disable(logging.INFO)
    size = int(options.file_mb * 1e6)
    with tempfile.TemporaryDirectory(prefix="skillweek-archive-", dir=os.environ.get("BENCH_DIR")) as folder:
        media = Path(folder, "media")
        settings.MEDIA_ROOT, settings.SPOOL_ROOT = str(media), str(Path(folder, "spool"))
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            edition = fill(media, int(options.gb * 1e9 / size), size, options.schools)
            print(f"{StoredFile.objects.count()} files, {options.gb} GB, {connection.vendor}; memory {rss():.0f} MiB\n")
            print("| disk MB/s | archive MB/s | share | MB per processor s | first byte, s | seconds | memory, MiB |")
            print("|---|---|---|---|---|---|---|")
            for _round in range(3):
                plain = disk(media)
                speed, alone, first, seconds, highest = archive(media, edition)
                cells = (
                    f"{plain:.0f}",
                    f"{speed:.0f}",
                    f"{speed / plain:.0%}",
                    f"{alone:.0f}",
                    f"{first:.2f}",
                    f"{seconds:.1f}",
                )
                print(f"| {' | '.join(cells)} | {highest:.0f} |", flush=True)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
