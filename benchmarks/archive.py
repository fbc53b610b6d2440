"""Measure the archive: memory while tens of gigabytes stream, time to the first byte, bytes per second (C13).

    python benchmarks/archive.py [--gb 50] [--file-mb 4] [--schools 250]

Fills a database and a media folder of its own (DATABASE_URL's engine; sparse files, which need no disk but are read,
checksummed and framed like any others), takes the week's archive as the download view does, and throws the bytes away.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks.board import fill_tree, in_batches  # noqa: E402
from skillweek.editions.models import Edition  # noqa: E402
from skillweek.organisations.models import Kind, Organisation, User  # noqa: E402
from skillweek.reports.archive import archive_reports, open_archive  # noqa: E402
from skillweek.reports.models import DailyReport, ReportItem  # noqa: E402
from skillweek.uploads.models import StoredFile  # noqa: E402
from tests.reports.review.make import make_edition  # noqa: E402

DAYS = [date(2031, 3, 3) + timedelta(days=number) for number in range(7)]
MIB = 1024 * 1024


def rss() -> float:
    """Resident memory of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


def fill(media: Path, files: int, size: int, schools: int) -> Edition:
    """``files`` sparse photos of ``size`` bytes in the accepted reports of ``schools`` and seven days."""
    edition = make_edition(ends_on=DAYS[-1].isoformat())
    fill_tree(schools)
    ids = list(Organisation.objects.filter(kind=Kind.SCHOOL).values_list("pk", flat=True))
    fields = {"edition": edition, "state": "accepted"}
    reports = (DailyReport(organisation_id=school, day=day, **fields) for day in DAYS for school in ids)
    in_batches(reports, DailyReport)
    made = list(DailyReport.objects.values_list("pk", "organisation_id"))
    (media / "files").mkdir(parents=True)

    def stored() -> Iterator[StoredFile]:
        for number in range(files):
            with (media / "files" / str(number)).open("wb") as handle:
                handle.truncate(size)
            yield StoredFile(
                id=uuid.UUID(int=number + 1), edition=edition, organisation_id=made[number % len(made)][1],
                kind="photo", name=f"照片{number}.jpg", size=size, sha256=f"{number:064x}", key=f"files/{number}",
                state="ready",
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
    return edition


def measure(edition: Edition, total: int) -> None:
    """Stream the archive into nothing and print memory on the way."""
    user = User.objects.create_user(email="a@example.org", password="x")
    reports = archive_reports(DailyReport.objects.all(), edition, DAYS, accepted_only=True)
    start = rss()
    began = time.perf_counter()
    stream = open_archive(reports, edition, by=user, what={})
    planned = time.perf_counter() - began
    print(f"{reports.count()} reports, {stream.files} entries, {stream.size / 1e9:.1f} GB; plan in {planned:.1f} s")
    print(f"memory before the plan {start:.0f} MiB, after it {rss():.0f} MiB\n")
    print("| streamed | memory, MiB | MB/s |\n|---|---|---|")
    sent = mark = 0
    first = 0.0
    highest = rss()
    began = time.perf_counter()
    for part in stream:
        first = first or time.perf_counter() - began
        sent += len(part)
        if sent >= mark:
            now_at = rss()
            highest = max(highest, now_at)
            speed = sent / 1e6 / (time.perf_counter() - began)
            print(f"| {sent / 1e9:.1f} GB | {now_at:.1f} | {speed:.0f} |", flush=True)
            mark += max(total // 10, 1)
    seconds = time.perf_counter() - began
    print(f"| {sent / 1e9:.1f} GB (end) | {rss():.1f} | {sent / 1e6 / seconds:.0f} |")
    print(f"\nfirst byte {planned + first:.1f} s after the request; {seconds:.0f} s in all; highest {highest:.1f} MiB")


def main() -> None:
    """Fill, measure, clean up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gb", type=float, default=50)
    parser.add_argument("--file-mb", type=float, default=4)
    parser.add_argument("--schools", type=int, default=250)
    options = parser.parse_args()
    logging.disable(logging.INFO)
    size = int(options.file_mb * 1e6)
    files = int(options.gb * 1e9 / size)
    with tempfile.TemporaryDirectory(prefix="skillweek-archive-") as folder:
        settings.MEDIA_ROOT = str(Path(folder, "media"))
        settings.SPOOL_ROOT = str(Path(folder, "spool"))
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            measure(fill(Path(settings.MEDIA_ROOT), files, size, options.schools), files * size)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
