"""The player of an interview for templates: ``{% load interviews %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from skillweek.content.models import Asset
from skillweek.content.render import asset_url
from skillweek.interviews.models import Episode
from skillweek.interviews.queries.media import film_copy, poster_of

register = template.Library()


@register.simple_tag
def interview_player(
    episode: Episode, film: Asset, transcript: Any, chapters: Any, is_preview: bool = False
) -> SafeString:
    """The film with captions and chapters; nothing is loaded but its length before it is played."""
    copy = film_copy(film)
    if copy is None:
        return format_html('<p class="rt-waiting">{}</p>', _("视频正在处理，稍后刷新即可看到。"))
    poster = poster_of(film)
    tracks = SafeString("")
    if transcript and not is_preview:
        tracks += format_html(
            '<track kind="captions" srclang="zh" label="{}" src="{}" default>',
            _("字幕"), reverse("interviews_public:captions", args=[episode.pk]),
        )  # fmt: skip
    if chapters and not is_preview:
        tracks += format_html(
            '<track kind="chapters" srclang="zh" src="{}">', reverse("interviews_public:chapters", args=[episode.pk])
        )
    return format_html(
        '<video class="interview-film" src="{}" controls playsinline preload="metadata" width="{}" height="{}"{}'
        ' aria-label="{}" data-film>{}</video>',
        asset_url(film), copy.width, copy.height, format_html(' poster="{}"', poster) if poster else "",
        episode.title, tracks,
    )  # fmt: skip


@register.simple_tag
def film_at(film: Asset | None, second: int) -> str:
    """The film from a moment on, for browsers without scripts."""
    address = asset_url(film) if film is not None else ""
    return f"{address}#t={second}" if address else f"#t{second}"
