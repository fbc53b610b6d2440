"""Tags of the public pages: ``{% load portal %}``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from skillweek.activities.models import Activity, Session
from skillweek.core.templatetags import ui
from skillweek.editions.models import Edition
from skillweek.portal import links, structured

register = template.Library()
#: Patterns in the style sheet (``_home.scss``).
PATTERNS: Final = 6
_DAYS_SHOWN: Final = 3


@register.simple_tag
def event_json_ld(activity: Activity, sessions: Iterable[Session]) -> SafeString:
    """schema.org data of an activity page, for block ``head``."""
    picture = links.absolute(links.to("portal:share_card", activity.pk))
    return structured.data_block(structured.event_data(activity, sessions, picture=picture))


@register.inclusion_tag("portal/open_graph.html")
def open_graph(
    title: str, description: str = "", path: str = "", picture: str = "", kind: str = "website"
) -> dict[str, Any]:
    """Open Graph tags for block ``head``; ``path`` and ``picture`` are paths of this site.

    Without a picture of its own a page is shared with the card of the week.
    """
    picture = picture or links.to("portal:share_week")
    return {
        "og_title": title,
        "og_description": description,
        "og_url": links.absolute(path) if path else "",
        "og_picture": links.absolute(picture),
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


@register.filter
def notice_url(notice: Any) -> str:
    """Public page of a notice."""
    return links.notice(notice.pk)


@register.filter
def page_url(page: Any) -> str:
    """Public address of a page."""
    return links.page(page.slug)


@register.filter
def pattern(pk: int) -> int:
    """Which of the patterns stands in for a missing picture: the same one for the same activity always."""
    return pk % PATTERNS


@register.filter
def place_on(activity: Activity, on: date) -> str:
    """Where an activity (with prefetched sessions) first takes place on that day; empty at its organiser's."""
    for session in activity.sessions.all():
        if session.day == on and session.state == Session.State.PLANNED:
            place = _("线上") if session.is_online else session.place or _("地点待定")
            return "" if place == activity.organisation.name else place
    return ""


@register.filter
def days_of(activity: Activity) -> str:
    """On which days an activity (with prefetched sessions) takes place: 5月14日、5月16日."""
    days = list(dict.fromkeys(row.day for row in activity.sessions.all() if row.day and row.state == "planned"))
    if not days:
        return _("时间待定，另行通知")
    shown = [ui.day(each, "plain") for each in days[:_DAYS_SHOWN]]
    joined = _("、").join(shown)
    return _("%(days)s等 %(number)d 天") % {"days": joined, "number": len(days)} if len(days) > len(shown) else joined


@register.filter
def district_name(code: str, edition: Edition) -> str:
    """A district's name by its code."""
    return edition.doc.label_of("districts", code)


@register.simple_tag(takes_context=True)
def without(context: dict[str, Any], name: str, value: str) -> str:
    """The present query without one value of one parameter, and without the page: takes a chosen filter off again."""
    query = context["request"].GET.copy()
    rest = [each for each in query.getlist(name) if each != value]
    # A day may stand there as a word (today), and the text with other spaces: then the whole parameter goes.
    query.setlist(name, rest if len(rest) < len(query.getlist(name)) else [])
    query.pop("page", None)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag
def hours(line: Any, zone: str) -> tuple[str, str]:
    """When a calendar's line begins and ends: ``("09:00", "11:30")``."""
    found: tuple[str, str] = line.hours(zone)
    return found
