"""Pictures and films of stories for templates: ``{% load publicity %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from skillweek.content import render
from skillweek.publicity.queries.stories import Media

register = template.Library()


@register.simple_tag
def story_gallery(media: Media) -> SafeString:
    """The gallery: small pictures with their captions, opening large by the site's piece for that."""
    pieces = format_html_join(
        "",
        '<li class="story-shot">{}{}</li>',
        (
            (
                render.zoomable(shot.asset, alt=shot.asset.alt or shot.caption, caption=shot.caption),
                format_html("<p>{}</p>", shot.caption) if shot.caption else "",
            )
            for shot in media.shots
        ),
    )
    script = format_html('<script type="module" src="{}"></script>', _script())
    return format_html('<ul class="story-gallery" data-rich-text-shots>{}</ul>{}', pieces, script)


@register.simple_tag
def story_video(media: Media) -> SafeString:
    """The film with its still and its caption; nothing of it is loaded before it is played."""
    if media.video is None:
        return SafeString("")
    words = format_html("<figcaption>{}</figcaption>", media.video_caption) if media.video_caption else ""
    return format_html('<figure class="story-video rt-video">{}{}</figure>', render.video(media.video), words)


@register.filter
def topic_of(code: str, edition: Any) -> str:
    """A focus topic's name by its code."""
    found: str = edition.doc.label_of("topics", code) if code else ""
    return found


def _script() -> str:
    try:
        return static("skillweek/dist/rich-text-view.js")
    except ValueError:
        return ""
