"""Intentions: recorded, followed up beyond the week, counted (E3)."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import Organisation, User
from skillweek.participation import figures, offers, switches
from skillweek.participation.mine import things_of
from skillweek.partnerships.domain import applying, booking, erasure, intentions, meetings, reminding, scheduling
from skillweek.partnerships.models import Enterprise, FollowUp, Intention, Meeting, Pairing
from tests.factories import Tree, client_of, person
from tests.participation.make import participant
from tests.partnerships import make

pytestmark = pytest.mark.usefixtures("clock")


def record(edition: Edition, school: Organisation, actor: User, **more: Any) -> Intention:
    values: dict[str, Any] = {
        "enterprise": None, "enterprise_name": "示例电梯", "kind": "order", "text": "开设订单班", "number": 30,
        "planned_on": None, "state": "noted", **more,
    }  # fmt: skip
    return intentions.record_intention(edition, school, actor=actor, **values)


def close(edition: Edition) -> None:
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    edition.refresh_from_db()


@pytest.mark.requirement("E3")
def test_an_intention_is_recorded_and_followed_up_by_both_sides(
    tree: Tree, edition: Edition, liaison: User, clock: time_machine.Traveller
) -> None:
    firm = make.enterprise(edition)
    browser = client_of(liaison)
    data = {
        "organisation": tree.school_a.pk, "enterprise": firm.pk, "kind": "order", "text": "开设电梯订单班",
        "number": "30", "state": "noted", "client_id": "7f1c9c1e-6d0f-4c3f-9a39-0f8b4b8f5a12",
    }  # fmt: skip
    where = browser.post("/w/partners/intentions/add/", data)["Location"]
    assert browser.post("/w/partners/intentions/add/", data)["Location"] == where
    row = Intention.objects.get()
    days = [(one.due_on - row.noted_on).days for one in row.follow_ups.all()]
    assert (row.enterprise_name, days) == (firm.name, [30, 90, 180])

    assert reminding.remind_follow_ups() == 0
    clock.shift(timedelta(days=31))
    assert reminding.remind_follow_ups() == 1
    assert reminding.remind_follow_ups() == 0
    assert Message.objects.filter(kind="partner.follow_up").count() == 2
    first = row.follow_ups.first()
    answer = {"do": "answer", "follow_up": first.pk, "state": "signed", "number": "30", "note": "已签订单班协议"}
    browser = client_of(liaison)  # the session of a month ago is over
    browser.post(f"{where}act/", answer)
    row.refresh_from_db()
    assert (row.state, row.follow_ups.first().note) == ("signed", "已签订单班协议")
    with pytest.raises(Conflict):
        intentions.answer(first, actor=liaison, state="dropped", note="x")

    clock.shift(timedelta(days=60))
    second = row.follow_ups.filter(done_at=None).first()
    client_of(firm.user).post(f"/partners/mine/follow/{second.pk}/", {"state": "fulfilled", "note": "30 人已入班"})
    row.refresh_from_db()
    assert (row.state, row.follow_ups.filter(done_at=None).count()) == ("fulfilled", 0)
    assert "30 人已入班" in client_of(liaison).get(where).content.decode()


@pytest.mark.requirement("E3")
def test_after_the_edition_is_closed_only_the_follow_ups_go_on(
    tree: Tree, edition: Edition, liaison: User, clock: time_machine.Traveller
) -> None:
    row = record(edition, tree.school_a, liaison)
    close(edition)
    clock.shift(timedelta(days=40))
    assert reminding.remind_follow_ups() == 1
    before = Intention.objects.values().get()
    with pytest.raises(NotAllowed):
        intentions.change_intention(row, actor=liaison, expected=None, text="改")
    with pytest.raises(NotAllowed):
        record(edition, tree.school_a, liaison)
    intentions.answer(row.follow_ups.first(), actor=liaison, state="under_way", note="第一批 12 人", number=12)
    intentions.plan(row, actor=liaison, due_on=date(2023, 12, 1))
    assert Intention.objects.values().get() == before
    row = Intention.objects.get()
    assert (row.state, row.now_state) == ("noted", "under_way")
    page = client_of(liaison).get(f"/w/partners/intentions/{row.pk}/?edition={edition.slug}").content.decode()
    assert "跟进可以继续填" in page and "修改意向" not in page


def test_only_the_school_and_those_above_record_and_see(
    tree: Tree, edition: Edition, liaison: User, other_liaison: User
) -> None:
    row = record(edition, tree.school_a, liaison)
    with pytest.raises(NotAllowed):
        record(edition, tree.school_a, other_liaison)
    with pytest.raises(NotAllowed):
        intentions.answer(row.follow_ups.first(), actor=other_liaison, state="signed", note="x")
    assert client_of(other_liaison).get(f"/w/partners/intentions/{row.pk}/").status_code == 404
    above = person(tree.siming, "reviewer")
    assert client_of(above).get(f"/w/partners/intentions/{row.pk}/").status_code == 200
    stranger = make.enterprise(edition)
    follow_up = row.follow_ups.first()
    assert client_of(stranger.user).post(f"/partners/mine/follow/{follow_up.pk}/", {}).status_code == 404


def test_the_organiser_changes_after_how_many_days(tree: Tree, edition: Edition, liaison: User, host: User) -> None:
    assert intentions.days_for(tree.school_a) == [30, 90, 180]
    intentions.set_days(tree.host, [60, 365], actor=host)
    assert intentions.days_for(tree.fresh("school_a")) == [60, 365]
    browser = client_of(liaison)
    assert browser.post("/w/partners/intentions/days/", {"days": "10、20"}).status_code == 302
    assert browser.post("/w/partners/intentions/days/", {"days": "十天"}).status_code == 400
    assert browser.post("/w/partners/intentions/days/", {"days": "99999"}).status_code == 400
    row = record(edition, tree.fresh("school_a"), liaison)
    assert [(one.due_on - row.noted_on).days for one in row.follow_ups.all()] == [10, 20]
    with pytest.raises(NotAllowed):
        intentions.set_days(tree.host, [1], actor=liaison)


def test_two_people_who_correct_at_once_are_told(tree: Tree, edition: Edition, liaison: User) -> None:
    row = record(edition, tree.school_a, liaison)
    intentions.change_intention(row, actor=liaison, expected=1, text="改过", kind="order", state="noted")
    with pytest.raises(Conflict):
        intentions.change_intention(row, actor=liaison, expected=1, text="晚了")


@pytest.mark.parametrize("change", [{"text": " "}, {"enterprise_name": " "}])
def test_what_is_missing_is_said(tree: Tree, edition: Edition, liaison: User, change: dict[str, Any]) -> None:
    with pytest.raises(DomainError):
        record(edition, tree.school_a, liaison, **change)


def test_the_table_holds_what_the_list_shows(tree: Tree, edition: Edition, liaison: User) -> None:
    record(edition, tree.school_a, liaison, text="=HYPERLINK(1)")
    record(edition, tree.school_a, liaison, kind="base")
    table = b"".join(client_of(liaison).get("/w/partners/intentions/export/?kind=order"))
    sheet = openpyxl.load_workbook(io.BytesIO(table)).active
    assert (sheet.max_row, sheet["D2"].value) == (2, "=HYPERLINK(1)")
    assert sheet["D2"].data_type == "s"


def _agree(edition: Edition) -> dict[str, dict[int, int]]:
    every = Organisation.objects.all()
    found = {}
    for code in ("enterprises", "meetings", "talks", "intentions"):
        figure = figures.find(f"partnerships.{code}")
        assert figure is not None
        numbers = figure.numbers(edition, every)
        for unit in every:
            rows = figure.rows(edition, unit)
            assert sum(row.amount for row in rows) == numbers.get(unit.pk, 0)
            assert len({row.key for row in rows}) == len(rows)
        found[code] = numbers
    return found


@pytest.mark.requirement("E3")
@pytest.mark.requirement("E4")
def test_figures_agree_with_what_is_behind_them(
    tree: Tree, edition: Edition, host: User, liaison: User, clock: time_machine.Traveller,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    salon, fair = (
        make.meeting(edition, tree.host, host),
        make.talks(edition, tree.siming, person(tree.siming, "manager")),
    )
    firm = make.enterprise(edition, home=tree.school_a)
    organiser = person(tree.siming, "reviewer")
    table, desk = make.seat(salon, firm, host), make.seat(fair, firm, organiser)
    guest = applying.apply_school(salon, tree.school_a, actor=liaison)
    talk = scheduling.place(salon, table, guest, salon.slots.first(), actor=host)
    booked = booking.book_talk(fair, desk, fair.slots.last(), participant(edition), name="小林")
    record(edition, tree.school_a, liaison)
    record(edition, tree.school_a, liaison, state="dropped")
    assert _agree(edition) == {
        "enterprises": {tree.school_a.pk: 1}, "meetings": {}, "talks": {}, "intentions": {tree.school_a.pk: 1},
    }  # fmt: skip
    meetings.publish(salon, actor=host)
    scheduling.mark(talk, actor=host, came=True)
    assert _agree(edition)["meetings"] == {tree.school_a.pk: 1}
    clock.shift(timedelta(days=10))
    assert _agree(edition)["talks"] == {tree.siming.pk: 1}
    scheduling.mark(booked, actor=organiser, came=False)
    assert _agree(edition)["talks"] == {}
    with django_assert_max_num_queries(4):
        for figure in figures.all_figures():
            if figure.code.startswith("partnerships."):
                figure.numbers(edition, Organisation.objects.all())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(st.sampled_from(Intention.State.values), max_size=6))
def test_any_mix_of_states_is_counted(tree: Tree, edition: Edition, liaison: User, states: list[str]) -> None:
    Intention.objects.all().delete()
    for state in states:
        record(edition, tree.school_a, liaison, state=state)
    count = sum(state != "dropped" for state in states)
    assert _agree(edition)["intentions"] == ({tree.school_a.pk: count} if count else {})


def test_personal_data_goes_and_figures_stay(tree: Tree, edition: Edition, host: User, liaison: User) -> None:
    fair = make.talks(edition, tree.host, host)
    firm, held = make.enterprise(edition), make.enterprise(edition)
    desk = make.seat(fair, firm, host)
    one = participant(edition)
    booking.book_talk(
        fair, desk, fair.slots.first(), one, name="小林", grade="高二", is_minor=True, guardian_name="林先生",
        has_consent=True,
    )  # fmt: skip
    assert [thing.title for thing in things_of(one)] == [fair.title]
    row = record(edition, tree.school_a, liaison, enterprise=held)
    erasure.erase(edition)
    guest = Pairing.objects.get().guest
    assert (guest.name, guest.grade, guest.guardian_name, guest.has_consent) == ("", "", "", True)
    firm.refresh_from_db()
    held.refresh_from_db()
    assert (firm.contact_name, held.contact_name) == ("", "林经理")
    for number, follow_up in enumerate(row.follow_ups.all(), start=1):
        FollowUp.objects.filter(pk=follow_up.pk).update(due_on=date(2020, 1, number))
    erasure.erase(edition)
    held.refresh_from_db()
    assert (held.contact_name, held.user, Enterprise.objects.count()) == ("", None, 2)
    assert not Message.objects.filter(dedupe_key__startswith=f"partners:{edition.pk}:").exclude(recipient=None).exists()


def test_the_portal_and_the_workspace_know_of_it(tree: Tree, edition: Edition, host: User) -> None:
    make.meeting(edition, tree.host, host)
    make.need(make.enterprise(edition))
    kinds = {offer.kind for offer in offers.offers_of(edition)}
    assert {"partnerships", "positions"} <= kinds
    switch = next(one for one in switches.all_switches() if one.code == "partnerships")
    assert switch.count(edition, Organisation.objects.all()) == 1
    make.enterprise(edition, state="applied", home=tree.school_a)
    make.need(make.enterprise(edition, home=tree.school_b), state="waiting")
    liaison = person(tree.school_a, "liaison")
    assert switch.waiting is not None
    assert [switch.waiting(edition, user) for user in (host, liaison, person())] == [2, 1, 0]
    assert Meeting.objects.count() == 1


def test_the_samples_are_marked_and_whole(tree: Tree, edition: Edition, host: User, liaison: User) -> None:
    from skillweek.site.demo_partnerships import fill

    fill(edition)
    fill(edition)
    assert Enterprise.objects.count() == 3
    assert all(row.name.startswith("【样例】") for row in Enterprise.objects.all())
    assert Meeting.objects.count() == 2
    assert Pairing.objects.exists() and Intention.objects.count() == 1


@pytest.mark.requirement("E3")
def test_erasing_the_week_leaves_the_questions_that_go_on_after_it(
    tree: Tree, edition: Edition, liaison: User, clock: time_machine.Traveller
) -> None:
    firm = make.enterprise(edition)
    record(edition, tree.school_a, liaison, enterprise=firm, enterprise_name="")
    close(edition)
    clock.shift(timedelta(days=91))
    assert reminding.remind_follow_ups() == 2
    asked = Message.objects.filter(kind="partner.follow_up").exclude(recipient=None).count()
    assert asked == 4
    erasure.erase(edition)
    assert Message.objects.filter(kind="partner.follow_up").exclude(recipient=None).count() == asked


def test_an_answered_follow_up_is_not_taken_out_by_who_read_it_before(
    tree: Tree, edition: Edition, liaison: User
) -> None:
    row = record(edition, tree.school_a, liaison)
    read_before = row.follow_ups.first()
    intentions.answer(row.follow_ups.first(), actor=liaison, state="signed", note="已签协议")
    with pytest.raises(Conflict, match="填过进展"):
        intentions.unplan(read_before, actor=liaison)
    assert row.follow_ups.filter(note="已签协议").exists()
