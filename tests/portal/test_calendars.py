"""Calendars that people subscribe to: real files, read back by a real parser."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from skillweek.activities.models import Session, SessionChange
from skillweek.editions.models import Edition
from tests.factories import Tree
from tests.portal import making


def _read(path: str) -> Calendar:
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    calendar: Calendar = Calendar.from_ical(answer.content)
    return calendar


def _events(path: str) -> list[Any]:
    return list(_read(path).walk("VEVENT"))


@pytest.mark.requirement("B7")
def test_week_holds_every_public_session_with_a_time_in_the_editions_zone(tree: Tree, edition: Edition) -> None:
    shown = making.session(making.activity(edition, tree.school_a), hour=9)
    making.session(making.activity(edition, tree.school_b, "待定"), starts_at=None, ends_at=None)
    making.session(making.activity(edition, tree.school_b, "草稿", state="draft"))

    calendar = _read("/ical/week.ics")

    events = list(calendar.walk("VEVENT"))
    assert [str(event["SUMMARY"]) for event in events] == ["茶艺体验"]
    assert str(events[0]["UID"]) == f"{shown.uid}@skillweek"
    start = events[0]["DTSTART"]
    assert (start.params["TZID"], start.dt.hour) == (edition.zone, 9)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == [edition.zone]
    assert str(events[0]["LOCATION"]) == "示例第一职业学校 示例路1号"
    assert "不公开的负责人" not in calendar.to_ical().decode()


@pytest.mark.requirement("A3")
def test_sequence_grows_with_each_change_and_the_name_stays(tree: Tree, edition: Edition) -> None:
    session = making.session(making.activity(edition, tree.school_a))
    path = f"/ical/sessions/{session.uid}.ics"
    [before] = _events(path)

    session.starts_at = session.starts_at + timedelta(hours=1)
    session.ends_at = None
    session.save()
    SessionChange.objects.create(session=session, kind=SessionChange.Kind.MOVED)
    [after] = _events(path)

    assert str(before["UID"]) == str(after["UID"])
    assert int(after["SEQUENCE"]) == int(before["SEQUENCE"]) + 1
    assert after["DTSTART"].dt - before["DTSTART"].dt == timedelta(hours=1)


@pytest.mark.requirement("A3")
def test_what_does_not_take_place_stays_as_cancelled(tree: Tree, edition: Edition) -> None:
    activity = making.activity(edition, tree.school_a)
    making.session(activity, hour=9)
    making.session(activity, hour=10, state=Session.State.CANCELLED)
    making.session(activity, hour=11, state=Session.State.POSTPONED)
    path = f"/ical/activities/{activity.pk}.ics"

    assert [str(event["STATUS"]) for event in _events(path)] == ["CONFIRMED", "CANCELLED", "CANCELLED"]

    activity.cancelled_at = activity.published_at
    activity.save()

    assert [str(event["STATUS"]) for event in _events(path)] == ["CANCELLED"] * 3
    assert str(_events(path)[0]["SUMMARY"]) == "【已取消】茶艺体验"


@pytest.mark.requirement("B7")
def test_organisations_calendar_holds_its_own_and_no_others(tree: Tree, edition: Edition) -> None:
    making.session(making.activity(edition, tree.school_a, "甲校活动"))
    making.session(making.activity(edition, tree.school_b, "乙校活动"))

    assert [str(event["SUMMARY"]) for event in _events(f"/ical/organisations/{tree.school_a.pk}.ics")] == ["甲校活动"]
    assert Client().get(f"/ical/organisations/{tree.college.pk}.ics").status_code == 404


def test_hidden_sessions_have_no_calendar(tree: Tree, edition: Edition) -> None:
    hidden = [
        making.session(making.activity(edition, tree.school_a, state="submitted")),
        making.session(making.activity(edition, tree.school_a, publish_on=date(2999, 1, 1))),
        making.session(making.activity(edition, tree.school_a, withdrawn_at=edition.created_at)),
        making.session(making.activity(edition, tree.school_a), starts_at=None, ends_at=None),
    ]

    answers = [Client().get(f"/ical/sessions/{session.uid}.ics").status_code for session in hidden]

    assert answers == [404, 404, 404, 404]


def test_hostile_titles_break_no_line(tree: Tree, edition: Edition) -> None:
    title = "茶\r\nEND:VEVENT\r\nBEGIN:VEVENT\x00;,\\"
    making.session(making.activity(edition, tree.school_a, title.replace("\x00", "\x01")))

    [event] = _events("/ical/week.ics")

    assert str(event["SUMMARY"]).replace("\r\n", "\n") == "茶\nEND:VEVENT\nBEGIN:VEVENT;,\\"


@pytest.mark.django_db
def test_without_an_edition_there_is_no_calendar() -> None:
    assert Client().get("/ical/week.ics").status_code == 404
