"""Leads between organisations and journalists (D3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import Organisation, User
from skillweek.press.access import leads_for
from skillweek.press.domain import leads, merging, register, talking
from skillweek.press.models import Claim, Coverage, Journalist, Lead, Visit
from skillweek.press.queries.leads import questions_for
from skillweek.statistics import sources
from tests.factories import Tree, client_of, person
from tests.press import make

pytestmark = pytest.mark.requirement("D3")
_S = Lead.State


def told(user: User | None) -> list[str]:
    return list(Message.objects.filter(recipient=user).order_by("pk").values_list("kind", flat=True))


def test_a_lead_is_written_offered_taken_down_and_put_back_by_who_may(
    tree: Tree, edition: Edition, liaison: User, reviewer: User
) -> None:
    member = person(tree.school_a, "member")
    values = {"title": "甲", "what": "看点", "contact_name": "陈", "contact_phone": "1"}
    lead = leads.save_lead(Lead(edition=edition, organisation=tree.school_a), actor=member, **values)
    with pytest.raises(NotAllowed):
        leads.offer(lead, actor=member)
    with pytest.raises(NotAllowed):
        leads.save_lead(lead, actor=person(tree.school_b), title="乙")
    with pytest.raises(Conflict):
        leads.save_lead(lead, actor=liaison, title="乙", expected=9)

    leads.offer(lead, actor=liaison)
    with pytest.raises(NotAllowed):
        leads.take_down(lead, actor=liaison, reason="x")
    with pytest.raises(DomainError):
        leads.take_down(lead, actor=reviewer, reason=" ")
    leads.take_down(lead, actor=reviewer, reason="内容不合适")

    with pytest.raises(NotAllowed):
        leads.offer(lead, actor=liaison)
    assert leads.offer(lead, actor=reviewer).state == _S.OFFERED
    assert told(liaison) == ["lead.down"]
    assert leads.close(lead, actor=liaison).state == _S.CLOSED
    with pytest.raises(Conflict):
        leads.delete_lead(lead, actor=liaison)


def test_a_lead_without_a_contact_is_not_offered(tree: Tree, edition: Edition, liaison: User) -> None:
    lead = make.lead(edition, tree.school_a, state=_S.DRAFT, contact_phone="")
    with pytest.raises(DomainError) as refused:
        leads.offer(lead, actor=liaison)
    assert refused.value.field == "contact_phone"


def test_journalists_find_what_is_offered_and_the_accredited_an_embargo(tree: Tree, edition: Edition) -> None:
    offered = make.lead(edition, tree.school_a)
    later = make.lead(edition, tree.school_a, embargo_until=now() + timedelta(hours=1))
    closed = make.lead(edition, tree.school_b, state=_S.CLOSED)
    for state in (_S.DRAFT, _S.TAKEN_DOWN, _S.CLOSED):
        make.lead(edition, tree.school_b, state=state)
    accredited = make.journalist(edition)
    waiting = make.journalist(edition, state=Journalist.State.APPLIED)
    Claim.objects.create(lead=closed, journalist=accredited)

    assert set(leads_for(accredited)) == {offered, later, closed}
    assert set(leads_for(waiting)) == {offered}


def test_only_the_accredited_read_contacts_and_act(tree: Tree, edition: Edition) -> None:
    lead = make.lead(edition, tree.school_a)
    waiting = make.journalist(edition, state=Journalist.State.APPLIED)
    accredited = make.journalist(edition)
    path = f"/press/leads/{lead.pk}/"

    assert "0592-1234567" not in client_of(waiting.user).get(path).content.decode()
    assert "0592-1234567" in client_of(accredited.user).get(path).content.decode()
    assert client_of(waiting.user).post(f"{path}act/", {"do": "claim"}).status_code == 403
    for verb in (talking.claim, lambda *a: talking.ask(*a, text="?")):
        with pytest.raises(NotAllowed):
            verb(lead, waiting)
    assert Claim.objects.count() == 0


def test_a_question_is_answered_for_all_or_for_who_asked(tree: Tree, edition: Edition, liaison: User) -> None:
    lead = make.lead(edition, tree.school_a)
    asker, other = make.journalist(edition), make.journalist(edition)
    question = talking.ask(lead, asker, text="能拍吗？")
    assert told(liaison) == ["lead.question"]
    assert list(questions_for(lead, other)) == []

    with pytest.raises(NotAllowed):
        talking.answer(question, actor=person(tree.school_b), text="可以", is_shared=True)
    talking.answer(question, actor=liaison, text="可以", is_shared=False)
    assert list(questions_for(lead, other)) == []
    talking.answer(question, actor=liaison, text="可以的", is_shared=True)

    assert [row.answer for row in questions_for(lead, other)] == ["可以的"]
    assert told(asker.user) == ["lead.answer", "lead.answer"]
    assert told(other.user) == []


def test_a_visit_is_asked_for_decided_and_given_up(tree: Tree, edition: Edition, liaison: User) -> None:
    lead = make.lead(edition, tree.school_a)
    journalist = make.journalist(edition)
    with pytest.raises(DomainError):
        talking.ask_visit(lead, journalist, at=now() - timedelta(hours=1), people=1)
    visit = talking.ask_visit(lead, journalist, at=now() + timedelta(days=1), people=2)
    with pytest.raises(Conflict):
        talking.ask_visit(lead, journalist, at=now() + timedelta(days=2), people=2)
    with pytest.raises(DomainError):
        talking.decide_visit(visit, actor=liaison, accepts=False)

    talking.decide_visit(visit, actor=liaison, accepts=True, words="东门进")
    with pytest.raises(NotAllowed):
        talking.cancel_visit(visit, make.journalist(edition))
    talking.withdraw_claim(lead, journalist)

    visit.refresh_from_db()
    assert (visit.state, visit.words) == (Visit.State.CANCELLED, "东门进")
    assert told(liaison) == ["lead.visit"]
    assert told(journalist.user) == ["lead.visit_decided"]


@pytest.mark.requirement("D4")
def test_what_was_published_enters_the_register_and_the_figures(tree: Tree, edition: Edition, liaison: User) -> None:
    lead = make.lead(edition, tree.school_a)
    journalist = make.journalist(edition, outlet="人民日报")
    made = talking.hand_in(lead, journalist, title="同饮一杯茶", published_on=edition.days[0], link="https://e.org/1")

    assert (made.home, made.source, made.level, made.state) == (tree.school_a, "lead", "national", "registered")
    source = sources.find("coverage.national")
    assert source is not None
    rows = source.rows(edition, tree.school_a)
    assert [(row.label, row.url) for row in rows] == [("同饮一杯茶", f"/w/press/coverage/{made.pk}/")]
    assert source.numbers(edition, Organisation.objects.all()) == {tree.school_a.pk: 1}
    with pytest.raises(NotAllowed):
        merging.unmerge(made, actor=liaison)
    register.confirm(made, actor=liaison)
    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("confirmed", liaison)
    with pytest.raises(NotAllowed):  # only what waits is theirs to decide
        register.reject(made, actor=liaison, remark="x")
    assert told(liaison) == ["lead.coverage"]


def test_nothing_is_handed_in_before_its_embargo(tree: Tree, edition: Edition) -> None:
    lead = make.lead(edition, tree.school_a, embargo_until=now())
    early = (now() - timedelta(days=2)).date()
    with pytest.raises(DomainError) as refused:
        talking.hand_in(lead, make.journalist(edition), title="早了", published_on=early, level="national")
    assert (refused.value.field, Coverage.objects.count()) == ("published_on", 0)


def test_a_closed_edition_is_frozen_for_journalists_too(tree: Tree, edition: Edition, liaison: User) -> None:
    lead = make.lead(edition, tree.school_a)
    journalist = make.journalist(edition)
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    with pytest.raises(NotAllowed):
        talking.claim(lead, journalist)
    with pytest.raises(NotAllowed):
        leads.close(lead, actor=liaison)


def test_the_pages_of_both_sides_show_what_happened(tree: Tree, edition: Edition, liaison: User) -> None:
    lead = make.lead(edition, tree.school_a)
    journalist = make.journalist(edition)
    press, school = client_of(journalist.user), client_of(liaison)
    path, work = f"/press/leads/{lead.pk}/", f"/w/press/leads/{lead.pk}/"
    assert "茶艺班" in press.get("/press/?topic=people").content.decode()
    assert "没有符合条件" in press.get("/press/?q=汽修").content.decode()

    press.post(f"{path}act/", {"do": "claim"})
    press.post(f"{path}act/", {"do": "ask", "text": "能拍吗？"})
    at = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    press.post(f"{path}act/", {"do": "visit", "at": at, "people": "2"})
    assert press.post(f"{path}act/", {"do": "visit", "at": "2001-01-01T10:00", "people": "2"}).status_code == 400
    seen = school.get(work).content.decode()
    assert all(word in seen for word in ("能拍吗？", journalist.name, "同意"))
    school.post(f"{work}act/", {"do": "answer", "question": lead.questions.get().pk, "text": "可以", "shared": "1"})
    school.post(f"{work}act/", {"do": "visit", "visit": lead.visits.get().pk, "accepts": "1", "words": "东门"})
    day = edition.days[0].isoformat()
    data = {"do": "hand_in", "title": "刊出", "published_on": day, "outlet": "示例日报", "level": "municipal"}
    press.post(f"{path}act/", data)

    assert all(word in press.get(path).content.decode() for word in ("可以", "东门", "刊出"))
    assert all(word in press.get("/press/mine/").content.decode() for word in ("茶艺班", "东门", "刊出"))
    assert "刊出" in school.get(work).content.decode()


def test_a_form_fills_a_lead_from_its_session(tree: Tree, edition: Edition, liaison: User) -> None:
    from tests.statistics.make import activity, session

    held = session(activity(edition, tree.school_a), 1)
    data = {"organisation": tree.school_a.pk, "title": "甲", "what": "看", "session": held.pk, "contact_name": "陈",
            "contact_phone": "1"}  # fmt: skip
    response = client_of(liaison).post("/w/press/leads/add/", data)
    assert response.status_code == 302, response.context["form"].errors
    lead = Lead.objects.get()
    assert (lead.activity_id, lead.day, lead.place, lead.hours) == (
        held.activity_id, held.day, "实训楼", "09:00–10:00"
    )  # fmt: skip
