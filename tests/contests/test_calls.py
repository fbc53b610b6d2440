"""Calls: presets, approval by the line above, what may still change (E1, E7, E11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from skillweek.contests.domain import calls
from skillweek.contests.models import Call
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from tests import factories
from tests.contests import make
from tests.factories import Tree, client_of

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("E1"), pytest.mark.requirement("E11")]


def written(preset: str = "snap", **more: str) -> dict[str, str]:
    moment = now() + timedelta(days=1)
    return {
        "title": "我镜头里的技能之美", "text": "拍下身边的技能。", "enter_from": f"{moment:%Y-%m-%dT%H:%M}",
        "enter_until": f"{moment + timedelta(days=3):%Y-%m-%dT%H:%M}", "open_to": "all", "per_person": "3",
        "photos_min": "0", "photos_max": "9", "photo_side": "1000", "photo_mb": "30", "takes_video": "on",
        "video_seconds": "180", "video_mb": "200", "audio_seconds": "600", "text_max": "500",
        "groups": "市民组\n学生组\n\n市民组",
        **more,
    }  # fmt: skip


def unit_of(user: User) -> str:
    return str(user.memberships.get().organisation_id)


@pytest.mark.parametrize("preset", ["snap", "relay", "films", "reading", "people"])
def test_every_preset_fills_the_form_and_saves(preset: str, city: User, edition: Edition) -> None:
    client = client_of(city)
    page = client.get(f"/w/contests/add/?preset={preset}")
    initial = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    sent = {name: str(value) for name, value in initial.items() if value is not None and value is not False}
    made = client.post(f"/w/contests/add/?preset={preset}", {**sent, **{
        name: value for name, value in written().items() if name in ("enter_from", "enter_until")
    }})  # fmt: skip

    assert page.status_code == 200
    assert made.status_code == 302, made.context["form"].errors
    call = Call.objects.get()
    face = next(each.face for each in edition.doc.call_presets if each.code == preset)
    assert (call.face, call.state, call.organisation.code) == (face, "draft", "EDU")
    assert call.terms


def test_an_edition_without_presets_begins_an_empty_call_of_any_kind(city: User, edition: Edition) -> None:
    Edition.objects.update(document={**edition.document, "call_presets": []})
    client = client_of(city)
    assert "?face=relay" in client.get("/w/contests/").content.decode()
    page = client.get("/w/contests/add/?face=relay")
    assert page.context["form"]["title"].value() in (None, "")
    assert page.context["form"]["terms"].value()
    assert client.post("/w/contests/add/?face=relay", written(organisation=unit_of(city))).status_code == 302
    assert Call.objects.get().face == "relay"
    assert client.get("/w/contests/add/?face=nonsense&preset=snap").status_code == 200


def test_groups_are_lines_each_once(city: User, edition: Edition) -> None:
    client_of(city).post("/w/contests/add/?preset=snap", written(organisation=unit_of(city)))
    assert Call.objects.get().groups == ["市民组", "学生组"]


def test_what_was_typed_stays_when_dates_do_not_fit(city: User, edition: Edition) -> None:
    wrong = written(enter_until="2020-01-01T08:00", organisation=unit_of(city))
    answer = client_of(city).post("/w/contests/add/?preset=snap", wrong)
    assert answer.status_code == 400
    assert "投稿截止要晚于投稿开始" in answer.content.decode()
    assert "拍下身边的技能。" in answer.content.decode()
    assert Call.objects.count() == 0


def test_a_call_is_public_only_after_the_line_above_agreed(
    city: User, host: User, edition: Edition, tree: Tree
) -> None:
    call = make.call(edition, tree.edu, state="draft", published_at=None)
    calls.submit(call, actor=city)
    assert Client().get(f"/contests/{call.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        calls.approve(call, actor=city)
    calls.approve(call, actor=host)
    assert Client().get(f"/contests/{call.pk}/").status_code == 200
    assert list(Message.objects.filter(recipient=city).values_list("kind", flat=True)) == ["contest.call_decided"]
    verbs = AuditEvent.objects.filter(object_type="contests.call").values_list("verb", flat=True)
    assert set(verbs) == {"call.submit", "call.publish"}


def test_the_host_publishes_its_own(host: User, edition: Edition, tree: Tree) -> None:
    call = make.call(edition, tree.host, state="draft", published_at=None)
    assert calls.submit(call, actor=host).state == "published"


def test_a_returned_call_says_why_and_can_be_handed_in_again(
    city: User, host: User, edition: Edition, tree: Tree
) -> None:
    call = make.call(edition, tree.edu, state="submitted", published_at=None)
    with pytest.raises(DomainError):
        calls.give_back(call, actor=host, reason=" ")
    calls.give_back(call, actor=host, reason="请写明奖项。")
    assert "请写明奖项。" in client_of(city).get(f"/w/contests/{call.pk}/").content.decode()
    assert calls.submit(call, actor=city).state == "submitted"


def test_two_reviewers_at_once_meet_a_conflict(city: User, host: User, edition: Edition, tree: Tree) -> None:
    call = make.call(edition, tree.edu, state="submitted", published_at=None)
    calls.give_back(call, actor=host, reason="x")
    with pytest.raises(Conflict):
        calls.approve(call, actor=host, expected=call.version)


def test_a_public_call_keeps_its_rules(call: Call, city: User) -> None:
    client = client_of(city)
    client.post(f"/w/contests/{call.pk}/edit/", {**written(), "photos_max": "1", "text": "延长一天。"})
    call.refresh_from_db()
    assert (call.photos_max, call.text) == (9, "延长一天。")


def test_a_call_that_is_taken_down_is_gone_with_its_works(call: Call, host: User, city: User, person: object) -> None:
    work = make.approved(call, person, city)  # type: ignore[arg-type]
    assert Client().get(work.get_absolute_url()).status_code == 200
    calls.take_down(call, actor=host, reason="有人投诉。")
    assert Client().get(work.get_absolute_url()).status_code == 404
    assert Client().get(f"/contests/{call.pk}/works/").status_code == 404
    calls.approve(call, actor=host)
    assert Client().get(work.get_absolute_url()).status_code == 200


def test_a_call_that_was_closed_comes_back_closed(call: Call, host: User, city: User) -> None:
    calls.close(call, actor=city)
    calls.take_down(call, actor=host, reason="有人投诉。")
    back = calls.approve(call, actor=host)
    assert (back.state, back.takes_entries) == ("closed", False)
    assert calls.reopen(call, actor=city).takes_entries
    calls.take_down(call, actor=host, reason="又有人投诉。")
    assert calls.approve(call, actor=host).takes_entries


def test_a_closed_edition_is_frozen(call: Call, city: User, edition: Edition) -> None:
    Edition.objects.update(state=Edition.State.CLOSED)
    call.refresh_from_db()
    with pytest.raises(NotAllowed):
        calls.close(Call.objects.select_related("edition").get(), actor=city)


def test_drafts_are_nobody_elses(edition: Edition, tree: Tree, host: User) -> None:
    call = make.call(edition, tree.edu, state="draft", published_at=None)
    for user in (host, factories.person(tree.siming, "reviewer"), factories.person(tree.school_a, "liaison")):
        assert client_of(user).get(f"/w/contests/{call.pk}/").status_code == 404


def test_a_draft_can_be_deleted_a_public_one_not(call: Call, city: User, edition: Edition, tree: Tree) -> None:
    client_of(city).post(f"/w/contests/{call.pk}/act/", {"do": "delete"})
    assert Call.objects.filter(pk=call.pk).exists()
    draft = make.call(edition, tree.edu, state="draft", published_at=None)
    client_of(city).post(f"/w/contests/{draft.pk}/act/", {"do": "delete"})
    assert not Call.objects.filter(pk=draft.pk).exists()


def test_the_preview_shows_the_page_before_it_is_public(city: User, edition: Edition, tree: Tree) -> None:
    call = make.call(edition, tree.edu, state="draft", published_at=None)
    page = client_of(city).get(f"/w/contests/{call.pk}/preview/").content.decode()
    assert "这是预览" in page
    assert "我要投稿" not in page


def test_every_call_is_an_offer_and_a_switch(call: Call, city: User, edition: Edition) -> None:
    assert call.title in Client().get("/take-part/").content.decode()
    page = client_of(city).get("/w/take-part/").content.decode()
    assert all(word in page for word in ("全民美拍", "技能接力", "征集与展示"))
    assert client_of(city).get("/w/contests/relays/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("photos_max", "5000"), ("video_mb", "0"), ("per_person", "999"), ("text_max", "5"), ("photo_mb", "-1")],
)
def test_limits_have_limits(city: User, edition: Edition, field: str, value: str) -> None:
    sent = written(organisation=unit_of(city), **{field: value})
    answer = client_of(city).post("/w/contests/add/?preset=snap", sent)
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert Call.objects.count() == 0
