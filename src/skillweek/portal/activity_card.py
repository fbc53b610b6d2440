"""What stands on an activity's share card."""

from __future__ import annotations

from django.utils.translation import gettext as _

from skillweek.activities.models import Activity, Session
from skillweek.content.models import Rendition
from skillweek.core.templatetags import ui
from skillweek.editions.models import Edition
from skillweek.portal import links
from skillweek.portal.calendars import place_of
from skillweek.portal.share_card import Card

_WIDTH = 800


def activity_card(edition: Edition, activity: Activity) -> Card:
    """The card of an activity with prefetched sessions."""
    sessions = [row for row in activity.sessions.all() if row.state == Session.State.PLANNED]
    mark = _("已取消") if activity.is_cancelled else _("亮点") if activity.is_highlight else ""
    places = list(dict.fromkeys(row.place if not row.is_online else place_of(row) for row in sessions))
    place = next((name for name in places if name), _("地点待定，另行通知"))
    if len(places) > 1:
        place = _("%(place)s等 %(number)d 处") % {"place": place, "number": len(places)}
    # A school that invites people to itself is named once.
    lines = tuple(dict.fromkeys((_days(sessions), place, activity.organisation.name, _("免费参加 · 扫码看详情"))))
    return Card(
        heading=f"{edition.title} · {edition.theme}",
        title=activity.title,
        lines=lines,
        mark=mark,
        url=links.absolute(links.activity(activity.pk)),
        cover=_cover_key(activity),
    )


def _days(sessions: list[Session]) -> str:
    days = [row.day for row in sessions if row.day]
    if not days:
        return _("时间待定，另行通知")
    first, last = ui.day(min(days)), ui.day(max(days))
    return first if min(days) == max(days) else _("%(first)s至%(last)s") % {"first": first, "last": last}


def _cover_key(activity: Activity) -> str:
    """The public JPEG nearest to the width it is drawn at."""
    if activity.cover is None or not activity.cover.is_public:
        return ""
    found = activity.cover.renditions.filter(format=Rendition.Format.JPEG).values_list("width", "key")
    return min(found, key=lambda row: abs(row[0] - _WIDTH), default=(0, ""))[1]
