"""Works: begun, written, handed in, decided on, withdrawn (E1, E11)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from skillweek.contests.domain import awarding, entries, following, moderating
from skillweek.contests.domain.entries import Owner
from skillweek.contests.domain.erasing import erase
from skillweek.contests.models import AwardGiven, Call, Entry
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed, TooMuch
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.participation.models import Certificate, Participant
from skillweek.uploads.models import StoredFile
from tests import factories
from tests.contests import make
from tests.factories import Tree, client_of
from tests.participation.make import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("E1"), pytest.mark.requirement("E11")]
SCRIPT = "<script>alert(1)</script>"


def test_a_stranger_proves_a_contact_first(call: Call) -> None:
    answer = Client().post(f"/contests/{call.pk}/enter/", {"client_id": uuid.uuid4()})
    assert answer["Location"].startswith("/take-part/who/?next=%2Fcontests%2F")
    assert Entry.objects.count() == 0


def test_entering_pressed_twice_makes_one_draft(call: Call, person: Participant) -> None:
    client, one = client_for(person), uuid.uuid4()
    answers = [client.post(f"/contests/{call.pk}/enter/", {"client_id": one}) for _ in range(2)]
    assert Entry.objects.count() == 1
    assert answers[0]["Location"] == answers[1]["Location"] == f"/contests/mine/{Entry.objects.get().pk}/"


def test_half_a_work_is_kept(call: Call, person: Participant) -> None:
    entry = make.draft(call, person, title="", author="")
    client = client_for(person)
    kept = client.post(f"/contests/mine/{entry.pk}/", {"text": "只写了一半", "do": "auto"})
    assert kept.status_code == 204
    assert "只写了一半" in client.get(f"/contests/mine/{entry.pk}/").content.decode()


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(call: Call, person: Participant) -> None:
    entry, client = make.draft(call, person, title=""), client_for(person)
    answer = client.post(f"/contests/mine/{entry.pk}/", {"title": "", "text": "长长的说明", "do": "submit"})
    assert answer.status_code == 400
    assert "请给作品起个标题" in answer.content.decode()
    assert "长长的说明" in answer.content.decode()
    entry.refresh_from_db()
    assert (entry.state, entry.text) == ("draft", "长长的说明")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"), ({"author": " "}, "author"), ({"terms_agreed": False}, "terms_agreed"),
        ({"portrait_agreed": False}, "portrait_agreed"), ({"is_minor": True}, "guardian"),
        ({"is_minor": True, "guardian": "林妈妈"}, "guardian_agreed"), ({"text": "字" * 501}, "text"),
        ({}, "files"),
    ],
)  # fmt: skip
def test_a_work_is_handed_in_whole(call: Call, person: Participant, fields: dict[str, Any], field: str) -> None:
    entry = make.draft(call, person, **fields)
    if field != "files":
        make.send(client_for(person), entry, make.jpeg())
    with pytest.raises(DomainError) as refused:
        entries.submit_entry(entry)
    assert refused.value.field == field


def test_numbers_follow_each_other(call: Call, edition: Edition) -> None:
    works = [make.waiting(call, make.participant(edition)) for _ in range(3)]
    assert [work.number for work in works] == [1, 2, 3]


def test_one_enters_so_many_and_no_more(call: Call, person: Participant) -> None:
    call.per_person = 1
    call.save()
    first = make.draft(call, person)
    with pytest.raises(TooMuch):
        make.draft(call, person)
    entries.withdraw_entry(first)
    make.draft(call, person)


def test_a_schools_call_takes_no_residents(call: Call, person: Participant, tree: Tree) -> None:
    call.open_to = Call.OpenTo.SCHOOLS
    call.save()
    with pytest.raises(NotAllowed):
        make.draft(call, person)
    make.draft(call, school=tree.school_a)


def test_another_persons_work_is_not_there(call: Call, person: Participant, edition: Edition, host: User) -> None:
    entry = make.draft(call, person)
    for client in (Client(), client_for(make.participant(edition)), client_of(host)):
        assert client.get(f"/contests/mine/{entry.pk}/").status_code == 404
        assert client.post(f"/contests/mine/{entry.pk}/act/", {"do": "withdraw"}).status_code == 404
    assert Entry.objects.get().state == "draft"


def test_nothing_is_public_before_it_was_approved(call: Call, person: Participant, city: User) -> None:
    entry = make.waiting(call, person)
    photo = entry.files.get()
    thumb = f"/contests/media/{photo.pk}/thumb/"
    assert Client().get(entry.get_absolute_url()).status_code == 404
    assert Client().get(thumb).status_code == 404
    assert client_for(person).get(thumb).status_code == 200
    assert client_of(city).get(thumb).status_code == 200

    moderating.approve(entry, actor=city)

    assert Client().get(entry.get_absolute_url()).status_code == 200
    answer = Client().get(thumb)
    assert answer.status_code == 200
    assert answer["Cache-Control"].startswith("private")
    assert Client().get(f"/contests/media/{photo.pk}/original/").status_code == 404


def test_works_wait_for_the_day_of_the_show(call: Call, person: Participant, city: User) -> None:
    Call.objects.update(show_from=now() + timedelta(hours=2))
    entry = make.approved(call, person, city)
    assert Client().get(entry.get_absolute_url()).status_code == 404
    assert "还没有展示的作品" in Client().get(f"/contests/{call.pk}/works/").content.decode()


def test_a_script_in_words_and_captions_is_text(call: Call, person: Participant, city: User) -> None:
    entry = make.draft(call, person, title=SCRIPT, author=SCRIPT, text=SCRIPT)
    make.send(client_for(person), entry, make.jpeg())
    make.check_files(entry)
    entries.caption_files(entry, {entry.files.get().pk: SCRIPT})
    moderating.approve(entries.submit_entry(entry), actor=city)
    pages = [
        Client().get(entry.get_absolute_url()), Client().get(f"/contests/{call.pk}/works/"),
        Client().get(f"/contests/{call.pk}/"), client_of(city).get(f"/w/contests/entries/{entry.pk}/"),
        client_of(city).get(f"/w/contests/{call.pk}/works/?state=approved"),
    ]  # fmt: skip
    for page in pages:
        assert page.status_code == 200
        assert SCRIPT not in page.content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.content.decode()


def test_a_change_after_approval_waits_again(call: Call, person: Participant, city: User) -> None:
    entry = make.approved(call, person, city)
    client_for(person).post(f"/contests/mine/{entry.pk}/", {**make.FILLED, "title": "换个标题", "do": "save"})
    entry.refresh_from_db()
    assert entry.state == "waiting"
    assert Client().get(entry.get_absolute_url()).status_code == 404


def test_who_decides_must_have_seen_the_latest(call: Call, person: Participant, city: User) -> None:
    entry = make.waiting(call, person)
    seen = entry.version
    entries.save_entry(entry, title="改了")
    with pytest.raises(Conflict):
        moderating.approve(entry, actor=city, expected=seen)


def test_a_returned_work_comes_again_also_after_the_deadline(call: Call, person: Participant, city: User) -> None:
    entry = make.waiting(call, person)
    with pytest.raises(DomainError):
        moderating.give_back(entry, actor=city, reason="")
    moderating.give_back(entry, actor=city, reason="请补充地点。")
    Call.objects.update(enter_from=now() - timedelta(days=3), enter_until=now() - timedelta(minutes=1))
    message = Message.objects.get(kind="contest.entry_decided")
    assert "请补充地点。" in message.body
    client = client_for(person)
    assert "请补充地点。" in client.get(f"/contests/mine/{entry.pk}/").content.decode()
    client.post(f"/contests/mine/{entry.pk}/", {**make.FILLED, "text": "在实训楼。", "do": "submit"})
    entry.refresh_from_db()
    assert (entry.state, entry.text) == ("waiting", "在实训楼。")


def test_only_those_who_answer_for_the_call_decide(call: Call, person: Participant, tree: Tree) -> None:
    entry = make.waiting(call, person)
    for user in (factories.person(tree.hr, "reviewer"), factories.person(tree.siming, "reviewer")):
        assert client_of(user).post(f"/w/contests/entries/{entry.pk}/decide/", {"do": "approve"}).status_code == 404
    member = factories.person(tree.edu, "member")
    assert client_of(member).post(f"/w/contests/entries/{entry.pk}/decide/", {"do": "approve"}).status_code == 404
    assert Entry.objects.get().state == "waiting"


def test_several_are_approved_at_once_but_not_what_changed(call: Call, edition: Edition, city: User) -> None:
    works = [make.waiting(call, make.participant(edition)) for _ in range(3)]
    ticked = [f"{work.pk}:{work.version}" for work in works]
    entries.save_entry(works[1], title="刚改")
    client_of(city).post(f"/w/contests/{call.pk}/works/approve/", {"entry": [*ticked, "x:y", "99999:1"]})
    assert list(Entry.objects.order_by("pk").values_list("state", flat=True)) == ["approved", "waiting", "approved"]


def test_deciding_goes_on_to_the_next(call: Call, edition: Edition, city: User) -> None:
    first, second = (make.waiting(call, make.participant(edition)) for _ in range(2))
    sent = {"do": "approve", "version": first.version}
    assert (
        client_of(city).post(f"/w/contests/entries/{first.pk}/decide/", sent)["Location"]
        == f"/w/contests/entries/{second.pk}/"
    )


def winner(call: Call, person: Participant, city: User) -> Entry:
    entry = make.approved(call, person, city)
    award = awarding.save_award(call, actor=city, name="一等奖", places=1, prize="证书和图书")
    awarding.give_award(call, entry, award.pk, actor=city)
    awarding.announce(call, actor=city, text="祝贺获奖者。")
    return entry


def test_a_winner_is_announced_told_and_certified(call: Call, person: Participant, city: User) -> None:
    entry = winner(call, person, city)
    page = Client().get(f"/contests/{call.pk}/").content.decode()
    certificate = Certificate.objects.get()
    assert all(words in page for words in ("获奖作品", "一等奖", "祝贺获奖者。", "晨光里的车工"))
    assert (certificate.holder, certificate.title) == ("林小满", "我镜头里的技能之美 · 一等奖")
    assert Message.objects.get(kind="contest.awarded").title == "祝贺！您的作品《晨光里的车工》获得一等奖"
    assert "一等奖" in client_for(person).get(f"/contests/mine/{entry.pk}/").content.decode()


def test_withdrawing_after_winning_takes_the_award_and_leaves_the_trail(
    call: Call, person: Participant, city: User
) -> None:
    entry = winner(call, person, city)
    thumb = f"/contests/media/{entry.files.get().pk}/thumb/"
    client_for(person).post(f"/contests/mine/{entry.pk}/act/", {"do": "withdraw"})

    entry.refresh_from_db()
    certificate = Certificate.objects.get()
    assert (entry.state, entry.files.count()) == ("withdrawn", 0)
    assert AwardGiven.objects.get().withdrawn_at is not None
    assert certificate.revoked_at is not None
    assert StoredFile.objects.get().released_at is not None
    assert Client().get(thumb).status_code == 404
    assert Client().get(entry.get_absolute_url()).status_code == 404
    assert "晨光里的车工" not in Client().get(f"/contests/{call.pk}/").content.decode()
    event = AuditEvent.objects.get(verb="entry.withdraw")
    assert event.data == {"was": "approved", "award": "一等奖"}
    assert event.object_label == f"{entry.call_id} #{entry.pk}"


def test_withdrawing_twice_is_once(call: Call, person: Participant) -> None:
    entry = make.waiting(call, person)
    for _ in range(2):
        entries.withdraw_entry(entry)
    assert AuditEvent.objects.filter(verb="entry.withdraw").count() == 1


def test_places_of_an_award_are_never_exceeded(call: Call, edition: Edition, city: User) -> None:
    one, two = (make.approved(call, make.participant(edition), city) for _ in range(2))
    award = awarding.save_award(call, actor=city, name="一等奖", places=1)
    awarding.give_award(call, one, award.pk, actor=city)
    with pytest.raises(DomainError):
        awarding.give_award(call, two, award.pk, actor=city)
    awarding.give_award(call, one, None, actor=city)
    awarding.give_award(call, two, award.pk, actor=city)
    with pytest.raises(Conflict):
        awarding.delete_award(call, award.pk, actor=city)


def test_only_approved_works_win_and_announcing_is_final(
    call: Call, edition: Edition, city: User, person: Participant
) -> None:
    waiting = make.waiting(call, make.participant(edition))
    award = awarding.save_award(call, actor=city, name="优秀奖", places=3)
    with pytest.raises(Conflict):
        awarding.give_award(call, waiting, award.pk, actor=city)
    with pytest.raises(DomainError):
        awarding.announce(call, actor=city)
    entry = make.approved(call, person, city)
    awarding.give_award(call, entry, award.pk, actor=city)
    awarding.announce(call, actor=city)
    with pytest.raises(Conflict):
        awarding.give_award(call, entry, None, actor=city)


def test_a_removed_photo_is_let_go_of(call: Call, person: Participant) -> None:
    entry = make.draft(call, person)
    make.send(client_for(person), entry, make.jpeg())
    photo = entry.files.get()
    client_for(person).post(f"/contests/mine/{entry.pk}/", {**make.FILLED, "remove": photo.pk})
    assert entry.files.count() == 0
    assert StoredFile.objects.get().released_at is not None
    assert default_storage.exists(photo.file.key)  # a week for the sweep


def test_a_text_alone_is_enough_where_the_call_says_so(call: Call, person: Participant, city: User) -> None:
    Call.objects.update(takes_text=True)
    call.refresh_from_db()
    entry = entries.submit_entry(make.draft(call, person, text="读《大国工匠》有感。"))
    moderating.approve(entry, actor=city)
    assert "读《大国工匠》有感。" in Client().get(f"/contests/{call.pk}/works/").content.decode()


def test_erasing_keeps_what_the_terms_keep(call: Call, person: Participant, edition: Edition, city: User) -> None:
    shown = make.approved(call, person, city, is_minor=True, guardian="林妈妈", guardian_agreed=True)
    other = make.waiting(call, make.participant(edition), author="王小明")
    assert erase(edition) == 2
    assert erase(edition) == 0
    shown.refresh_from_db()
    other.refresh_from_db()
    assert (shown.guardian, shown.author, shown.state) == ("", "林小满", "approved")
    assert (other.author, other.state, other.files.count()) == ("王**", "withdrawn", 0)


@pytest.mark.requirement("C14")
@pytest.mark.requirement("E1")
def test_erasing_takes_the_words_of_people_and_leaves_the_decisions(
    call: Call, person: Participant, edition: Edition, city: User
) -> None:
    entry = make.waiting(call, person, title="林小满的车床")
    moderating.refuse(entry, actor=city, reason="林小满的同学王小明没有同意出镜")
    # As it was written before labels went without words.
    AuditEvent.objects.filter(verb="entry.submit").update(object_label="林小满的车床")
    erase(edition)
    entry.refresh_from_db()
    assert (entry.title, entry.remark) == ("", "")
    event = AuditEvent.objects.get(verb="entry.refused")
    assert (event.actor_id, event.object_id, event.reason) == (city.pk, str(entry.pk), "—")
    said = "".join(f"{each.object_label}{each.reason}{each.data}" for each in AuditEvent.objects.all())
    assert "林小满" not in said and "王小明" not in said
    assert {"entry.begin", "entry.submit", "entry.refused", "entry.erase"} <= set(
        AuditEvent.objects.values_list("verb", flat=True)
    )


def test_the_trail_names_nobody_who_entered_won_or_stood_for_a_vote(
    call: Call, person: Participant, city: User
) -> None:
    entry = make.approved(call, person, city, title="林小满的车床")
    award = awarding.save_award(call, actor=city, name="一等奖", places=1)
    awarding.give_award(call, entry, award.pk, actor=city)
    Call.objects.update(vote_from=now(), vote_until=now() + timedelta(days=1))
    call.refresh_from_db()
    make.approved(call, person, city, title="林小满的第二件")
    ballot, _synced = following.open_vote(call, actor=city)
    following.open_jury(call, actor=city, due_at=now() + timedelta(days=1))
    entries.withdraw_entry(entry)
    assert ballot.candidates.count() == 2
    assert not AuditEvent.objects.filter(object_label__contains="林小满").exists()


def test_where_works_are_not_kept_the_erasing_takes_them(
    call: Call, person: Participant, edition: Edition, city: User
) -> None:
    Call.objects.update(keeps_shown=False)
    entry = make.approved(call, person, city)
    erase(edition)
    entry.refresh_from_db()
    assert (entry.state, entry.title, entry.files.count()) == ("withdrawn", "", 0)


def test_the_owner_of_a_forged_school_is_nobody(call: Call, tree: Tree) -> None:
    user = factories.person(tree.school_a, "liaison")
    sent = {"client_id": uuid.uuid4(), "for": tree.school_b.pk}
    assert client_of(user).post(f"/contests/{call.pk}/enter/", sent).status_code == 404
    sent["for"] = tree.school_a.pk
    assert client_of(user).post(f"/contests/{call.pk}/enter/", sent).status_code == 302
    assert Entry.objects.get().organisation == tree.school_a


def test_a_client_id_of_somebody_else_is_refused(call: Call, person: Participant, edition: Edition) -> None:
    one = uuid.uuid4()
    entries.begin_entry(call, Owner(participant=person), client_id=one)
    with pytest.raises(Conflict):
        entries.begin_entry(call, Owner(participant=make.participant(edition)), client_id=one)
