"""Visits to schools: asked, answered, arranged, written about, erased (E9)."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import close_old_connections, connection
from django.test import Client
from icalendar import Calendar

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import Organisation, User
from skillweek.participation import erasing, figures, offers
from skillweek.press import access_visits as access
from skillweek.press.access_visits import Visitor
from skillweek.press.domain import itinerary, visits
from skillweek.press.domain.itinerary import Stop
from skillweek.press.domain.register import confirm
from skillweek.press.models import Coverage, Journalist, SchoolVisit, VisitOffer
from tests import factories
from tests.factories import Tree
from tests.participation.make import client_for, participant
from tests.press import make

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("E9")]
_S = SchoolVisit.State


@pytest.fixture
def offer(tree: Tree, edition: Edition, liaison: User) -> VisitOffer:
    """School A welcomes visits."""
    return visits.open_visits(tree.school_a, edition, actor=liaison, what="焊接实训、茶艺课堂", max_people=6)


@pytest.fixture
def creator(edition: Edition) -> Visitor:
    """Somebody with a proved address and an account."""
    return Visitor(participant=participant(edition))


@pytest.fixture
def journalist(edition: Edition) -> Visitor:
    """Somebody of the press."""
    return Visitor(journalist=make.journalist(edition))


def ask(offer: VisitOffer, visitor: Visitor, **values: Any) -> SchoolVisit:
    """An application for three days from now."""
    start = now() + timedelta(days=3)
    given = {
        "client_id": uuid4(), "name": "示例达人", "phone": "13800138000", "starts_at": start,
        "ends_at": start + timedelta(hours=2), "people": 3, "wishes": "拍焊接实训", **values,
    }  # fmt: skip
    if visitor.participant is not None:
        given = {"platform": "bilibili", "handle": "示例账号", "followers": 12000, **given}
    return visits.ask(offer, visitor, **given)


def test_a_creator_asks_the_school_agrees_and_both_are_told(offer: VisitOffer, creator: Visitor, liaison: User) -> None:
    visit = ask(offer, creator)
    assert visit.is_creator and Message.objects.filter(kind="visit.asked", recipient=liaison).count() == 1
    visits.approve(visit, actor=liaison, words="欢迎，请走南门。", expected=visit.version)
    visit.refresh_from_db()
    assert (visit.state, visit.words) == (_S.APPROVED, "欢迎，请走南门。")
    told = Message.objects.get(kind="visit.decided")
    assert told.recipient is None and told.url.endswith(f"/press/visits/{visit.pk}/")
    verbs = set(AuditEvent.objects.filter(object_type="press.schoolvisit").values_list("verb", flat=True))
    assert verbs == {"visit.ask", "visit.answer"}


def test_the_same_application_sent_twice_is_one(offer: VisitOffer, creator: Visitor) -> None:
    key = uuid4()
    first = ask(offer, creator, client_id=key)
    assert ask(offer, creator, client_id=key).pk == first.pk
    with pytest.raises(Conflict):
        ask(offer, creator)


def test_another_time_is_suggested_and_taken_with_the_itinerary(
    offer: VisitOffer, journalist: Visitor, liaison: User
) -> None:
    visit = ask(offer, journalist)
    itinerary.arrange(visit, [Stop(visit.starts_at, "南门")], actor=liaison)
    later = visit.starts_at + timedelta(days=1)
    visits.propose(visit, actor=liaison, starts_at=later, ends_at=later + timedelta(hours=2), words="当天有考试。")
    visit.refresh_from_db()
    assert visit.state == _S.PROPOSED and visit.starts_at != later
    visits.take_proposal(visit, journalist, expected=visit.version)
    visit.refresh_from_db()
    assert (visit.state, visit.starts_at, visit.stops.get().at) == (_S.APPROVED, later, later)
    with pytest.raises(Conflict):
        visits.take_proposal(visit, journalist)


def test_a_refusal_needs_its_reason(offer: VisitOffer, creator: Visitor, liaison: User) -> None:
    visit = ask(offer, creator)
    with pytest.raises(DomainError) as caught:
        visits.refuse(visit, actor=liaison, words="  ")
    assert caught.value.field == "words"
    visits.refuse(visit, actor=liaison, words="当天校内考试。")
    with pytest.raises(Conflict):
        visits.refuse(visit, actor=liaison, words="再说一次")
    assert ask(offer, creator).pk != visit.pk


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"people": 7}, "people"),
        ({"people": 0}, "people"),
        ({"phone": "12"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"name": " "}, "name"),
        ({"handle": ""}, "handle"),
        ({"platform": "nowhere"}, "platform"),
        ({"account_url": "javascript:alert(1)"}, "account_url"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    offer: VisitOffer, creator: Visitor, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as caught:
        ask(offer, creator, **values)
    assert caught.value.field == field
    assert not SchoolVisit.objects.exists()


def test_times_must_lie_ahead_and_make_sense(offer: VisitOffer, creator: Visitor) -> None:
    moment = now()
    for start, end, field in (
        (moment - timedelta(hours=1), moment + timedelta(hours=1), "starts_at"),
        (moment + timedelta(minutes=5), moment + timedelta(hours=1), "starts_at"),
        (moment + timedelta(days=3), moment + timedelta(days=3), "ends_at"),
        (moment + timedelta(days=3), moment + timedelta(days=5), "ends_at"),
    ):
        with pytest.raises(DomainError) as caught:
            ask(offer, creator, starts_at=start, ends_at=end)
        assert caught.value.field == field


def test_only_the_accredited_and_the_proved_apply(offer: VisitOffer, edition: Edition) -> None:
    waiting = Visitor(journalist=make.journalist(edition, state=Journalist.State.APPLIED))
    for nobody in (waiting, Visitor()):
        assert not nobody.may_apply
        with pytest.raises(NotAllowed):
            ask(offer, nobody)


def test_only_the_school_answers_and_only_its_people_see_numbers(
    tree: Tree, offer: VisitOffer, creator: Visitor, liaison: User, reviewer: User
) -> None:
    visit = ask(offer, creator)
    stranger, member = factories.person(tree.school_b, "liaison"), factories.person(tree.school_a, "member")
    for actor in (stranger, reviewer, member):
        with pytest.raises(NotAllowed):
            visits.approve(visit, actor=actor)
        with pytest.raises(NotAllowed):
            itinerary.arrange(visit, [], actor=actor)
    assert visit not in access.visits_visible_to(reviewer)
    visits.approve(visit, actor=liaison)
    assert visit in access.visits_visible_to(reviewer) and visit not in access.visits_visible_to(stranger)
    assert access.sees_phone(liaison, visit) and not access.sees_phone(reviewer, visit)


def test_two_colleagues_do_not_answer_over_each_other(offer: VisitOffer, creator: Visitor, liaison: User) -> None:
    visit = ask(offer, creator)
    visits.approve(visit, actor=liaison, expected=1)
    with pytest.raises(Conflict):
        visits.refuse(visit, actor=liaison, words="不行", expected=1)


def test_stops_lie_within_the_visit_and_changes_are_told(offer: VisitOffer, journalist: Visitor, liaison: User) -> None:
    visit = visits.approve(ask(offer, journalist), actor=liaison)
    with pytest.raises(DomainError):
        itinerary.arrange(visit, [Stop(visit.ends_at + timedelta(hours=1), "操场")], actor=liaison)
    stops = [Stop(visit.starts_at + timedelta(hours=1), "茶艺室", "陈老师", "看课"), Stop(visit.starts_at, "南门")]
    itinerary.arrange(visit, stops, actor=liaison, guide="车停南门")
    assert [stop.place for stop in visit.stops.all()] == ["南门", "茶艺室"]
    assert Message.objects.filter(kind="visit.itinerary").count() == 1
    itinerary.arrange(visit, stops, actor=liaison, guide="车停南门")
    assert Message.objects.filter(kind="visit.itinerary").count() == 1


def test_reminders_go_out_once(offer: VisitOffer, creator: Visitor, journalist: Visitor, liaison: User) -> None:
    visit = visits.approve(ask(offer, creator), actor=liaison)
    ask(offer, journalist)
    assert itinerary.remind_due() == 0
    with time_machine.travel(visit.starts_at - timedelta(hours=5)):
        assert itinerary.remind_due() == 1
        assert itinerary.remind_due() == 0
    assert Message.objects.filter(kind="visit.reminder").count() == 1
    assert Message.objects.filter(kind="visit.due", recipient=liaison).count() == 1


def test_what_was_published_comes_back_and_counts_once_confirmed(
    tree: Tree, edition: Edition, offer: VisitOffer, journalist: Visitor, creator: Visitor, liaison: User
) -> None:
    made = [visits.approve(ask(offer, who), actor=liaison) for who in (journalist, creator)]
    with pytest.raises(Conflict):
        itinerary.hand_in(made[0], journalist, title="早了", published_on=edition.days[0])
    with time_machine.travel(made[0].ends_at + timedelta(hours=1)):
        day = now().date()
        written = itinerary.hand_in(made[0], journalist, title="走进实训室", published_on=day, level="municipal")
        filmed = itinerary.hand_in(made[1], creator, title="一分钟看焊接", published_on=day)
        assert (written.source, written.state, filmed.level) == ("visit", Coverage.State.REGISTERED, "school")
        assert Message.objects.filter(kind="visit.coverage", recipient=liaison).count() == 2
        confirm(written, actor=liaison)
        assert Coverage.objects.get(pk=written.pk).state == Coverage.State.CONFIRMED
        figure = figures.find("press.visits")
        assert figure is not None
        units = Organisation.objects.all()
        assert figure.numbers(edition, units) == {tree.school_a.pk: 2}
        rows = figure.rows(edition, tree.school_a)
        assert sum(row.amount for row in rows) == 2 and all("示例达人" not in row.label for row in rows)


def test_a_second_visit_at_the_same_hours_is_pointed_out(
    offer: VisitOffer, creator: Visitor, journalist: Visitor, liaison: User
) -> None:
    first, second = ask(offer, creator), ask(offer, journalist)
    web = factories.client_of(liaison)
    assert "同一时间已经同意了别的探校" not in web.get(f"/w/press/visits/{second.pk}/").content.decode()
    visits.approve(first, actor=liaison)
    assert "同一时间已经同意了别的探校" in web.get(f"/w/press/visits/{second.pk}/").content.decode()


def test_cancelling_ends_it(offer: VisitOffer, creator: Visitor, liaison: User, journalist: Visitor) -> None:
    visit = visits.approve(ask(offer, creator), actor=liaison)
    with pytest.raises(NotAllowed):
        visits.cancel(visit, journalist)
    visits.cancel(visit, creator)
    with pytest.raises(Conflict):
        visits.approve(visit, actor=liaison)
    with pytest.raises(Conflict):
        itinerary.arrange(visit, [], actor=liaison)


def test_personal_data_goes_with_the_erasure(
    edition: Edition, offer: VisitOffer, creator: Visitor, liaison: User
) -> None:
    visit = visits.approve(ask(offer, creator, crew="王某 摄像"), actor=liaison)
    itinerary.arrange(visit, [Stop(visit.starts_at, "南门", "陈老师")], actor=liaison)
    assert erasing.erase_rooms(edition)[0] >= 1
    visit.refresh_from_db()
    assert (visit.name, visit.phone, visit.handle, visit.crew, visit.followers) == ("", "", "", "", None)
    assert visit.stops.get().person == "" and visit.people == 3
    assert itinerary.erase_visits(edition) == 0


def test_a_closed_edition_takes_nothing(edition: Edition, offer: VisitOffer, creator: Visitor, liaison: User) -> None:
    visit = ask(offer, creator)
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    for act in (
        lambda: ask(offer, creator),
        lambda: visits.approve(visit, actor=liaison),
        lambda: visits.cancel(visit, creator),
        lambda: visits.open_visits(offer.organisation, Edition.objects.get(), actor=liaison, what="晚"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_closed_door_takes_no_application(
    tree: Tree, edition: Edition, offer: VisitOffer, creator: Visitor, liaison: User
) -> None:
    assert [one.kind for one in offers.offers_of(edition) if one.kind == "visits"] == ["visits"]
    visits.open_visits(tree.school_a, edition, actor=liaison, what="看点", is_open=False, expected=offer.version)
    with pytest.raises(Conflict):
        ask(offer, creator)
    assert not [one for one in offers.offers_of(edition) if one.kind == "visits"]
    assert client_for(creator.participant).get(f"/press/visits/to/{offer.pk}/").status_code == 404  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        visits.open_visits(tree.school_a, edition, actor=liaison, what="看点", expected=offer.version)


def test_pages_lead_a_creator_from_the_list_to_the_calendar(
    edition: Edition, offer: VisitOffer, creator: Visitor, liaison: User
) -> None:
    assert "示例第一职业学校" in Client().get("/press/visits/").content.decode()
    page = Client().get(f"/press/visits/to/{offer.pk}/").content.decode()
    assert "/take-part/who/" in page and 'name="handle"' not in page
    assert Client().post(f"/press/visits/to/{offer.pk}/").status_code == 302
    web = client_for(creator.participant)  # type: ignore[arg-type]
    start = datetime.fromisoformat("2023-05-16T09:00")
    form = {
        "name": "示例达人", "phone": "13800138000", "platform": "douyin", "handle": "示例账号", "people": "2",
        "starts_at": "2023-05-16T09:00", "ends_at": "2023-05-16T08:00", "agreed": "on", "client_id": str(uuid4()),
    }  # fmt: skip
    with time_machine.travel(start - timedelta(days=2)):
        wrong = web.post(f"/press/visits/to/{offer.pk}/", form)
        assert wrong.status_code == 400 and "示例账号" in wrong.content.decode()
        sent = web.post(f"/press/visits/to/{offer.pk}/", {**form, "ends_at": "2023-05-16T11:00"})
        visit = SchoolVisit.objects.get()
        assert sent["Location"] == f"/press/visits/{visit.pk}/"
        assert f"{visit.starts_at:%H:%M}" == "01:00"  # nine o'clock in Xiamen
        assert Client().get(sent["Location"]).status_code == 404
        assert web.get(f"{sent['Location']}calendar.ics").status_code == 404
        school = factories.client_of(liaison)
        assert "示例账号" in school.get("/w/press/visits/").content.decode()
        school.post(f"/w/press/visits/{visit.pk}/act/", {"do": "approve", "version": "1"})
        plan = {
            "stop-TOTAL_FORMS": "3", "stop-INITIAL_FORMS": "0", "stop-0-at": "09:00", "stop-0-place": "南门",
            "stop-1-at": "", "stop-1-place": "", "stop-2-at": "10:00", "stop-2-place": "", "version": "2",
            "guide": "从南门进",
        }  # fmt: skip
        refused = school.post(f"/w/press/visits/{visit.pk}/", plan)
        assert refused.status_code == 400 and "请填写地点" in refused.content.decode()
        school.post(f"/w/press/visits/{visit.pk}/", {**plan, "stop-2-place": "茶艺室"})
        shown = web.get(sent["Location"]).content.decode()
        assert "茶艺室" in shown and "从南门进" in shown
        calendar = Calendar.from_ical(web.get(f"{sent['Location']}calendar.ics").content)
        [event] = calendar.walk("VEVENT")
        assert event["STATUS"] == "CONFIRMED" and "茶艺室" in event["DESCRIPTION"]


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="on SQLite transactions write one after the other anyway")
@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts(tree: Tree, edition: Edition, liaison: User) -> None:
    assert connection.vendor == "postgresql"
    offer = visits.open_visits(tree.school_a, edition, actor=liaison, what="看点")
    visit = ask(offer, Visitor(participant=participant(edition)))
    outcomes: list[str] = []

    def answer(verb: Any, words: str) -> None:
        try:
            verb(visit, actor=liaison, words=words, expected=1)
            outcomes.append("done")
        except Conflict:
            outcomes.append("conflict")
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=answer, args=pair) for pair in ((visits.approve, "好"), (visits.refuse, "不"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "done"]


def test_an_erasure_that_was_killed_is_finished_by_the_next(
    edition: Edition, offer: VisitOffer, creator: Visitor, liaison: User
) -> None:
    visit = visits.approve(ask(offer, creator), actor=liaison)
    itinerary.arrange(visit, [Stop(visit.starts_at, "南门", "陈老师")], actor=liaison)
    SchoolVisit.objects.update(erased_at=now())
    itinerary.erase_visits(edition)
    assert visit.stops.get().person == ""
