"""Handing a story in, returning it, publishing it, taking it back (D2): each decision with who, when, why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.content import editorial
from skillweek.content.models import Version
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.notifications.domain import notify
from skillweek.publicity.access import can_hand_in, can_publish, can_take_back, can_withdraw
from skillweek.publicity.domain.sources import editors_of, must_be_publishable
from skillweek.publicity.domain.writing import locked, must_write
from skillweek.publicity.models import Story

_W = Story.Review.WAITING


@dataclass
class Outcome:
    """What became of several stories: those done, and for each other its title and why not."""

    done: list[Story] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def hand_in(story: Story, *, actor: Any, expected_revision: int | None = None) -> Story:
    """Give a school's story to the line above, and return it.

    Raises NotAllowed, Conflict (changed meanwhile, waiting already), DomainError with what is missing.
    """
    fresh = locked(story.pk)
    if not can_hand_in(actor, fresh):
        if fresh.review == _W:
            raise Conflict(_("这篇故事已经提交，正在等待审核。"), code="waiting")
        raise NotAllowed(_("只有学校的联络员和管理员可以提交故事。您写的内容都已保存。"))
    _must_be(fresh, expected_revision)
    if not str(fresh.draft.get("title") or "").strip():
        raise DomainError(_("还没有标题。请先填写标题，再提交。"), field="title")
    must_be_publishable(fresh)
    fresh.review, fresh.review_note, fresh.is_handed_in = _W, "", True
    fresh.submitted_at, fresh.submitted_by = now(), actor
    fresh.save()
    record("story.submit", fresh, actor=actor, organisation_id=fresh.organisation_id)
    return fresh


@transaction.atomic
def take_back(story: Story, *, actor: Any) -> Story:
    """Take a story back that nobody has decided on. Raises NotAllowed or Conflict."""
    fresh = locked(story.pk)
    if not can_take_back(actor, fresh):
        if fresh.review != _W:
            raise Conflict(_("这篇故事现在不在等待审核，不需要撤回。"), code="not_waiting")
        raise NotAllowed(_("只有学校的联络员和管理员可以撤回。"))
    fresh.review = ""
    fresh.save(update_fields=["review", "updated_at"])
    record("story.take_back", fresh, actor=actor, organisation_id=fresh.organisation_id)
    return fresh


@transaction.atomic
def return_story(story: Story, *, actor: Any, note: str) -> Story:
    """Send a waiting story back to its school with a reason. Raises DomainError without one, NotAllowed, Conflict."""
    fresh = locked(story.pk)
    _must_decide(fresh, actor)
    note = clean_note(note, required=_("请写明退回原因，学校才知道要改什么。"), field="note")
    if fresh.review != _W:
        raise Conflict(_("这篇故事现在不在等待审核。请刷新查看。"), code="not_waiting")
    fresh.review, fresh.review_note, fresh.reviewed_by = Story.Review.RETURNED, note, actor
    fresh.save()
    record("story.return", fresh, actor=actor, organisation_id=fresh.organisation_id, reason=note)
    _tell_school(fresh, "story.returned", actor, note)
    return fresh


@transaction.atomic
def publish_story(
    story: Story,
    *,
    actor: Any,
    reason: str = "",
    at: datetime | None = None,
    expected_revision: int | None = None,
) -> Version | None:
    """Publish now, or at ``at``; the version, None when scheduled. The school is told.

    Also puts back what was withdrawn. Raises NotAllowed, Conflict (changed since it was read), DomainError (no topic,
    nothing in it, a source not accepted, a time that is over).
    """
    fresh = locked(story.pk)
    _must_decide(fresh, actor)
    if at is not None and at <= now():
        raise DomainError(_("定时发布的时间已经过去。请选以后的时间，或直接发布。"), field="at")
    was_waiting = fresh.review == _W
    Story.objects.filter(pk=fresh.pk).update(reviewed_by=actor, review="", review_note="")
    version = editorial.publish(fresh, actor=actor, reason=reason, at=at, expected_revision=expected_revision)
    if was_waiting or fresh.organisation.is_school:
        _tell_school(fresh, "story.published", actor, reason)
    return version


@transaction.atomic
def unschedule_story(story: Story, *, actor: Any) -> Story:
    """Take the time of publication back."""
    _must_decide(locked(story.pk), actor)
    return editorial.unschedule(story, actor=actor)


@transaction.atomic
def withdraw_story(story: Story, *, actor: Any, reason: str) -> Story:
    """Take the story from the public, with a reason. Raises NotAllowed, DomainError without a reason."""
    fresh = locked(story.pk)
    if not can_withdraw(actor, fresh):
        raise NotAllowed(_("您不能撤下“%(title)s”。") % {"title": fresh.title})
    reason = clean_note(reason, required=_("请写明撤下的原因。"), field="reason")
    return editorial.withdraw(fresh, actor=actor, reason=reason)


def restore_version(story: Story, version: Version, *, actor: Any) -> Story:
    """Make an old version the draft."""
    must_write(story, actor)
    return editorial.restore(story, version, actor=actor)


def publish_selected(stories: Iterable[Story], *, actor: Any) -> Outcome:
    """Publish several, each in its own transaction; those that cannot be are told."""
    outcome = Outcome()
    for story in stories:
        try:
            publish_story(story, actor=actor)
            outcome.done.append(story)
        except DomainError as error:
            outcome.skipped.append((story.title, error.message))
    return outcome


@transaction.atomic
def classify(story: Story, *, actor: Any, topic: str = "", kind: str = "") -> Story:
    """Put a story under another topic or into the library; a public one is published again with the change.

    Raises like ``save_story`` and ``publish_story``; a public text with other unpublished changes raises Conflict.
    """
    from skillweek.publicity.domain.writing import save_story

    fresh = locked(story.pk)
    _must_decide(fresh, actor)
    if fresh.is_live and fresh.has_changes:
        raise Conflict(_("“%(title)s”有未发布的修改，请打开它处理。") % {"title": fresh.title}, code="changes")
    changes = {name: value for name, value in (("topic", topic), ("kind", kind)) if value}
    fresh = save_story(fresh, changes, actor=actor)
    if fresh.is_live:
        editorial.publish(fresh, actor=actor, reason=_("调整归类"))
    return fresh


def _must_decide(story: Story, actor: Any) -> None:
    if not can_publish(actor, story):
        raise NotAllowed(_("“%(title)s”由上级单位的审核员发布。您可以提交审核。") % {"title": story.title})


def _must_be(story: Story, expected: int | None) -> None:
    if expected is not None and expected != story.revision:
        raise Conflict(_("这篇故事刚刚被同事改过。请刷新，看过最新内容再提交。"), code="changed")


def _tell_school(story: Story, kind: str, actor: Any, note: str) -> None:
    if not story.organisation.is_school:
        return
    people = [user for user in editors_of(story.organisation) if user.pk != getattr(actor, "pk", None)]
    notify(
        people,
        kind=kind,
        context={"title": story.title, "who": str(actor) if actor else "", "note": note},
        url=reverse("publicity:edit", args=[story.pk]),
        dedupe_key=f"{kind}:{story.pk}:{story.revision}:{now().isoformat()}",
        organisation=story.organisation,
    )
