"""Measure a contest's gallery (E1): weight and time of its pages with thousands of works.

    [DATABASE_URL=postgres://…] python benchmarks/gallery.py [--works 5000] [--rounds 40]

Fills a database of its own beside the one that is configured and removes it again. Each work has one photo and an
author; pictures are not counted, only the page. Times are those of the whole answer inside one process.
"""

from __future__ import annotations

import argparse
import gzip
import logging
import os
import statistics
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from skillweek.contests.models import Call, Entry, EntryFile  # noqa: E402
from skillweek.core.clock import now  # noqa: E402
from skillweek.uploads.models import StoredFile  # noqa: E402
from tests import factories  # noqa: E402
from tests.contests import make  # noqa: E402

_BATCH = 500


def fill(count: int) -> Call:
    """A contest with ``count`` shown works of as many people."""
    tree, edition = factories.tree(), factories.edition()
    call = make.call(edition, tree.edu, groups=["市民组", "学生组", "教师组"])
    people = [make.participant(edition) for _ in range(50)]
    for start in range(0, count, _BATCH):
        numbers = range(start + 1, min(start + _BATCH, count) + 1)
        entries = Entry.objects.bulk_create(
            Entry(
                call=call, participant=people[number % 50], number=number, title=f"晨光里的技能瞬间 {number}",
                author=f"示例作者{number}", group=call.groups[number % 3], state="approved", terms_agreed=True,
                submitted_at=now(), approved_at=now() - timedelta(seconds=number), text="在实训楼拍的一张照片。",
            )
            for number in numbers
        )  # fmt: skip
        files = StoredFile.objects.bulk_create(
            StoredFile(
                edition=edition, organisation=tree.edu, kind="other", name="照片.jpg", size=3_000_000, state="ready",
                key=f"files/benchmark/{uuid.uuid4()}", guest_key="participant:0",
            )
            for _number in numbers
        )  # fmt: skip
        EntryFile.objects.bulk_create(
            EntryFile(entry=entry, file=file, kind="photo", width=4000, height=3000 if entry.number % 2 else 6000)
            for entry, file in zip(entries, files, strict=True)
        )
    return call


def measure(name: str, address: str, rounds: int) -> None:
    """Print weight, number of queries and time of one page."""
    client = Client()
    client.get(address)
    queries: list[str] = []

    def counted(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(counted):
        response = client.get(address)
    assert response.status_code == 200, response.status_code
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - start) * 1000)
    size, packed = len(response.content), len(gzip.compress(response.content, 6))
    spread = sorted(times)
    print(
        f"{name:<22} {size / 1000:7.1f} KB {packed / 1000:6.1f} KB gz {len(queries):3} queries"
        f"  median {statistics.median(times):6.1f} ms  p95 {spread[int(len(spread) * 0.95) - 1]:6.1f} ms"
    )


def main() -> None:
    """Fill, measure, remove."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--works", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=40)
    given = parser.parse_args()
    logging.disable(logging.INFO)
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        call = fill(given.works)
        works = f"/contests/{call.pk}/works/"
        print(f"{connection.vendor}, {given.works} works")
        measure("first page", works, given.rounds)
        measure("last page", f"{works}?page=9999", given.rounds)
        measure("one group", f"{works}?group=学生组", given.rounds)
        measure("search", f"{works}?q=4321", given.rounds)
        measure("by title", f"{works}?sort=title", given.rounds)
        measure("the call's own page", f"/contests/{call.pk}/", given.rounds)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
