"""Writing stories: the draft, deleting one that nobody saw (D2)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content import editorial
from skillweek.content.access import is_open
from skillweek.content.domain import hide_assets
from skillweek.content.reviewing import locked, must_write
from skillweek.core.audit import record
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.organisations.access import can_write_for
from skillweek.organisations.models import Organisation
from skillweek.publicity.domain.policies import explain, sound_policies
from skillweek.publicity.models import Story
from skillweek.publicity.texts import STORY, put_story
from skillweek.similarity.domain import remove_texts


@transaction.atomic
def save_story(story: Story, changes: dict[str, Any], *, actor: Any, expected_revision: int | None = None) -> Story:
    """Save the draft of a story, a new one without key too; return it.

    Raises NotAllowed, Conflict (somebody else saved; ``details`` as ``editorial.save_draft``), DomainError for an
    unknown topic or kind.
    """
    is_new = story.pk is None
    if is_new and not (can_write_for(actor, story.organisation) and is_open(story.edition)):
        raise NotAllowed(_("您不能为“%(name)s”写故事。") % {"name": story.organisation})
    if not is_new:
        fresh = locked(story)
        must_write(fresh, actor)
        story = fresh
    if (topic := changes.get("topic")) and topic not in {row.code for row in story.edition.doc.topics}:
        raise DomainError(_("这不是本届的宣传重点。请重新选择。"), field="topic")
    if "kind" in changes and changes["kind"] not in Story.Kind.values:
        raise DomainError(_("不能识别的种类。请重新选择。"), field="kind")
    if "policies" in changes:
        changes = {**changes, "policies": sound_policies(story, changes["policies"])}
    editorial.save_draft(story, changes, actor=actor, expected_revision=expected_revision)
    if is_new:
        record("story.make", story, actor=actor, organisation_id=story.organisation_id)
    if story.published_at is None:
        credit(story, story.draft)
        explain(story, story.draft)
    put_story(story)
    return story


def credit(story: Story, content: dict[str, Any]) -> None:
    """Let the row's credits follow ``content``; its own organisation always stands among them."""
    wanted = {int(pk) for pk in content.get("credits") or [] if str(pk).isdigit()}
    others = Organisation.objects.filter(pk__in=wanted).values_list("pk", flat=True)
    story.credits.set({story.organisation_id, *others})


@transaction.atomic
def delete_story(story: Story, *, actor: Any) -> None:
    """Delete a story that was never public. Raises Conflict for others, and NotAllowed."""
    story = locked(story)
    must_write(story, actor)
    if story.published_at is not None:
        raise Conflict(_("发布过的故事不能删除，只能撤下，以便查到当时发布了什么。"), code="was_public")
    record("story.delete", story, actor=actor, organisation_id=story.organisation_id)
    hide_assets(owner=story, drafts_too=True)
    remove_texts(STORY, [story.pk])
    story.delete()
