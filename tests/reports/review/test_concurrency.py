"""Two reviewers, or two workers, at the same moment: exactly one wins (C9, C10)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from skillweek.core.errors import Conflict
from skillweek.core.models import AuditEvent
from skillweek.notifications.models import Message
from skillweek.reports.domain.reminders import send_due_reminders
from skillweek.reports.domain.review import accept_report, return_for_correction
from skillweek.reports.models import DailyReport, Reminder
from tests import factories
from tests.reports.review import make


def _together(*jobs: Callable[[], object]) -> list[object]:
    """Run the jobs in threads of their own that start at the same moment; returns results or exceptions."""
    barrier = threading.Barrier(len(jobs))
    results: list[object] = [None] * len(jobs)

    def run(place: int) -> None:
        try:
            barrier.wait()
            results[place] = jobs[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.requirement("C10")
@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_leave_exactly_one() -> None:
    tree = factories.tree()
    waiting = make.report(make.make_edition(), tree.school_a)
    first, second = factories.person(tree.siming, "reviewer"), factories.person(tree.host, "reviewer")

    results = _together(
        lambda: accept_report(waiting, by=first, expected_version=1),
        lambda: return_for_correction(waiting, by=second, expected_version=1, reason="缺来源"),
    )

    assert sorted(type(result).__name__ for result in results) == ["Conflict", "DailyReport"]
    assert isinstance(next(result for result in results if not isinstance(result, DailyReport)), Conflict)
    assert AuditEvent.objects.filter(verb__in=["report.accept", "report.return"]).count() == 1


@pytest.mark.requirement("C9")
@pytest.mark.django_db(transaction=True)
def test_two_workers_remind_each_school_once() -> None:
    tree = factories.tree()
    edition = make.make_edition()
    for school in (tree.school_a, tree.school_b, tree.college):
        factories.person(school, "liaison")

    with time_machine.travel(make.at(make.FIRST_DAY + timedelta(days=1), 9, 1), tick=True):
        results = _together(send_due_reminders, send_due_reminders)

    assert sum(result for result in results if isinstance(result, int)) == 3
    assert Reminder.objects.filter(edition=edition).count() == 3
    assert Message.objects.count() == 3
