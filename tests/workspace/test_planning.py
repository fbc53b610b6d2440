"""What the home page says first about the week's plan (B3)."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from skillweek.activities.domain import return_plan, submit_plan
from skillweek.organisations.models import User
from tests.activities.planning import make
from tests.factories import Tree, client_of, person

pytestmark = pytest.mark.requirement("B3")


def _home(user: User, day: int) -> str:
    with time_machine.travel(make.at(day, 10)):
        return client_of(user).get("/w/").content.decode()


def _plan_comes_first(html: str) -> bool:
    return html.index('id="planning-title"') < html.index("本周报送")


def test_before_the_week_the_plan_stands_above_the_reports(tree: Tree, edition: Any, liaison: User) -> None:
    assert _plan_comes_first(_home(liaison, 8))
    assert not _plan_comes_first(_home(liaison, 15))


def test_a_returned_plan_says_why_at_the_top(tree: Tree, edition: Any, liaison: User) -> None:
    plan = make.plan(tree.school_a, edition, liaison)
    make.complete(tree.school_a, edition, liaison)
    submitted = submit_plan(plan, by=liaison, expected_version=plan.version)
    reviewer = person(tree.siming, "reviewer")
    return_plan(submitted, by=reviewer, expected_version=submitted.version, reason="请写明<值班>电话。")
    html = _home(liaison, 15)
    assert _plan_comes_first(html)
    assert "请写明&lt;值班&gt;电话。" in html
    assert html.count("panel-urgent") == 1
