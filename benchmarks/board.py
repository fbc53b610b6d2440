"""Measure the bureau's pages with a whole country's schools: time, and number of queries (C9, C10, C13).

    DATABASE_URL=postgres://… python benchmarks/board.py [--schools 11000] [--rounds 15]

Fills a database of its own beside the one that DATABASE_URL names and removes it again; that one is not touched.
Each page is asked for through the whole site (middleware, view, template) as a signed-in reviewer. ``small`` is the
same page with a hundredth of the schools, to show that the number of queries stays the same. Sizes are of the HTML.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from skillweek.editions.models import Edition  # noqa: E402
from skillweek.organisations.models import Kind, Line, Membership, Organisation, SchoolType, User  # noqa: E402
from skillweek.reports.models import DailyReport, Reminder, ReportItem, ReportVersion  # noqa: E402
from skillweek.uploads.models import StoredFile  # noqa: E402
from tests.reports.review.make import make_edition  # noqa: E402

DAYS = [date(2031, 3, 3) + timedelta(days=number) for number in range(7)]
ZONE = ZoneInfo("Asia/Urumqi")
#: Schools in one city, and districts to hold them.
PER_CITY, DISTRICTS = 55, 6
ERROR = {"code": "photo.width", "severity": "error", "subject": "a.jpg", "message": "太窄", "message_en": "narrow"}
FINE = {"code": "photo.recompressed", "severity": "advice", "subject": "a.jpg", "message": "可能压缩过"}
NOW = datetime(2031, 3, 9, 11, 0, tzinfo=ZONE)


def path_of(*steps: int) -> str:
    """A tree path from the place of each ancestor."""
    digits, width = Organisation.alphabet, Organisation.steplen

    def one(number: int) -> str:
        text = ""
        while number:
            number, place = divmod(number, len(digits))
            text = digits[place] + text
        return text.rjust(width, digits[0])

    return "".join(one(step) for step in steps)


def fill_tree(schools: int) -> None:
    """host → city bureaus → district bureaus → schools, written straight as rows."""
    cities = max(1, round(schools / PER_CITY))
    rows: list[Organisation] = []

    def add(steps: tuple[int, ...], children: int, **fields: Any) -> None:
        code = "-".join(map(str, steps))
        rows.append(Organisation(path=path_of(*steps), depth=len(steps), numchild=children, code=code, **fields))

    add((1,), cities, name="示例主办单位", kind=Kind.HOST)
    left = schools
    for city in range(1, cities + 1):
        name = f"示例{city}市"
        add((1, city), DISTRICTS, name=f"{name}教育局", kind=Kind.CITY_BUREAU, line=Line.EDUCATION)
        number = left // (cities - city + 1)
        left -= number
        for district in range(1, DISTRICTS + 1):
            where = f"{name}{district}区"
            share = number // DISTRICTS + (district <= number % DISTRICTS)
            fields = {"line": Line.EDUCATION, "district": where}
            add((1, city, district), share, name=f"{where}教育局", kind=Kind.DISTRICT_BUREAU, **fields)
            for school in range(1, share + 1):
                fields["school_type"] = SchoolType.values[school % len(SchoolType.values)]
                add((1, city, district, school), 0, name=f"{where}第{school}职业学校", kind=Kind.SCHOOL, **fields)
    Organisation.objects.bulk_create(rows, batch_size=2000)


def in_batches(rows: Iterable[Any], model: Any) -> None:
    """Write rows without keeping them all."""
    source = iter(rows)
    while batch := list(islice(source, 2000)):
        model.objects.bulk_create(batch)


def fill_reports(edition: Edition) -> None:
    """A report for nine schools in ten and every day, with four pieces of material each, two of them files."""
    chooser = random.Random(1)
    schools = list(Organisation.objects.filter(kind=Kind.SCHOOL).values_list("pk", flat=True))

    def reports() -> Iterator[DailyReport]:
        for number, day in enumerate(DAYS):
            due = datetime(day.year, day.month, day.day, 18, tzinfo=ZONE) + timedelta(days=1)
            for school in schools:
                if chooser.random() < 0.1:
                    continue
                # The last two days still wait; before them nearly everything is accepted.
                waits = number >= 5 or chooser.random() < 0.05
                state = "submitted" if waits else chooser.choice(["accepted"] * 18 + ["returned", "draft"])
                late = chooser.random() < 0.08
                at = due + timedelta(minutes=chooser.randint(1, 300) if late else -chooser.randint(1, 1400))
                handed_in = None if state == "draft" else at
                yield DailyReport(
                    edition=edition, organisation_id=school, day=day, state=state, is_late=late and state != "draft",
                    submitted_at=handed_in, first_submitted_at=handed_in,
                )  # fmt: skip

    in_batches(reports(), DailyReport)
    made = list(DailyReport.objects.values_list("pk", "organisation_id", "submitted_at"))

    def files() -> Iterator[StoredFile]:
        for number in range(2 * len(made)):
            report = made[number // 2]
            twin = number if number % 400 else number - number % 4000
            yield StoredFile(
                id=uuid.UUID(int=number + 1), edition=edition, organisation_id=report[1], kind="photo",
                name=f"{number}.jpg", size=4_000_000, sha256=f"{twin:064x}", key=f"files/{number}", state="ready",
            )  # fmt: skip

    def items() -> Iterator[ReportItem]:
        for number, (report, _school, _at) in enumerate(made):
            for place in range(4):
                is_photo = place >= 2
                findings = [ERROR] if chooser.random() < 0.02 else [FINE] if chooser.random() < 0.3 else []
                yield ReportItem(
                    report_id=report, kind="photo" if is_photo else "manuscript", position=place, findings=findings,
                    caption="茶艺展示" if is_photo else "", text="" if is_photo else "活动" * 400, word_count=800,
                    file_id=uuid.UUID(int=2 * number + place - 1) if is_photo else None,
                )  # fmt: skip

    in_batches(files(), StoredFile)
    in_batches(items(), ReportItem)
    versions = (ReportVersion(report_id=pk, number=1, snapshot={}, submitted_at=at) for pk, _school, at in made if at)
    in_batches(versions, ReportVersion)
    reminded = (
        Reminder(edition=edition, organisation_id=school, day=DAYS[-1], slot="09:00")
        for school in schools[:: max(1, len(schools) // 1000)]
    )
    in_batches(reminded, Reminder)


def signed_in(code: str) -> Client:
    """A client of a new reviewer at the unit with this code."""
    unit = Organisation.objects.get(code=code)
    user = User.objects.create_user(email=f"r{code}@example.org", password="x", name="示例审核员")
    Membership.objects.create(user=user, organisation=unit, role="reviewer")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def pages(edition: Edition) -> list[tuple[str, str, str]]:
    """(what, unit's code, address)."""
    at = f"?edition={edition.slug}&day={DAYS[5].isoformat()}"
    return [
        ("city board", "1-1", f"/w/reports/board/{at}"),
        ("city board, missing first", "1-1", f"/w/reports/board/{at}&sort=state"),
        ("city board, nothing new", "1-1", "LIVE"),
        ("city queue", "1-1", f"/w/reports/queue/?edition={edition.slug}"),
        ("city totals", "1-1", f"/w/reports/totals/{at}&group=district"),
        ("national board", "1", f"/w/reports/board/{at}"),
        ("national board, missing first", "1", f"/w/reports/board/{at}&sort=state"),
        ("national board, page 150", "1", f"/w/reports/board/{at}&page=150"),
        ("national queue", "1", f"/w/reports/queue/?edition={edition.slug}"),
        ("national queue, with errors", "1", f"/w/reports/queue/?edition={edition.slug}&flag=errors"),
        ("national queue, same file", "1", f"/w/reports/queue/?edition={edition.slug}&flag=lookalike"),
        ("national totals by unit", "1", f"/w/reports/totals/{at}&group=unit"),
        ("national totals by district", "1", f"/w/reports/totals/{at}&group=district"),
        ("national totals by type", "1", f"/w/reports/totals/{at}&group=school_type"),
        ("archive's size, the week", "1", f"/w/reports/archive/?edition={edition.slug}&day=all&include=all"),
    ]


def measure(edition: Edition, rounds: int) -> dict[str, tuple[int, list[float], int]]:
    """What → (queries, milliseconds of each round, bytes)."""
    found = {}
    clients = {code: signed_in(code) for code in ("1", "1-1")}
    for what, code, address in pages(edition):
        client = clients[code]
        if address == "LIVE":
            from skillweek.reports.queries.board import board_stamp

            address = f"/w/reports/board/live/?edition={edition.slug}&stamp={board_stamp(edition)}"
        response = client.get(address)
        assert response.status_code in (200, 204), (what, response.status_code)
        with CaptureQueriesContext(connection) as context:
            client.get(address)
        queries = len(context)  # the next request empties the log
        times = []
        for _ in range(rounds):
            began = time.perf_counter()
            client.get(address)
            times.append((time.perf_counter() - began) * 1000)
        found[what] = queries, times, len(response.content)
    return found


def run(schools: int, rounds: int) -> dict[str, tuple[int, list[float], int]]:
    """Fill an empty database, measure, empty it again."""
    began = time.perf_counter()
    edition = make_edition(ends_on=DAYS[-1].isoformat())
    fill_tree(schools)
    fill_reports(edition)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rows = DailyReport.objects.count()
    print(f"filled {schools} schools, {rows} reports, {ReportItem.objects.count()} items", file=sys.stderr)
    print(f"in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    found = measure(edition, rounds)
    for model in (ReportItem, ReportVersion, Reminder, DailyReport, StoredFile, Membership, Edition, Organisation):
        model.objects.all()._raw_delete(connection.alias)  # type: ignore[attr-defined]
    return found


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=11_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    import time_machine

    logging.disable(logging.INFO)
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with time_machine.travel(NOW, tick=True):
            small = run(max(options.schools // 100, PER_CITY), 3)
            User.objects.all().delete()
            large = run(options.schools, options.rounds)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    print(f"{connection.vendor}, {options.schools} schools × {len(DAYS)} days, {options.rounds} rounds each\n")
    print(
        "| page | queries | queries, small | fastest ms | median ms | slowest ms | KB |\n|---|---|---|---|---|---|---|"
    )
    for what, (queries, times, size) in large.items():
        spread = f"{min(times):.0f} | {statistics.median(times):.0f} | {max(times):.0f}"
        print(f"| {what} | {queries} | {small[what][0]} | {spread} | {size / 1000:.0f} |")


if __name__ == "__main__":
    main()
