"""Measure the pages of coverage with a whole country's schools: time, and number of queries (B6).

    DATABASE_URL=postgres://… python benchmarks/coverage.py [--schools 11000] [--rounds 7]

Fills a database of its own beside the one that DATABASE_URL names and removes it again; that one is not touched. Each
page is asked for through the whole site as a signed-in reviewer. ``small`` is the same page with a hundredth of the
schools, to show that the number of queries stays the same.
"""

from __future__ import annotations

import argparse
import logging
import random
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from board import DAYS, NOW, ZONE, fill_tree, in_batches, signed_in
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skillweek.activities.models import Activity, ActivityTag, Partner, Session
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import Kind, Membership, Organisation, User
from tests.reports.review.make import make_edition

#: Activities of one school; each has two sessions and four ticks.
PER_SCHOOL = 3


def fill_activities(edition: Edition) -> None:
    """Three activities a school, one in ten schools without any; one in twenty activities is jointly held."""
    chooser = random.Random(1)
    schools = list(Organisation.objects.filter(kind=Kind.SCHOOL).values_list("pk", flat=True))
    states = ["approved"] * 7 + ["submitted"] * 2 + ["draft"]

    def activities() -> Iterator[Activity]:
        for school in schools:
            for number in range(PER_SCHOOL if chooser.random() < 0.9 else 0):
                state = chooser.choice(states)
                yield Activity(
                    edition=edition, organisation_id=school, title=f"活动{number}", state=state,
                    kind="feature" if chooser.random() < 0.3 else "regular", expected_people=chooser.randint(20, 400),
                    first_submitted_at=None if state == "draft" else now(),
                    published_at=now() if state == "approved" else None, is_highlight=chooser.random() < 0.002,
                )  # fmt: skip

    in_batches(activities(), Activity)
    made = list(Activity.objects.values_list("pk", flat=True))

    def sessions() -> Iterator[Session]:
        for pk in made:
            for _each in range(2):
                day = chooser.choice(DAYS)
                start = datetime(day.year, day.month, day.day, chooser.randint(8, 17), tzinfo=ZONE)
                yield Session(
                    activity_id=pk, starts_at=start, ends_at=start + timedelta(hours=2), day=day, place="示例学校"
                )

    doc = edition.doc
    lists = {"outreach": doc.outreach, "form": doc.forms, "integration": doc.integration, "audience": doc.audiences}

    def tags() -> Iterator[ActivityTag]:
        for pk in made:
            for group, rows in ((group, rows) for group, rows in lists.items() if rows):
                yield ActivityTag(activity_id=pk, group=group, code=chooser.choice(rows).code)

    def partners() -> Iterator[Partner]:
        for pk in made[::20]:
            yield Partner(activity_id=pk, organisation_id=chooser.choice(schools), state="accepted")

    in_batches(sessions(), Session)
    in_batches(tags(), ActivityTag)
    in_batches(partners(), Partner)


def pages(edition: Edition) -> list[tuple[str, str, str]]:
    """(what, unit's code, address)."""
    at = f"?edition={edition.slug}"
    return [
        ("city coverage", "1-1", f"/w/activities/coverage/{at}"),
        ("national coverage", "1", f"/w/activities/coverage/{at}"),
        ("national coverage, gaps first", "1", f"/w/activities/coverage/{at}&sort=gaps"),
        ("national coverage, without a highlight", "1", f"/w/activities/coverage/{at}&show=plain"),
        ("national coverage, page 150", "1", f"/w/activities/coverage/{at}&page=150"),
        ("national shares", "1", f"/w/activities/coverage/shares/{at}"),
        ("national export", "1", f"/w/activities/coverage/export/{at}"),
        ("highlights", "1", f"/w/activities/highlights/{at}"),
    ]


def measure(edition: Edition, rounds: int) -> dict[str, tuple[int, list[float], int]]:
    """What → (queries, milliseconds of each round, bytes)."""
    found = {}
    clients = {code: signed_in(code) for code in ("1", "1-1")}
    for what, code, address in pages(edition):
        client = clients[code]
        body = client.get(address)
        assert body.status_code == 200, (what, body.status_code)
        size = len(b"".join(body.streaming_content)) if body.streaming else len(body.content)
        with CaptureQueriesContext(connection) as context:
            _read(client.get(address))
        queries = len(context)
        times = []
        for _ in range(1 if "export" in what else rounds):
            began = time.perf_counter()
            _read(client.get(address))
            times.append((time.perf_counter() - began) * 1000)
        found[what] = queries, times, size
    return found


def _read(response: object) -> None:
    """To the end, so that files are closed."""
    for _chunk in getattr(response, "streaming_content", ()):
        pass


def run(schools: int, rounds: int) -> dict[str, tuple[int, list[float], int]]:
    """Fill an empty database, measure, empty it again."""
    edition = make_edition(ends_on=DAYS[-1].isoformat())
    fill_tree(schools)
    fill_activities(edition)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"filled {schools} schools, {Activity.objects.count()} activities", file=sys.stderr)
    found = measure(edition, rounds)
    for model in (ActivityTag, Session, Partner, Activity, Membership, Edition, Organisation):
        model.objects.all()._raw_delete(connection.alias)  # type: ignore[attr-defined]
    return found


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=11_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    import time_machine

    logging.disable(logging.INFO)
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with time_machine.travel(NOW, tick=True):
            small = run(max(options.schools // 100, 55), 3)
            User.objects.all().delete()
            large = run(options.schools, options.rounds)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    print(f"{connection.vendor}, {options.schools} schools × {len(DAYS)} days, {options.rounds} rounds each\n")
    print("| page | queries | queries, small | fastest ms | median ms | slowest ms | KB |")
    print("|---|---|---|---|---|---|---|")
    for what, (queries, times, size) in large.items():
        spread = f"{min(times):.0f} | {statistics.median(times):.0f} | {max(times):.0f}"
        print(f"| {what} | {queries} | {small[what][0]} | {spread} | {size / 1000:.0f} |")


if __name__ == "__main__":
    main()
