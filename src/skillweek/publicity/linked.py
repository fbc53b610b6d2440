"""A story as search engines read it: schema.org Article (D6)."""

from __future__ import annotations

from django.utils.safestring import SafeString

from skillweek.content.queries import absolute
from skillweek.content.render import asset_url, thumb_url
from skillweek.core.linked_data import data_block
from skillweek.publicity.models import Story
from skillweek.publicity.queries.stories import Media, address_of


def article_data(story: Story, media: Media, summary: str) -> SafeString:
    """The block for the page's head; pictures and film by their public addresses."""
    credited = [{"@type": "Organization", "name": unit.name} for unit in story.credits.order_by("path")]
    pictures = [asset_url(asset) for asset in (media.cover, *(shot.asset for shot in media.shots)) if asset]
    data = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": story.title,
        "description": summary,
        "url": absolute(address_of(story)),
        "mainEntityOfPage": absolute(address_of(story)),
        "datePublished": story.published_at.isoformat() if story.published_at else "",
        "dateModified": story.live_at.isoformat() if story.live_at else "",
        "author": credited,
        "publisher": {"@type": "Organization", "name": story.edition.title},
        "image": [absolute(path) for path in dict.fromkeys(pictures) if path][:6],
    }
    if media.video is not None and (address := asset_url(media.video)):
        data["video"] = {
            "@type": "VideoObject",
            "name": media.video_caption or story.title,
            "description": media.video_caption or summary,
            "contentUrl": absolute(address),
            "thumbnailUrl": absolute(thumb_url(media.video)),
            "uploadDate": story.published_at.isoformat() if story.published_at else "",
        }
    return data_block(data)
