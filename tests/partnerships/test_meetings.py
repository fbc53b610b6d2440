"""Meetings: applying, wishes, a schedule nobody is double in (E3, E4)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.partnerships.domain import applying, enterprises, meetings, scheduling
from skillweek.partnerships.models import Meeting, Pairing, Party
from skillweek.partnerships.queries.schedules import conflicts
from skillweek.partnerships.rules.scheduling import blocking_pairs
from tests.factories import Tree, client_of, person
from tests.participation.make import participant
from tests.partnerships import make

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def salon(tree: Tree, edition: Edition, host: User) -> Meeting:
    """A meeting of the host's for schools."""
    return make.meeting(edition, tree.host, host)


def school(salon: Meeting, organisation: Any, actor: User) -> Party:
    return applying.apply_school(salon, organisation, actor=actor)


@pytest.mark.requirement("E3")
def test_wishes_become_a_schedule_that_everybody_reads(
    tree: Tree, edition: Edition, salon: Meeting, host: User, liaison: User, other_liaison: User
) -> None:
    firms = [make.enterprise(edition) for _n in range(2)]
    tables = [make.seat(salon, firm, host) for firm in firms]
    a, b = school(salon, tree.school_a, liaison), school(salon, tree.school_b, other_liaison)
    applying.set_wishes(a, [tables[0].pk, tables[1].pk], actor=liaison)
    applying.set_wishes(b, [tables[0].pk], actor=other_liaison)
    applying.set_wishes(tables[1], [b.pk], actor=firms[1].user)

    result = scheduling.compute(salon, actor=host)
    assert (result.talks, result.without) == (4, [])
    pairs = set(Pairing.objects.values_list("enterprise", "guest"))
    assert pairs == {(table.pk, guest.pk) for table in tables for guest in (a, b)}

    page = client_of(liaison).get(f"/w/partners/meetings/{salon.pk}/").content.decode()
    assert "我校的日程" not in page
    meetings.publish(salon, actor=host)
    page = client_of(liaison).get(f"/w/partners/meetings/{salon.pk}/").content.decode()
    assert "我校的日程" in page and firms[0].name in page
    mine = client_of(firms[0].user).get(f"/partners/mine/meetings/{salon.pk}/").content.decode()
    assert "示例第一职业学校" in mine or "示例第二职业学校" in mine
    assert Message.objects.filter(kind="partner.schedule").count() == 4
    staff = client_of(host)
    printed = staff.get(f"/w/partners/meetings/{salon.pk}/schedule/print/").content.decode()
    assert printed.count("partner-sheet") == 4
    assert b"".join(staff.get(f"/w/partners/meetings/{salon.pk}/schedule/pdf/")).startswith(b"%PDF")
    table = b"".join(staff.get(f"/w/partners/meetings/{salon.pk}/schedule/export/"))
    sheet = openpyxl.load_workbook(io.BytesIO(table)).active
    assert sheet.max_row == 5
    assert sheet["B2"].value == "09:00–09:20"


def test_the_schedule_is_stable_for_many(tree: Tree, edition: Edition, host: User) -> None:
    """Scarce places: the first slots go where both sides want it most."""
    salon = make.meeting(edition, tree.host, host, tables=[("1", str(n)) for n in range(4)])
    tables = [make.seat(salon, make.enterprise(edition), host) for _n in range(4)]
    units = [tree.school_a, tree.school_b, tree.college, tree.tech]
    people = [person(unit, "liaison") for unit in units]
    guests = [school(salon, unit, actor) for unit, actor in zip(units, people, strict=True)]
    wishes: dict[int, list[int]] = {}
    for number, (guest, actor) in enumerate(zip(guests, people, strict=True)):
        chosen = [tables[(number + step) % 4].pk for step in range(4)]
        applying.set_wishes(guest, chosen, actor=actor)
        wishes[guest.pk] = chosen
    scheduling.compute(salon, actor=host)
    order = scheduling.orders([t.pk for t in tables], [g.pk for g in guests], wishes, set(), {})
    pairs = set(Pairing.objects.values_list("enterprise", "guest"))
    one_side = {one.pk: order[one.pk] for one in tables}
    other_side = {one.pk: order[one.pk] for one in guests}
    quotas = (dict.fromkeys(one_side, 3), dict.fromkeys(other_side, 3))
    assert blocking_pairs(pairs, one_side, other_side, *quotas) == []
    assert len(pairs) == 12


