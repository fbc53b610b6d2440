"""Numbers from the door appear in the school's daily report, and only as an offer (B9, C1)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from skillweek.bookings.domain import check_in
from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.editions.schema import Figure
from skillweek.reports.models import DailyReport
from skillweek.reports.queries.suggestions import suggestions_for
from tests.bookings import make
from tests.factories import Tree, client_of, person

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("B9"), pytest.mark.requirement("C1")]


@pytest.fixture
def running(edition: Edition) -> Edition:
    """The real edition, moved so that its week is now."""
    today = today_in(edition.zone)
    edition.document |= {"starts_on": str(today - timedelta(days=1)), "ends_on": str(today + timedelta(days=5))}
    edition.starts_on, edition.ends_on = today - timedelta(days=1), today + timedelta(days=5)
    edition.save()
    return Edition.objects.get(pk=edition.pk)


def test_the_door_is_offered_in_the_form_and_never_written(running: Edition, tree: Tree) -> None:
    staff = person(tree.school_a, "member")
    activity = make.activity(running, tree.school_a)
    session = make.session(activity, starts_at=now())
    make.session(make.activity(running, tree.school_b), starts_at=now())  # somebody else's
    check_in(session, client_id=uuid.uuid4(), people=4, audience="parents", by=staff)
    check_in(session, client_id=uuid.uuid4(), people=30, audience="pupils", by=staff)
    check_in(session, client_id=uuid.uuid4(), people=2, by=staff)

    day = session.day
    assert day is not None
    url = reverse("reports:state", kwargs={"organisation_id": tree.school_a.pk, "day": day})
    state = client_of(staff).get(url).json()["state"]
    offered = {field.partition(":")[2]: row["value"] for field, row in state["suggestions"].items()}
    assert offered == {"sessions": "1", "students": "30", "residents": "6"}
    sources = " ".join(row["source"] for row in state["suggestions"].values())
    assert "当天签到：30 人" in sources and "另有其他对象 30 人" in sources
    assert {state["values"][field] for field in state["suggestions"]} == {""}
    assert not DailyReport.objects.exists()


def test_nothing_is_offered_for_days_to_come_or_without_anybody(running: Edition, tree: Tree) -> None:
    report = DailyReport(edition=running, organisation=tree.school_a, day=today_in(running.zone))
    assert suggestions_for(report) == {}
    make.session(make.activity(running, tree.school_a), starts_in=timedelta(days=1))
    report.day += timedelta(days=1)
    with CaptureQueriesContext(connection) as queries:
        assert suggestions_for(report) == {}
    assert len(queries) == 0


def test_what_a_figure_counts_is_checked() -> None:
    figure = {"code": "x", "name": "x", "name_en": "x", "unit": "x"}
    assert Figure(**figure).counts == ""
    for good in ("sessions", "check-ins", "check-ins:parents+unknown"):
        assert Figure(**figure, counts=good).counts == good
    for bad in ("visitors", "check-ins:", "check-ins:a++b", "sessions+check-ins"):
        with pytest.raises(ValueError, match="check-ins"):
            Figure(**figure, counts=bad)
