"""The texts of stories, as the room ``similarity`` compares them (C14)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from skillweek.publicity.access import stories_visible_to
from skillweek.publicity.models import Story
from skillweek.similarity.domain import put_text
from skillweek.similarity.sources import Place, register_text

STORY: Final = "story"


def put_story(story: Story) -> None:
    """Have the story's draft compared as it is now, or as it is public."""
    content = story.draft or story.live or {}
    put_text(
        STORY,
        story.pk,
        edition=story.edition,
        organisation=story.organisation,
        text=strip_tags(str(content.get("body") or "").replace("</p>", "</p>\n")),
        title=str(content.get("title") or story.title),
    )


def register() -> None:
    """Make stories known to the room ``similarity``."""
    register_text(STORY, _("故事"), places=_places, texts=_all)


def _places(user: Any, ids: Collection[int]) -> dict[int, Place]:
    stories = stories_visible_to(user).filter(pk__in=ids).select_related("organisation")
    return {
        story.pk: Place(url=reverse("publicity:edit", args=[story.pk]), name=str(story.organisation))
        for story in stories
    }


def _all() -> Iterable[int]:
    for story in Story.objects.select_related("edition", "organisation").iterator(200):
        put_story(story)
        yield story.pk
