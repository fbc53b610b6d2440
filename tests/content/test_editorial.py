"""Drafts, publication, schedule, versions: the verbs that notices and pages share (A1, D6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from skillweek.content.editorial import (
    public_q,
    publish,
    publish_due_texts,
    restore,
    save_draft,
    unschedule,
    version_of,
    versions_of,
    withdraw,
)
from skillweek.content.models import Page
from skillweek.content.signals import editorial_published, editorial_withdrawn
from skillweek.core.audit import history_of
from skillweek.core.clock import now, standing_at
from skillweek.core.errors import Conflict, DomainError
from skillweek.editions.domain import close_edition
from tests.factories import Tree, person


@pytest.fixture
def told() -> Any:
    """What the signals said."""
    heard: list[tuple[str, Any]] = []

    def published(obj: Any, version: Any, first: bool, **_more: Any) -> None:
        heard.append(("published", (obj.pk, version.number, first)))

    def withdrawn(obj: Any, **_more: Any) -> None:
        heard.append(("withdrawn", obj.pk))

    editorial_published.connect(published)
    editorial_withdrawn.connect(withdrawn)
    yield heard
    editorial_published.disconnect(published)
    editorial_withdrawn.disconnect(withdrawn)


def _public() -> list[str]:
    return [row.live["title"] for row in Page.objects.filter(public_q())]


@pytest.mark.requirement("A1")
def test_a_draft_is_seen_by_nobody_until_it_is_published(page: Page, tree: Tree, told: Any) -> None:
    editor = person(tree.host, "manager")
    save_draft(page, {"title": " 开幕  式 ", "body": "<p onclick=x>正文</p>"}, actor=editor)
    assert (page.title, page.draft["body"], page.revision) == ("开幕 式", "<p>正文</p>", 1)
    assert _public() == []
    version = publish(page, actor=editor, reason="首发")
    assert version is not None and (version.number, version.reason, version.content) == (1, "首发", page.live)
    assert _public() == ["开幕 式"]
    save_draft(page, {"title": "开幕式（更正）"}, actor=editor, expected_revision=1)
    assert (page.title, page.has_changes) == ("开幕 式", True)  # lists show what is public
    assert _public() == ["开幕 式"]
    publish(page, actor=editor, reason="更正")
    assert _public() == ["开幕式（更正）"]
    assert [(row.number, row.reason) for row in versions_of(page)] == [(2, "更正"), (1, "首发")]
    assert told == [("published", (page.pk, 1, True)), ("published", (page.pk, 2, False))]
    assert [event.verb for event in history_of(page)] == ["text.publish", "text.publish"]


def test_publishing_twice_makes_one_version(page: Page, told: Any) -> None:
    save_draft(page, {"title": "一", "body": "<p>二</p>"}, actor=None)
    first = publish(page, actor=None)
    assert publish(page, actor=None) == first
    assert versions_of(page).count() == 1 and len(told) == 1


@pytest.mark.parametrize(("draft", "code"), [({"body": "<p>x</p>"}, "no_title"), ({"title": "x"}, "no_body")])
def test_what_is_incomplete_is_not_published(page: Page, draft: dict[str, str], code: str) -> None:
    save_draft(page, draft, actor=None)
    with pytest.raises(DomainError) as refusal:
        publish(page, actor=None)
    assert refusal.value.code == code
    assert _public() == []


def test_the_second_of_two_editors_learns_what_is_there(page: Page, tree: Tree) -> None:
    first, second = person(tree.host, "manager", name="甲"), person(tree.host, "manager", name="乙")
    save_draft(page, {"title": "一", "body": "<p>二</p>"}, actor=first)
    late = Page.objects.get(pk=page.pk)
    save_draft(page, {"body": "<p>甲写的</p>"}, actor=first, expected_revision=1)
    with pytest.raises(Conflict) as refusal:
        save_draft(late, {"body": "<p>乙写的</p>"}, actor=second, expected_revision=1)
    assert refusal.value.details == [
        {"draft": {"title": "一", "body": "<p>甲写的</p>"}, "revision": 2, "edited_by": "甲"}
    ]
    with pytest.raises(Conflict):
        publish(late, actor=second, expected_revision=1)
    assert Page.objects.get(pk=page.pk).draft["body"] == "<p>甲写的</p>"


def test_a_schedule_is_kept_by_the_clock_and_shows_the_old_text_until_then(page: Page, told: Any) -> None:
    save_draft(page, {"title": "旧", "body": "<p>二</p>"}, actor=None)
    publish(page, actor=None)
    save_draft(page, {"title": "新"}, actor=None)
    moment = now() + timedelta(hours=2)
    assert publish(page, actor=None, at=moment) is None
    assert (page.state, page.publish_at) == ("scheduled", moment)
    assert publish_due_texts() == 0
    assert _public() == ["旧"]
    with standing_at(moment):
        assert publish_due_texts() == 1
        assert publish_due_texts() == 0
        assert _public() == ["新"]
    page.refresh_from_db()
    assert (page.state, page.publish_at) == ("published", None)
    assert len(told) == 2


@pytest.mark.requirement("A8")
def test_nothing_scheduled_comes_out_of_a_week_that_has_ended(page: Page, edition: Any) -> None:
    save_draft(page, {"title": "新", "body": "<p>一</p>"}, actor=None)
    publish(page, actor=None, at=now() + timedelta(hours=2))
    close_edition(edition, actor=None)
    with standing_at(now() + timedelta(hours=3)):
        assert publish_due_texts() == 0
    page.refresh_from_db()
    assert (page.state, page.live_at) == ("scheduled", None)


def test_a_schedule_can_be_taken_back(page: Page) -> None:
    save_draft(page, {"title": "旧", "body": "<p>二</p>"}, actor=None)
    publish(page, actor=None, at=now() + timedelta(hours=2))
    unschedule(page, actor=None)
    assert page.state == "draft"
    with standing_at(now() + timedelta(hours=3)):
        assert publish_due_texts() == 0


def test_one_text_that_became_incomplete_does_not_hold_up_the_others(page: Page, tree: Tree, edition: Any) -> None:
    save_draft(page, {"title": "旧", "body": "<p>二</p>"}, actor=None)
    other = Page(edition=edition, organisation=tree.host, kind="news", slug="other")
    save_draft(other, {"title": "另", "body": "<p>二</p>"}, actor=None)
    for one in (page, other):
        publish(one, actor=None, at=now() + timedelta(minutes=1))
    save_draft(page, {"title": ""}, actor=None)
    with standing_at(now() + timedelta(minutes=2)):
        assert publish_due_texts() == 1
        assert _public() == ["另"]
    page.refresh_from_db()
    assert (page.state, history_of(page)[0].verb) == ("draft", "text.schedule_failed")


def test_withdrawing_takes_it_away_and_keeps_its_history(page: Page, told: Any) -> None:
    save_draft(page, {"title": "一", "body": "<p>二</p>"}, actor=None)
    publish(page, actor=None)
    withdraw(page, actor=None, reason="有误")
    withdraw(page, actor=None)
    assert (page.state, _public(), versions_of(page).count()) == ("withdrawn", [], 1)
    assert told[1:] == [("withdrawn", page.pk)]
    publish(page, actor=None)
    assert _public() == ["一"] and versions_of(page).count() == 2


def test_what_is_no_longer_valid_is_not_public(page: Page) -> None:
    page.valid_until = now() + timedelta(days=1)
    save_draft(page, {"title": "一", "body": "<p>二</p>"}, actor=None)
    publish(page, actor=None)
    assert _public() == ["一"]
    with standing_at(now() + timedelta(days=2)):
        assert _public() == []


def test_an_old_version_comes_back_as_a_draft(page: Page, tree: Tree, edition: Any) -> None:
    save_draft(page, {"title": "一", "body": "<p>旧</p>"}, actor=None)
    publish(page, actor=None)
    save_draft(page, {"body": "<p>新</p>"}, actor=None)
    publish(page, actor=None)
    old = version_of(page, 1)
    assert old is not None
    restore(page, old, actor=None)
    assert (page.draft["body"], page.live["body"]) == ("<p>旧</p>", "<p>新</p>")
    other = Page(edition=edition, organisation=tree.host, kind="news", slug="other")
    save_draft(other, {"title": "另"}, actor=None)
    with pytest.raises(DomainError):
        restore(other, old, actor=None)
