"""What stands on a story's share card."""

from __future__ import annotations

from django.utils.translation import gettext as _

from skillweek.content.models import Rendition
from skillweek.portal import links
from skillweek.portal.share_card import Card
from skillweek.publicity.models import Story
from skillweek.publicity.queries.stories import assets_by_id, cover_id

_WIDTH = 800


def story_card(story: Story) -> Card:
    """The card of a public story with its edition and organisation."""
    topics = {topic.code: topic.name for topic in story.edition.doc.topics}
    byline = str(story.live.get("byline") or "")
    unit = story.organisation.name
    lines = (topics.get(story.topic, ""), unit, byline if byline != unit else "", _("扫码读故事"))
    return Card(
        heading=f"{story.edition.title} · {story.edition.theme}",
        title=story.title,
        lines=tuple(line for line in lines if line),
        mark=str(story.get_kind_display()) if story.kind != Story.Kind.STORY else "",
        url=links.absolute(links.story(story.pk)),
        cover=_cover_key(story),
    )


def _cover_key(story: Story) -> str:
    """The public JPEG nearest to the width it is drawn at."""
    asset = assets_by_id([cover_id(story.live)]).get(cover_id(story.live))
    if asset is None:
        return ""
    found = [(row.width, row.key) for row in asset.renditions.all() if row.format == Rendition.Format.JPEG]
    return min(found, key=lambda row: abs(row[0] - _WIDTH), default=(0, ""))[1]
