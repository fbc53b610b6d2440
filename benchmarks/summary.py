"""Measure the city's summary as Word and PDF with many photos: time, and the memory of the process (C11).

    .venv/bin/python benchmarks/summary.py [--photos 60] [--schools 50]

Fills a database and a folder of its own and removes them again. Photos are made copies of 1600 pixels, as the site
keeps them of every original. Each document is made in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
if __name__ == "__main__":  # the processes that make documents work in the same place
    _FOLDER = tempfile.TemporaryDirectory()
    os.environ["SKILLWEEK_HOME"] = _FOLDER.name
    os.environ["DATABASE_URL"] = f"sqlite:///{_FOLDER.name}/bench.sqlite3"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402

django.setup()

from django.core.files.base import ContentFile  # noqa: E402
from django.core.files.storage import default_storage  # noqa: E402
from django.core.management import call_command  # noqa: E402

from skillweek.organisations.models import Kind, Line, Organisation  # noqa: E402
from skillweek.reports.models import DailyReport, ReportItem  # noqa: E402
from skillweek.statistics.queries.figures import count_again  # noqa: E402
from skillweek.summaries.domain.writing import begin_summary, choose_photos  # noqa: E402
from skillweek.summaries.models import Summary  # noqa: E402
from skillweek.uploads.models import Derivative, StoredFile  # noqa: E402
from tests import factories  # noqa: E402


def picture(seed: int) -> bytes:
    """A noisy JPEG of 1600 × 1067 pixels, as large as a real copy."""
    import pyvips

    image = pyvips.Image.gaussnoise(1600, 1067, sigma=24, mean=120, seed=seed).cast("uchar")
    return bytes(image.bandjoin([image.invert(), image]).copy(interpretation="srgb").jpegsave_buffer(Q=84, keep="none"))


def fill(photos: int, schools: int) -> Summary:
    tree = factories.tree()
    edition = factories.edition()
    units = [tree.school_a]
    for number in range(schools - 1):
        fields = {"code": f"B{number}", "name": f"示例第{number}学校", "kind": Kind.SCHOOL, "line": Line.EDUCATION}
        parent = Organisation.objects.get(pk=tree.siming.pk)
        units.append(Organisation.objects.add_child(parent, create_kwargs={**fields, "district": "思明区"}))
    ids = []
    for number, unit in enumerate(units):
        report = DailyReport.objects.create(
            edition=edition, organisation=unit, day=edition.starts_on, state=DailyReport.State.ACCEPTED,
            figures={"students": 100 + number},
        )  # fmt: skip
        ReportItem.objects.create(report=report, kind="case", title=f"案例{number}", text="做法和成效。" * 150)
        for extra in range(-(-photos // len(units))):
            data = picture(number * 100 + extra)
            key = default_storage.save(f"d/{number}-{extra}.jpg", ContentFile(data))
            file = StoredFile.objects.create(
                edition=edition, organisation=unit, kind="photo", name="照片.jpg", size=4_000_000,
                key=f"o/{number}-{extra}", state=StoredFile.State.READY,
            )  # fmt: skip
            Derivative.objects.create(
                file=file, role=Derivative.Role.LARGE, key=key, width=1600, height=1067, size=len(data)
            )
            item = ReportItem.objects.create(report=report, kind="photo", caption=f"照片 {number}-{extra}", file=file)
            ids.append(item.pk)
    count_again(edition, Organisation.objects.schools())
    chief = factories.person(tree.host, "manager")
    summary = begin_summary(edition, tree.host, by=chief)
    return choose_photos(summary, [(pk, "") for pk in ids[:photos]], by=chief)


def make(kind: str, pk: int, queue: multiprocessing.Queue[tuple[float, int, int]]) -> None:
    """Make one document and put (seconds, bytes, peak MiB of this process) into the queue."""
    from skillweek.summaries.pdf import summary_as_pdf
    from skillweek.summaries.word import summary_as_word

    summary = Summary.objects.select_related("edition", "organisation").get(pk=pk)
    started = time.perf_counter()
    with {"Word": summary_as_word, "PDF": summary_as_pdf}[kind](summary) as document:
        size = document.seek(0, 2)
    seconds = time.perf_counter() - started
    queue.put((seconds, size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=60)
    parser.add_argument("--schools", type=int, default=50)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    summary = fill(options.photos, options.schools)
    context = multiprocessing.get_context("spawn")
    print(f"{options.photos} photos, {options.schools} schools\n")
    print("| document | seconds | MB | peak MiB |\n|---|---|---|---|")
    for kind in ("Word", "PDF"):
        queue: multiprocessing.Queue[tuple[float, int, int]] = context.Queue()
        process = context.Process(target=make, args=(kind, summary.pk, queue))
        process.start()
        seconds, size, peak = queue.get(timeout=60)
        process.join()
        print(f"| {kind} | {seconds:.1f} | {size / 1e6:.1f} | {peak} |")


if __name__ == "__main__":
    main()
