"""Handing a story in, returning it, publishing it, taking it back (D2): the shared verbs, and those on several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.content import editorial
from skillweek.content.models import Version
from skillweek.content.reviewing import Reviewing, locked, must_decide, must_write
from skillweek.core.errors import Conflict, DomainError
from skillweek.notifications.domain import tell_decision
from skillweek.organisations.queries import people_who_write
from skillweek.publicity.models import Story


def _tell(story: Story, outcome: str, *, actor: Any, note: str) -> None:
    people, url = people_who_write(story.organisation), reverse("publicity:edit", args=[story.pk])
    tell_decision(story, f"story.{outcome}", people, actor=actor, note=note, url=url)


REVIEW = Reviewing(audit=lambda _story, verb: f"story.{verb}", tell=_tell)
hand_in = REVIEW.hand_in
take_back = REVIEW.take_back
return_story = REVIEW.give_back
publish_story = REVIEW.publish
withdraw_story = REVIEW.withdraw


@dataclass
class Outcome:
    """What became of several stories: those done, and for each other its title and why not."""

    done: list[Story] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def unschedule_story(story: Story, *, actor: Any) -> Story:
    """Take the time of publication back."""
    must_decide(locked(story), actor)
    return editorial.unschedule(story, actor=actor)


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

    fresh = locked(story)
    must_decide(fresh, actor)
    if fresh.is_live and fresh.has_changes:
        raise Conflict(_("“%(title)s”有未发布的修改，请打开它处理。") % {"title": fresh.title}, code="changes")
    changes = {name: value for name, value in (("topic", topic), ("kind", kind)) if value}
    fresh = save_story(fresh, changes, actor=actor)
    if fresh.is_live:
        editorial.publish(fresh, actor=actor, reason=_("调整归类"))
    return fresh
