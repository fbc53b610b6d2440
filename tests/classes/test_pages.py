"""The pages of classes: where families choose, what the form asks, the organiser's timetable (E5, E6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from skillweek.activities.models import Activity, Session
from skillweek.bookings import proof
from skillweek.bookings.asking import asking_of
from skillweek.bookings.domain import book_places
from skillweek.bookings.models import Booking
from skillweek.classes.domain.settings import set_class
from skillweek.classes.queries.offers import ClassFilter, offered
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.participation import figures, offers, switches
from tests import factories
from tests.bookings.test_pages import solve
from tests.classes import make
from tests.factories import Tree

pytestmark = pytest.mark.django_db


def group_form(session: Session, **fields: Any) -> dict[str, Any]:
    """A class's form as a browser sends it."""
    return {
        "school": "示例小学", "class_name": "三（2）班", "grade": "3", "party_size": "32", "children": "30",
        "guardian_consent": "on", "consent_seen": asking_of(session, "group").seen, "name": "李老师",
        "phone": "13800138000", "arrival": "一辆大巴", "needs": "", "agreed": "on", "client_id": str(uuid4()),
        "proof": solve(proof.new_challenge()), **fields,
    }  # fmt: skip


@pytest.mark.requirement("E6")
def test_the_form_of_a_class_asks_what_it_needs(youth: Session) -> None:
    page = Client().get(f"/book/{youth.pk}/?kind=group").content.decode()
    for name in ("school", "class_name", "grade", "arrival", "needs", "consent_seen"):
        assert f'name="{name}"' in page
    assert 'name="group_name"' not in page and 'name="guardian_name"' not in page and 'name="may_wait"' not in page
    sent = Client().post(f"/book/{youth.pk}/?kind=group", group_form(youth))
    assert sent.status_code == 302
    made = Booking.objects.get()
    assert made.group_name == "示例小学 三（2）班" and made.details["arrival"] == "一辆大巴"
    ticket = Client().get(sent["Location"]).content.decode()
    assert "一辆大巴" in ticket and "小学三年级" in ticket and "同意时间" in ticket


@pytest.mark.requirement("E6")
def test_a_class_that_does_not_fit_is_asked_whether_it_waits(youth: Session) -> None:
    book_places(youth, make.school_class(party_size=40, children=38))
    form = group_form(youth, class_name="三（3）班", phone="13800138001")
    asked = Client().post(f"/book/{youth.pk}/?kind=group", form)
    page = asked.content.decode()
    assert asked.status_code == 409 and 'name="may_wait"' in page and "三（3）班" in page
    form |= {"may_wait": "on", "proof": solve(proof.new_challenge())}
    assert Client().post(f"/book/{youth.pk}/?kind=group", form).status_code == 302
    assert Booking.objects.get(group_name="示例小学 三（3）班").state == Booking.State.WAITING


@pytest.mark.requirement("E5")
def test_the_form_of_a_parents_class_is_short(parents: Session) -> None:
    page = Client().get(f"/book/{parents.pk}/").content.decode()
    assert 'name="grade"' in page and 'name="needs"' not in page and 'name="arrival"' not in page
    assert "我是同行孩子的监护人" in page


def test_what_was_typed_stays_when_consent_is_missing(youth: Session) -> None:
    form = {
        "party_size": "2", "children": "1", "grade": "4", "name": "林女士", "phone": "13800138000", "agreed": "on",
        "client_id": str(uuid4()), "consent_seen": asking_of(youth, "person").seen, "needs": "对花生过敏",
        "proof": solve(proof.new_challenge()),
    }  # fmt: skip
    refused = Client().post(f"/book/{youth.pk}/", form)
    page = refused.content.decode()
    assert refused.status_code == 400 and "需要监护人同意" in page and "对花生过敏" in page and "林女士" in page


@pytest.mark.requirement("E5")
@pytest.mark.requirement("E6")
def test_offers_are_gathered_with_filters(tree: Tree, edition: Edition, youth: Session, liaison: User) -> None:
    other = make.lesson(edition, tree.school_b, title="陶艺亲子体验", capacity=1)
    set_class(youth.activity, actor=liaison, grade_from=1, grade_to=3, bring="水杯")
    book_places(other, make.family(party_size=1))
    page = Client().get("/classes/skills-and-youth/").content.decode()
    assert "陶艺亲子体验" in page and "请带：水杯" in page and "小学一年级–小学三年级" in page
    preset = edition.doc.class_preset(make.YOUTH)
    assert preset is not None
    titles = {
        name: [row.activity.title for row in offered(edition, preset, wanted)]
        for name, wanted in (
            ("grade", ClassFilter(grade=5)), ("free", ClassFilter(is_free=True)),
            ("group", ClassFilter(for_groups=True)),
            ("far", ClassFilter(district="haicang")),
        )
    }  # fmt: skip
    assert titles == {
        "grade": ["陶艺亲子体验"],
        "free": ["技能与少年"],
        "group": ["技能与少年", "陶艺亲子体验"],
        "far": [],
    }
    assert "没有符合条件" in Client().get("/classes/skills-and-youth/?day=2023-05-20").content.decode()
    assert Client().get("/classes/nothing/").status_code == 404
    assert Client().get("/classes/skills-and-youth/?grade=99&district='--&day=x").status_code == 200


