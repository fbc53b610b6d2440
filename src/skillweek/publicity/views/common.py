"""What the workspace's pages of this room share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from skillweek.editions.models import Edition
from skillweek.publicity import access
from skillweek.publicity.domain.sources import problems_of
from skillweek.publicity.models import Story
from skillweek.publicity.texts import STORY
from skillweek.similarity.queries import likenesses


def story_of(request: HttpRequest, pk: int) -> Story:
    """The story, if the person finds it in the workspace. Raises Http404."""
    rows = access.stories_visible_to(request.user).select_related(
        "edition", "organisation", "edited_by", "submitted_by", "reviewed_by", "activity"
    )
    return get_object_or_404(rows, pk=pk)


def story_context(request: HttpRequest, story: Story) -> dict[str, Any]:
    """What every page about a story shows: rights, where it stands, what is wrong with its sources."""
    return {
        "story": story,
        "edition": story.edition,
        **access.rights_of(request.user, story),
        "likenesses": likenesses(request.user, STORY, {story.pk}, others_only=True).get(story.pk, []),
        "problems": problems_of(story, story.draft),
        "sources": story.sources.select_related("report", "item", "asset").order_by("pk"),
        "topic_name": dict(topics_of(story.edition)).get(str(story.draft.get("topic") or ""), ""),
    }


def topics_of(edition: Edition) -> list[tuple[str, str]]:
    """(code, name) of the edition's focus topics."""
    return [(topic.code, topic.name) for topic in edition.doc.topics]


def words_for(outcome_count: int) -> str:
    """How many were done."""
    return _("已处理 %(count)d 篇。") % {"count": outcome_count}
