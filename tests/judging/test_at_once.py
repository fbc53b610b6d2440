"""Jurors and the organiser at the same moment, on the database itself (E10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from skillweek.core.errors import DomainError
from skillweek.judging.domain.jurors import add_juror
from skillweek.judging.domain.panels import close_panel
from skillweek.judging.models import Juror, Panel, Sheet
from skillweek.judging.queries.ranking import ranking
from skillweek.organisations.models import User
from tests.judging import make

pytestmark = [pytest.mark.requirement("E10"), pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _postgresql(db: Any) -> Iterator[None]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    yield


def _together(jobs: list[Callable[[], Any]]) -> list[Any]:
    def run(job: Callable[[], Any]) -> Any:
        try:
            return job()
        except DomainError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(run, jobs))


def test_one_juror_in_two_windows_keeps_one_whole_sheet(panel: Panel) -> None:
    who = make.juror(panel)
    outcomes = _together([lambda n=n: make.score(who, 1, n, n, expected=0) for n in (3, 5, 7, 9)])
    assert outcomes.count("changed") == 3
    sheet = Sheet.objects.get()
    assert len(set(sheet.scores.values_list("value", flat=True))) == 1


def test_what_was_handed_in_before_the_end_is_in_the_ranking(panel: Panel, reviewer: User) -> None:
    people = [make.juror(panel) for _each in range(6)]
    jobs: list[Callable[[], Any]] = [lambda who=who: make.score(who, 1, 8, 8) for who in people]
    jobs.insert(3, lambda: close_panel(panel, actor=reviewer, although_missing=True))
    outcomes = _together(jobs)
    kept = sum(isinstance(row, Sheet) for row in outcomes)
    assert kept + outcomes.count("closed") == 6
    fresh = Panel.objects.get()
    assert next(row for row in ranking(fresh) if row.number == 1).jurors == kept
    assert (fresh.works.get(number=1).final_rank is not None) == (kept > 0)


def test_one_address_is_invited_once(panel: Panel, reviewer: User) -> None:
    jobs = [lambda: add_juror(panel, actor=reviewer, email="a@example.org", name="甲") for _each in range(5)]
    assert _together(jobs).count("same") == 4
    assert Juror.objects.count() == 1
