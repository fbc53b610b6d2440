"""Who writes, hands in, returns and publishes; a story goes when its source goes, and may come back (D1, D2)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from skillweek.content.editorial import publish_due_texts
from skillweek.core.audit import history_of
from skillweek.core.clock import now, standing_at
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.publicity.access import stories_visible_to
from skillweek.publicity.domain import reviewing as verbs
from skillweek.publicity.domain.sources import problems_of
from skillweek.publicity.domain.writing import delete_story, save_story
from skillweek.publicity.models import Story
from skillweek.reports.domain.review import accept_report, reopen_report
from skillweek.reports.models import DailyReport
from tests.bookings import make as bookings
from tests.factories import Tree, client_of, person
from tests.publicity import make

pytestmark = pytest.mark.django_db


def _fresh(story: Story) -> Story:
    return Story.objects.get(pk=story.pk)


@pytest.mark.requirement("D2")
def test_a_schools_story_is_handed_in_returned_and_published(
    tree: Tree, edition: Any, liaison: User, member: User, reviewer: User
) -> None:
    story = make.written(tree.school_a, edition, member)
    assert not stories_visible_to(reviewer).exists()
    with pytest.raises(NotAllowed):
        verbs.hand_in(story, actor=member)
    with pytest.raises(NotAllowed):
        verbs.publish_story(story, actor=liaison)
    verbs.hand_in(story, actor=liaison)
    assert list(stories_visible_to(reviewer)) == [story]
    with pytest.raises(Conflict) as waiting:
        save_story(_fresh(story), {"title": "别的"}, actor=member)
    assert waiting.value.code == "waiting"
    with pytest.raises(DomainError):
        verbs.return_story(story, actor=reviewer, note=" ")
    verbs.return_story(story, actor=reviewer, note="请补充姓名")
    assert (_fresh(story).review, _fresh(story).review_note) == ("returned", "请补充姓名")
    save_story(_fresh(story), {"title": "补充了姓名"}, actor=member)
    verbs.hand_in(_fresh(story), actor=liaison)
    verbs.publish_story(_fresh(story), actor=reviewer)
    done = _fresh(story)
    assert (done.state, done.review, done.review_note, done.reviewed_by) == ("published", "", "", reviewer)
    said = set(history_of(story).values_list("verb", "actor"))
    assert said == {
        ("story.make", member.pk), ("story.submit", liaison.pk), ("story.return", reviewer.pk),
        ("text.publish", reviewer.pk),
    }  # fmt: skip
    assert set(Message.objects.filter(recipient=member).values_list("kind", flat=True)) == {
        "story.returned", "story.published",
    }  # fmt: skip


def test_bureaus_publish_their_own(tree: Tree, edition: Any, reviewer: User) -> None:
    story = make.written(tree.siming, edition, reviewer)
    verbs.publish_story(story, actor=reviewer)
    assert _fresh(story).is_live
    other = person(tree.huli, "manager")
    with pytest.raises(NotAllowed):
        verbs.withdraw_story(story, actor=other, reason="不要")
    with pytest.raises(NotAllowed):
        save_story(Story(edition=edition, organisation=tree.siming), {"title": "x"}, actor=other)


@pytest.mark.requirement("D1")
@pytest.mark.parametrize("topic", ["", "unknown"])
def test_nothing_is_published_without_one_of_the_topics(tree: Tree, edition: Any, host: User, topic: str) -> None:
    story = make.written(tree.host, edition, host, topic="")
    Story.objects.filter(pk=story.pk).update(draft={**story.draft, "topic": topic})
    with pytest.raises(DomainError) as refusal:
        verbs.publish_story(story, actor=host)
    assert (refusal.value.code, refusal.value.field) == ("no_topic", "topic")
    with pytest.raises(DomainError):
        save_story(_fresh(story), {"topic": "unknown"}, actor=host)


def test_what_was_scheduled_is_changed_by_nobody_below(tree: Tree, edition: Any, liaison: User, reviewer: User) -> None:
    story = make.written(tree.school_a, edition, liaison)
    verbs.hand_in(story, actor=liaison)
    at = now() + timedelta(hours=2)
    verbs.publish_story(story, actor=reviewer, at=at)
    with pytest.raises(Conflict) as refusal:
        save_story(_fresh(story), {"title": "没人看过的标题"}, actor=liaison)
    assert refusal.value.code == "scheduled"
    with standing_at(at + timedelta(minutes=1)):
        assert publish_due_texts() == 1
    assert _fresh(story).live["title"] == story.title


@pytest.mark.requirement("D2")
def test_a_story_goes_with_its_acceptance_and_comes_back(
    tree: Tree, edition: Any, liaison: User, reviewer: User
) -> None:
    report = make.report(edition, tree.school_a)
    story = make.published(report, reviewer)
    assert Client().get(f"/stories/{story.pk}/").status_code == 200
    reopen_report(report, by=reviewer, reason="数字有误")
    pulled = _fresh(story)
    assert (pulled.state, pulled.pulled, pulled.is_live) == ("withdrawn", "report", False)
    assert Client().get(f"/stories/{story.pk}/").status_code == 404
    told = Message.objects.filter(kind="story.pulled").values_list("recipient", flat=True)
    assert set(told) == {liaison.pk, reviewer.pk}
    with pytest.raises(DomainError) as refusal:
        verbs.publish_story(pulled, actor=reviewer)
    assert refusal.value.code == "source"
    fresh = DailyReport.objects.get(pk=report.pk)
    accept_report(fresh, by=reviewer, expected_version=fresh.version)
    assert _fresh(story).state == "withdrawn"
    assert Message.objects.filter(kind="story.may_return", recipient=liaison).count() == 1
    verbs.publish_story(_fresh(story), actor=reviewer)
    back = _fresh(story)
    assert (back.state, back.pulled, back.live) == ("published", "", story.live)


def test_a_scheduled_story_goes_with_its_acceptance(tree: Tree, edition: Any, reviewer: User) -> None:
    report = make.report(edition, tree.school_a)
    story = make.composed(report, reviewer)
    verbs.publish_story(story, actor=reviewer, at=now() + timedelta(hours=1))
    reopen_report(report, by=reviewer, reason="数字有误")
    with standing_at(now() + timedelta(hours=2)):
        assert publish_due_texts() == 0
    assert not _fresh(story).is_live


def test_a_removed_picture_must_leave_the_story_first(tree: Tree, edition: Any, reviewer: User, tmp_path: Path) -> None:
    report = make.report(edition, tree.school_a, tmp_path, photos=1)
    story = make.published(report, reviewer)
    reopen_report(report, by=reviewer, reason="一张照片有误")
    report.items.filter(kind="photo").update(removed_at=now())
    fresh = DailyReport.objects.get(pk=report.pk)
    accept_report(fresh, by=reviewer, expected_version=fresh.version)
    assert not Message.objects.filter(kind="story.may_return").exists()
    [problem] = problems_of(_fresh(story), _fresh(story).draft)
    assert problem.code == "item" and problem.source is not None
    client = client_of(reviewer)
    client.post(f"/w/publicity/{story.pk}/drop/", {"source": problem.source.pk})
    assert (_fresh(story).draft["gallery"], _fresh(story).draft["cover"]) == ([], "")
    client.post(f"/w/publicity/{story.pk}/publish/", {"revision": _fresh(story).revision})
    assert _fresh(story).is_live


def test_a_picture_that_is_not_shown_takes_nothing_down(
    tree: Tree, edition: Any, reviewer: User, tmp_path: Path
) -> None:
    report = make.report(edition, tree.school_a, tmp_path, photos=1)
    story = make.composed(report, reviewer)
    save_story(story, {"gallery": [], "cover": ""}, actor=reviewer)
    report.items.filter(kind="photo").update(removed_at=now())
    assert problems_of(_fresh(story), _fresh(story).draft) == []


def test_a_story_goes_with_its_activity(tree: Tree, edition: Any, host: User) -> None:
    from skillweek.activities.signals import activity_published, activity_withdrawn

    activity = bookings.activity(edition, tree.host)
    story = make.written(tree.host, edition, host, activity=activity.pk)
    verbs.publish_story(story, actor=host)
    activity.withdrawn_at = now()
    activity.save()
    activity_withdrawn.send(sender=type(activity), activity=activity)
    assert (_fresh(story).pulled, _fresh(story).is_live) == ("activity", False)
    activity.withdrawn_at = None
    activity.save()
    activity_published.send(sender=type(activity), activity=activity)
    assert Message.objects.filter(kind="story.may_return", recipient=host).count() == 1
    verbs.publish_story(_fresh(story), actor=host)
    assert _fresh(story).is_live


def test_a_closed_edition_is_frozen(tree: Tree, edition: Any, liaison: User, reviewer: User) -> None:
    report = make.report(edition, tree.school_a)
    story = make.published(report, reviewer)
    type(edition).objects.filter(pk=edition.pk).update(state="closed")
    frozen = _fresh(story)
    for verb in (
        lambda: save_story(frozen, {"title": "x"}, actor=reviewer),
        lambda: verbs.publish_story(frozen, actor=reviewer),
        lambda: verbs.withdraw_story(frozen, actor=reviewer, reason="x"),
        lambda: verbs.hand_in(frozen, actor=liaison),
        lambda: verbs.classify(frozen, actor=reviewer, topic="digital"),
        lambda: delete_story(frozen, actor=reviewer),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert client_of(liaison).get(f"/w/publicity/{story.pk}/").status_code == 200
    assert client_of(liaison).post(f"/w/publicity/{story.pk}/", {"title": "x"}).status_code == 403
    assert Client().get(f"/stories/{story.pk}/").status_code == 200


def test_two_editors_lose_nothing(tree: Tree, edition: Any, liaison: User, member: User) -> None:
    story = make.written(tree.school_a, edition, liaison)
    base = {"title": "甲的标题", "body": "<p>甲写的</p>", "kind": "story", "topic": "people"}
    first = client_of(liaison).post(f"/w/publicity/{story.pk}/", {**base, "revision": "1"})
    second = client_of(member).post(
        f"/w/publicity/{story.pk}/", {**base, "title": "乙的标题", "body": "<p>乙写的</p>", "revision": "1"}
    )
    assert (first.status_code, second.status_code) == (302, 409)
    page = second.content.decode()
    assert "乙的标题" in page and "甲</del>" in page and "乙写的" in page
    assert _fresh(story).draft["title"] == "甲的标题"


def test_bulk_publishes_what_waits_and_classifies(tree: Tree, edition: Any, liaison: User, reviewer: User) -> None:
    waiting = make.written(tree.school_a, edition, liaison)
    verbs.hand_in(waiting, actor=liaison)
    resting = make.written(tree.siming, edition, reviewer)
    foreign = make.written(tree.huli, edition, person(tree.huli, "reviewer"))
    client = client_of(reviewer)
    ids = [waiting.pk, resting.pk, foreign.pk]
    client.post("/w/publicity/bulk/", {"story": ids, "publish": "1"})
    assert [_fresh(each).is_live for each in (waiting, resting, foreign)] == [True, False, False]
    client.post("/w/publicity/bulk/", {"story": ids, "classify": "1", "topic": "digital", "kind": "figure"})
    assert [(_fresh(each).topic, _fresh(each).kind) for each in (waiting, resting, foreign)] == [
        ("digital", "figure"), ("digital", "figure"), ("people", "story"),
    ]  # fmt: skip
    assert _fresh(waiting).live["kind"] == "figure"


def test_pages_of_a_story_answer(tree: Tree, edition: Any, liaison: User, reviewer: User, tmp_path: Path) -> None:
    report = make.report(edition, tree.school_a, tmp_path, photos=1)
    story = make.published(report, reviewer)
    for user in (liaison, reviewer):
        client = client_of(user)
        for path in ("", "preview/", "versions/", "versions/1/", "versions/1/?to=draft"):
            assert client.get(f"/w/publicity/{story.pk}/{path}").status_code == 200
        assert story.title in client.get("/w/publicity/?tab=all").content.decode()
    client_of(reviewer).post(f"/w/publicity/{story.pk}/versions/1/restore/")
    response = client_of(liaison).post(f"/w/publicity/{story.pk}/withdraw/", {"reason": "有误"})
    assert response.status_code == 302 and not _fresh(story).is_live


def test_a_story_is_begun_from_nothing(tree: Tree, edition: Any, member: User) -> None:
    client = client_of(member)
    data = {"organisation": tree.school_a.pk, "title": "大国工匠进校园", "kind": "figure", "topic": ""}
    response = client.post("/w/publicity/add/", data)
    story = Story.objects.get()
    assert response["Location"] == f"/w/publicity/{story.pk}/"
    assert (story.kind, story.organisation, story.is_handed_in) == ("figure", tree.school_a, False)
    refused = client.post("/w/publicity/add/", {**data, "organisation": tree.school_b.pk})
    assert refused.status_code == 400 and "大国工匠进校园" in refused.content.decode()
    assert client.post(f"/w/publicity/{story.pk}/delete/").status_code == 302
    assert Story.objects.count() == 0