def test_drafts_and_cancelled_classes_are_not_offered(tree: Tree, edition: Edition, youth: Session) -> None:
    Activity.objects.filter(pk=youth.activity_id).update(published_at=None)
    assert "还没有可以预约的场次" in Client().get("/classes/skills-and-youth/").content.decode()
    assert not [one for one in offers.offers_of(edition) if one.kind.startswith("classes")]


@pytest.mark.requirement("E6")
def test_the_timetable_shows_who_comes_to_those_who_run_it(
    tree: Tree, edition: Edition, youth: Session, parents: Session, liaison: User
) -> None:
    book_places(youth, make.school_class(needs="两人对花生过敏", phone="13800138000"))
    book_places(parents, make.family(party_size=2))
    web = factories.client_of(liaison)
    page = web.get("/w/classes/timetable/").content.decode()
    for text in ("示例小学 三（2）班", "一辆大巴", "两人对花生过敏", "13800138000", "已约 32 / 60 人", "1 个家庭"):
        assert text in page
    assert "示例小学" not in web.get("/w/classes/timetable/?preset=parents-class").content.decode()
    stranger = factories.client_of(factories.person(tree.school_b, "liaison"))
    assert "示例小学" not in stranger.get("/w/classes/timetable/").content.decode()
    above = factories.client_of(factories.person(tree.siming, "reviewer"))
    assert "示例小学" not in above.get("/w/classes/timetable/").content.decode()


@pytest.mark.requirement("E5")
def test_an_organiser_begins_from_the_page(tree: Tree, edition: Edition, liaison: User) -> None:
    web = factories.client_of(liaison)
    page = web.get("/w/classes/").content.decode()
    assert "家长课堂" in page and 'value="one-lesson"' in page
    sent = web.post(reverse("activities:new", args=[tree.school_a.pk]), {"idea": "one-lesson"})
    assert sent.status_code == 302 and Activity.objects.get().sessions.count() == 2
    assert "职业教育一堂课" in web.get("/w/classes/").content.decode()
    assert "职业教育一堂课" not in web.get("/w/classes/youth/").content.decode()


def test_grades_are_the_organisers_to_set(tree: Tree, youth: Session, liaison: User, edition: Edition) -> None:
    web = factories.client_of(liaison)
    address = f"/w/classes/{youth.activity_id}/"
    wrong = web.post(address, {"grade_from": "6", "grade_to": "3"})
    assert wrong.status_code == 400 and "最高年级" in wrong.content.decode()
    assert web.post(address, {"grade_from": "2", "grade_to": "3"}).status_code == 302
    with pytest.raises(NotAllowed):
        set_class(youth.activity, actor=factories.person(tree.school_b, "liaison"), grade_from=1, grade_to=2)
    Activity.objects.filter(pk=youth.activity_id).update(idea_code="quiz")
    with pytest.raises(DomainError):
        set_class(youth.activity, actor=liaison, grade_from=1, grade_to=2)
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    with pytest.raises(NotAllowed):
        set_class(youth.activity, actor=liaison, grade_from=1, grade_to=2)


@pytest.mark.requirement("E5")
@pytest.mark.requirement("E6")
def test_figures_count_families_and_classes_and_agree_with_their_rows(
    tree: Tree, edition: Edition, youth: Session, parents: Session, django_assert_num_queries: Any
) -> None:
    book_places(youth, make.school_class())
    book_places(youth, make.family())
    book_places(parents, make.family())
    make.lesson(edition, tree.school_b, starts_in=timedelta(days=4))
    units = Organisation.objects.all()
    for code, number in (("classes.families", 2), ("classes.groups", 1)):
        figure = figures.find(code)
        assert figure is not None
        with django_assert_num_queries(1):
            assert figure.numbers(edition, units) == {tree.school_a.pk: number}
        assert sum(row.amount for row in figure.rows(edition, tree.school_a)) == number
    counts = {one.code: one.count(edition, units) for one in switches.all_switches() if one.code.startswith("classes")}
    assert counts == {"classes.parents": 1, "classes.youth": 2}
    shown = [one for one in offers.offers_of(edition) if one.kind.startswith("classes")]
    assert {one.title for one in shown} == {"家长课堂", "技能与少年"}