def test_what_is_placed_by_hand_stays_and_never_doubles(
    tree: Tree, edition: Edition, salon: Meeting, host: User, liaison: User, other_liaison: User
) -> None:
    tables = [make.seat(salon, make.enterprise(edition), host) for _n in range(2)]
    a, b = school(salon, tree.school_a, liaison), school(salon, tree.school_b, other_liaison)
    applying.set_wishes(a, [tables[0].pk, tables[1].pk], actor=liaison)
    slots = list(salon.slots.all())
    scheduling.place(salon, tables[0], a, slots[2], actor=host)
    with pytest.raises(Conflict, match="已经和"):
        scheduling.place(salon, tables[1], a, slots[2], actor=host)
    with pytest.raises(Conflict, match="座位已满"):
        scheduling.place(salon, tables[0], b, slots[2], actor=host)
    scheduling.compute(salon, actor=host)
    assert Pairing.objects.get(enterprise=tables[0], guest=a).slot == slots[2]
    scheduling.place(salon, tables[0], a, slots[1], actor=host)
    assert Pairing.objects.get(enterprise=tables[0], guest=a).slot == slots[1]
    with pytest.raises(IntegrityError), transaction.atomic():
        Pairing.objects.create(meeting=salon, enterprise=tables[0], guest=b, slot=slots[1], seat=1)
    with pytest.raises(NotAllowed):
        scheduling.compute(salon, actor=liaison)


def test_who_withdraws_frees_table_and_talks(
    tree: Tree, edition: Edition, salon: Meeting, host: User, liaison: User
) -> None:
    firm = make.enterprise(edition)
    table = make.seat(salon, firm, host)
    a = school(salon, tree.school_a, liaison)
    applying.set_wishes(a, [table.pk], actor=liaison)
    scheduling.compute(salon, actor=host)
    meetings.publish(salon, actor=host)
    client_of(firm.user).post(f"/partners/mine/meetings/{salon.pk}/act/", {"do": "withdraw"})
    table.refresh_from_db()
    assert (table.state, table.table, Pairing.objects.count()) == ("withdrawn", None, 0)
    assert Message.objects.filter(kind="partner.fell", recipient=liaison).count() == 1
    assert any("还没有面谈" in text for text in conflicts(salon)) is False
    with pytest.raises(NotAllowed):
        applying.withdraw(a, actor=firm.user)


def test_who_is_no_longer_verified_leaves_the_meetings_to_come(
    tree: Tree, edition: Edition, salon: Meeting, host: User, liaison: User
) -> None:
    firm = make.enterprise(edition)
    table = make.seat(salon, firm, host)
    a = school(salon, tree.school_a, liaison)
    scheduling.place(salon, table, a, salon.slots.first(), actor=host)
    meetings.publish(salon, actor=host)
    enterprises.refuse(firm, actor=host, remark="执照已注销")
    table.refresh_from_db()
    assert (table.state, table.table, Pairing.objects.count()) == ("declined", None, 0)
    assert Message.objects.filter(kind="partner.fell", recipient=liaison).count() == 1


def test_who_was_declined_does_not_come_back_alone(
    tree: Tree, edition: Edition, salon: Meeting, host: User, liaison: User
) -> None:
    applying.decline(school(salon, tree.school_a, liaison), actor=host, reason="名额已满")
    with pytest.raises(Conflict, match="没有接受"):
        school(salon, tree.school_a, liaison)


