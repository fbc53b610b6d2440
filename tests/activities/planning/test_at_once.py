"""Two people at the same moment, on real connections (B3)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from skillweek.activities.domain import approve_activity, return_activity, save_activity, submit_activity
from skillweek.activities.models import Activity
from skillweek.core.errors import Conflict
from tests import factories
from tests.activities.planning import make
from tests.factories import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("B3")]


def at_once(*calls: Callable[[], Any]) -> list[str]:
    """Run the calls side by side; what became of each: ``done`` or the code of its refusal."""
    outcome = [""] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(number: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            call()
            outcome[number] = "done"
        except Conflict as error:
            outcome[number] = error.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcome


def test_of_two_editors_one_saves_and_the_other_is_told() -> None:
    tree, edition = factories.tree(), factories.edition()
    one, two = person(tree.school_a, "liaison"), person(tree.school_a, "member")
    activity = make.draft(tree.school_a, edition, one)
    outcome = at_once(
        lambda: save_activity(activity, by=one, expected_version=1, values={"summary": "甲"}),
        lambda: save_activity(activity, by=two, expected_version=1, values={"summary": "乙"}),
    )
    assert sorted(outcome) == ["changed", "done"]
    fresh = Activity.objects.get(pk=activity.pk)
    assert (fresh.version, fresh.summary) == (2, "甲乙"[outcome.index("done")])


def test_of_two_reviewers_one_decides() -> None:
    tree, edition = factories.tree(), factories.edition()
    liaison = person(tree.school_a, "liaison")
    district, city = person(tree.siming, "reviewer"), person(tree.edu, "reviewer")
    activity = make.complete(tree.school_a, edition, liaison)
    activity = submit_activity(activity, by=liaison, expected_version=activity.version)
    version = activity.version
    outcome = at_once(
        lambda: approve_activity(activity, by=district, expected_version=version),
        lambda: return_activity(activity, by=city, expected_version=version, reason="改"),
    )
    assert sorted(outcome) == ["already_decided", "done"]
    fresh = Activity.objects.get(pk=activity.pk)
    assert fresh.state == ("approved" if outcome[0] == "done" else "returned")
    assert (fresh.published_at is not None) is (fresh.state == "approved")
    assert connection.vendor in ("sqlite", "postgresql")
