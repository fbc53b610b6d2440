"""Texts and pictures for templates: ``{% load content %}``. See ``docs/developer/content.md``."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from skillweek.content import render
from skillweek.content.client import editor_config
from skillweek.content.models import Asset

register = template.Library()


@register.simple_tag(takes_context=True)
def rich_text(context: dict[str, Any], html: str, css: str = "") -> SafeString:
    """A stored rich text for this reader, with its pictures, videos, galleries and downloads."""
    request = context.get("request")
    inside = render.render_rich_text(html or "", getattr(request, "user", None))
    shots = "data-shot" in inside
    script = format_html('<script type="module" src="{}"></script>', _dist("rich-text-view.js")) if shots else ""
    return format_html('<div class="rich-text {}"{}>{}</div>{}', css, _gallery(shots), inside, script)


def _gallery(shots: bool) -> str:
    return format_html(" data-{}", "rich-text-shots") if shots else ""


def _dist(name: str) -> str:
    try:
        return static(f"skillweek/dist/{name}")
    except ValueError:
        return ""


@register.simple_tag
def picture(
    asset: Asset | None, sizes: str = render.TEXT_SIZES, css: str = "", eager: bool = False, alt: str = ""
) -> SafeString | str:
    """A responsive picture of an asset (AVIF, WebP, JPEG), with its space reserved. Nothing for no asset.

    Lists fetch their assets with ``select_related("file").prefetch_related("renditions", "file__derivatives")``.
    """
    if asset is None or asset.kind != Asset.Kind.PICTURE:
        return ""
    return render.picture(asset, alt=alt, sizes=sizes, css=css, eager=eager)


@register.simple_tag
def asset_url(asset: Asset | None) -> str:
    """The public address of an asset: a download, a video, or the picture in its largest public size."""
    return render.asset_url(asset) if asset is not None else ""


@register.simple_tag
def asset_thumb(asset: Asset | None) -> str:
    """The address of a small JPEG of a picture or a video's still; empty while there is none."""
    return render.thumb_url(asset) if asset is not None else ""


@register.simple_tag(takes_context=True)
def rich_text_assets(context: dict[str, Any], organisation: Any = None, edition: Any = None) -> SafeString:
    """What the editor and the asset chooser need on a page: once, in block ``scripts``.

    Without an organisation or edition the editor works with text alone.
    """
    from django.utils.html import json_script

    config = editor_config(context["request"].user, organisation=organisation, edition=edition)
    script = format_html('<script type="module" src="{}"></script>', _dist("rich-text.js"))
    return format_html("{}{}", json_script(config, "content-config"), script)