def test_a_closed_edition_takes_nobody(tree: Tree, edition: Edition, salon: Meeting, host: User, liaison: User) -> None:
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    with pytest.raises(NotAllowed):
        school(Meeting.objects.get(), tree.school_a, liaison)
    page = client_of(liaison).get(f"/w/partners/meetings/{salon.pk}/").content.decode()
    assert "现在不接受报名" in page
    assert client_of(host).post(f"/w/partners/meetings/{salon.pk}/act/", {"do": "publish"}).status_code == 403


def test_tables_are_given_once_and_run_out(tree: Tree, edition: Edition, host: User) -> None:
    salon = make.meeting(edition, tree.host, host, tables=[("201", "1")])
    make.seat(salon, make.enterprise(edition), host)
    with pytest.raises(Conflict, match="没有空的桌位"):
        make.seat(salon, make.enterprise(edition), host)
    waiting = Party.objects.get(state="applied")
    applying.decline(waiting, actor=host, reason="桌位已满")
    assert Message.objects.filter(kind="partner.declined").count() == 1


def test_wishes_are_only_for_who_is_there(
    tree: Tree, edition: Edition, salon: Meeting, host: User, liaison: User, other_liaison: User
) -> None:
    table = make.seat(salon, make.enterprise(edition), host)
    a, b = school(salon, tree.school_a, liaison), school(salon, tree.school_b, other_liaison)
    with pytest.raises(Conflict):
        applying.set_wishes(a, [b.pk], actor=liaison)
    with pytest.raises(NotAllowed):
        applying.set_wishes(a, [table.pk], actor=other_liaison)
    with pytest.raises(DomainError):
        applying.set_wishes(a, [table.pk, *range(90001, 90010)], actor=liaison)
    browser = client_of(liaison)
    browser.post(f"/w/partners/meetings/{salon.pk}/school/", {"do": "wish", "wish1": table.pk})
    assert [wish.other for wish in a.wishes.all()] == [table]
    bad = browser.post(f"/w/partners/meetings/{salon.pk}/school/", {"do": "wish", "wish1": "99999"})
    assert bad.status_code == 400


def test_late_and_cancelled_meetings_take_nobody(
    tree: Tree, edition: Edition, salon: Meeting, host: User, liaison: User, clock: time_machine.Traveller
) -> None:
    make.seat(salon, make.enterprise(edition), host)
    clock.move_to(make.UNTIL + timedelta(minutes=1))
    with pytest.raises(Conflict, match="截止"):
        school(salon, tree.school_a, liaison)
    meetings.cancel(salon, actor=host, reason="场地停电")
    assert Message.objects.filter(kind="partner.cancelled").count() == 1
    with pytest.raises(Conflict):
        scheduling.compute(salon, actor=host)


def test_the_form_makes_and_changes_a_meeting(tree: Tree, edition: Edition, host: User, liaison: User) -> None:
    data = {
        "title": "对接会", "guests": "schools", "mode": "wishes", "day": "2023-05-15", "place": "会展中心",
        "apply_until": "2023-05-12T18:00", "first": "09:00", "minutes": "20", "gap": "5", "count": "4",
        "tables": "201 会议室：1 号桌、2 号桌\n大厅：A、B", "seats": "1", "most_wishes": "3", "most_talks": "3",
    }  # fmt: skip
    browser = client_of(host)
    unit = {"organisation": tree.host.pk}
    assert browser.post("/w/partners/meetings/add/", {**data, **unit, "mode": "direct"}).status_code == 400
    assert browser.post("/w/partners/meetings/add/", {**data, **unit, "count": "40", "gap": "60"}).status_code == 400
    where = browser.post("/w/partners/meetings/add/", {**data, **unit})["Location"]
    row = Meeting.objects.get()
    assert (row.state, row.slots.count(), row.tables.count()) == ("draft", 4, 4)
    assert client_of(liaison).get(where).status_code == 404
    assert Client().get(f"/partners/meetings/{row.pk}/").status_code == 404
    assert browser.post(f"{where}edit/", {**data, "count": "6", "version": row.version}).status_code == 302
    assert row.slots.count() == 6
    assert browser.post(f"{where}edit/", {**data, "version": 1}).status_code == 400
    browser.post(f"{where}act/", {"do": "announce"})
    assert Client().get(f"/partners/meetings/{row.pk}/").status_code == 200
    assert client_of(liaison).get(f"{where}edit/").status_code == 403


