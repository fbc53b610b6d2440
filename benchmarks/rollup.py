"""Measure roll-ups of the statistics form with a whole country's schools: time by the asked-for subtree (C12, C13).

    DATABASE_URL=postgres://… python benchmarks/rollup.py [--schools 11000] [--rounds 9]

The dashboard and the wall screen of each unit are asked for too, with an activity, two sessions, people at the door and
the week's reports of every school. Fills a database of its own beside the one that DATABASE_URL names and removes it
again; that one is not touched. Every school has a form with every number field of the Xiamen edition. "Query" is
``rollup()`` alone, "page" the whole page through the site as a signed-in reviewer. The time should follow the schools
below the unit, not those of the country.
"""

from __future__ import annotations

import argparse
import logging
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator

from board import fill_tree, in_batches, signed_in
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skillweek.activities.models import Activity, ActivityTag, Session
from skillweek.bookings.models import CheckIn
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import Kind, Organisation
from skillweek.reports.models import DailyReport
from skillweek.statistics.models import FormEntry, FormFigure
from skillweek.statistics.queries.dashboard import dashboard
from skillweek.statistics.queries.reach import Reach
from skillweek.statistics.queries.rollup import rollup, schools_below
from skillweek.statistics.queries.wall import wall_of
from tests import factories

#: Unit's code → what it is. The tree of ``board.py``: host, cities, districts, schools.
UNITS = {"1": "country", "1-1": "city", "1-1-1": "district"}


def fill_forms(edition: Edition) -> None:
    """A form for every school, in every state, with a number in every field."""
    chooser = random.Random(1)
    schools = Organisation.objects.filter(kind=Kind.SCHOOL).values_list("pk", flat=True)
    states = ["counted", "draft", "submitted", "accepted", "accepted"]
    in_batches(
        (
            FormEntry(edition=edition, organisation_id=pk, state=chooser.choice(states), counted_at=now())
            for pk in schools
        ),
        FormEntry,
    )
    codes = [field.code for field in edition.doc.statistics_form.fields if field.kind != "text"]

    def figures() -> Iterator[FormFigure]:
        for pk in FormEntry.objects.values_list("pk", flat=True):
            for code in codes:
                number = chooser.randrange(500)
                yield FormFigure(entry_id=pk, code=code, counted=number, number=number)

    in_batches(figures(), FormFigure)


def fill_weeks(edition: Edition) -> None:
    """An activity with two sessions, people at one door and six reports for every school."""
    schools = list(Organisation.objects.filter(kind=Kind.SCHOOL).values_list("pk", flat=True))
    state = Activity.State.APPROVED
    kinds = Activity.Kind.values
    in_batches(
        (
            Activity(
                edition=edition, organisation_id=pk, state=state, title="示例活动", kind=kinds[pk % 2],
                is_highlight=pk % 100 == 0, published_at=now(),
            )
            for pk in schools
        ),
        Activity,
    )  # fmt: skip
    days = edition.days
    activities = list(Activity.objects.values_list("pk", flat=True))
    in_batches(
        (Session(activity_id=pk, day=days[(pk + n) % len(days)]) for pk in activities for n in range(2)), Session
    )
    tagged = (ActivityTag(activity_id=pk, group="outreach", code="into-community") for pk in activities if pk % 3 == 0)
    in_batches(tagged, ActivityTag)
    sessions = Session.objects.values_list("pk", flat=True)
    in_batches(
        (CheckIn(session_id=pk, client_id=uuid.uuid4(), people=25, at=now()) for pk in sessions if pk % 2), CheckIn
    )
    in_batches(
        (
            DailyReport(edition=edition, organisation_id=pk, day=day, state="accepted", figures={"sessions": 3})
            for pk in schools
            for day in days[:6]
        ),
        DailyReport,
    )


def timed(run: Callable[[], object], rounds: int) -> tuple[int, list[float]]:
    """Queries of one run, and the milliseconds of each round."""
    run()
    with CaptureQueriesContext(connection) as context:
        run()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        run()
        times.append((time.perf_counter() - began) * 1000)
    return len(context), times


def measure(edition: Edition, rounds: int) -> None:
    print("| unit | schools | what | queries | fastest ms | median ms | slowest ms |\n|---|---|---|---|---|---|---|")
    client = signed_in("1")
    for code, name in UNITS.items():
        unit = Organisation.objects.get(code=code)
        for what, run in (
            ("query", lambda: rollup(edition, unit)),  # noqa: B023
            ("by district", lambda: rollup(edition, unit, group="district")),  # noqa: B023
            ("dashboard", lambda: dashboard(edition, Reach(unit))),  # noqa: B023
            ("wall", lambda: wall_of(edition, unit)),  # noqa: B023
            ("dashboard page", lambda: client.get(f"/w/statistics/dashboard/{unit.pk}/?edition={edition.slug}")),  # noqa: B023
            ("page", lambda: client.get(f"/w/statistics/rollup/{unit.pk}/?edition={edition.slug}")),  # noqa: B023
        ):
            queries, times = timed(run, rounds)
            spread = f"{min(times):.0f} | {statistics.median(times):.0f} | {max(times):.0f}"
            shown = "" if what.endswith("page") else queries  # the client's request empties the log
            print(f"| {name} | {schools_below(unit).count()} | {what} | {shown} | {spread} |")


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schools", type=int, default=11_000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    logging.disable(logging.INFO)
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        edition = factories.edition()
        fill_tree(options.schools)
        fill_forms(edition)
        fill_weeks(edition)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"{connection.vendor}, {options.schools} schools, {FormFigure.objects.count()} figures", file=sys.stderr)
        measure(edition, options.rounds)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
