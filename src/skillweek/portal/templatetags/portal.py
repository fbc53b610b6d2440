"""Tags of the public pages: ``{% load portal %}``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from skillweek.activities.models import Activity, Session
from skillweek.portal import links, structured

register = template.Library()


@register.simple_tag
def event_json_ld(activity: Activity, sessions: Iterable[Session]) -> SafeString:
    """schema.org data of an activity page, for block ``head``."""
    picture = links.absolute(links.to("portal:share_card", activity.pk))
    return structured.data_block(structured.event_data(activity, sessions, picture=picture))


@register.inclusion_tag("portal/open_graph.html")
def open_graph(
    title: str, description: str = "", path: str = "", picture: str = "", kind: str = "website"
) -> dict[str, Any]:
    """Open Graph tags for block ``head``; ``path`` and ``picture`` are paths of this site."""
    return {
        "og_title": title,
        "og_description": description,
        "og_url": links.absolute(path) if path else "",
        "og_picture": links.absolute(picture) if picture else "",
        "og_kind": kind,
    }


@register.inclusion_tag("portal/open_graph.html")
def activity_open_graph(activity: Activity) -> dict[str, Any]:
    """The same for an activity, with its share card."""
    context: dict[str, Any] = open_graph(
        activity.title,
        activity.summary or activity.organisation.name,
        links.activity(activity.pk),
        links.to("portal:share_card", activity.pk),
        "article",
    )
    return context