def test_clashes_with_another_meeting_are_shown(
    tree: Tree, edition: Edition, salon: Meeting, host: User, liaison: User
) -> None:
    other = make.meeting(edition, tree.host, host, title="另一场")
    firm = make.enterprise(edition)
    for row in (salon, other):
        table, a = make.seat(row, firm, host), school(row, tree.school_a, liaison)
        scheduling.place(row, table, a, row.slots.first(), actor=host)
    texts = " ".join(conflicts(salon))
    assert "同一时间在“另一场”也有面谈" in texts
    assert "也给了“另一场”" in texts


def test_who_left_or_is_not_verified_is_not_confirmed(
    tree: Tree, edition: Edition, salon: Meeting, host: User, liaison: User
) -> None:
    firm = make.enterprise(edition)
    table = make.seat(salon, firm, host)
    applying.withdraw(table, actor=firm.user)
    with pytest.raises(Conflict, match="已经退出"):
        applying.accept(table, actor=host)
    other = make.enterprise(edition)
    asked = make.seat(salon, other, host)
    enterprises.refuse(other, actor=host, remark="执照已注销")
    with pytest.raises(Conflict, match="没有通过核验"):
        applying.accept(asked, actor=host)


def test_the_trail_names_no_contact_of_an_enterprise(
    tree: Tree, edition: Edition, salon: Meeting, host: User, liaison: User
) -> None:
    firm = make.enterprise(edition, contact_name="林不留名")
    a = school(salon, tree.school_a, liaison)
    table = make.seat(salon, firm, host)
    applying.set_wishes(table, [a.pk], actor=firm.user)
    applying.withdraw(table, actor=firm.user)
    applying.withdraw(a, actor=liaison)
    trail = AuditEvent.objects.filter(verb__in=("party.wish", "party.withdraw")).order_by("pk")
    assert [event.actor_id for event in trail] == [None, None, liaison.pk]
    assert not AuditEvent.objects.filter(actor_label__contains="林不留名").exists()


def test_a_draft_is_deleted_and_never_shown_as_cancelled(
    tree: Tree, edition: Edition, salon: Meeting, host: User
) -> None:
    Meeting.objects.filter(pk=salon.pk).update(state=Meeting.State.DRAFT)
    with pytest.raises(Conflict, match="草稿"):
        meetings.cancel(salon, actor=host, reason="改期")
    assert Client().get(f"/partners/meetings/{salon.pk}/").status_code == 404


@pytest.mark.requirement("E4")
def test_peoples_schools_are_for_enterprises_that_come(tree: Tree, edition: Edition, host: User) -> None:
    row = make.meeting(edition, tree.host, host, guests="people")
    applying.apply_person(row, participant(edition), name="小林", grade="示例一职 高二")
    firm = make.enterprise(edition)
    party = applying.apply_enterprise(row, firm, actor=firm.user)
    browser, url = client_of(firm.user), f"/partners/mine/meetings/{row.pk}/"
    assert "示例一职" not in browser.get(url).content.decode()
    refused = browser.post(f"{url}act/", {"do": "wish", "wish1": "99999"}, follow=True).content.decode()
    assert "示例一职" not in refused and "主办单位确认您的报名后" in refused
    applying.accept(party, actor=host)
    assert "示例一职 高二" in browser.get(url).content.decode()
