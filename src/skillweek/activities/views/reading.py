"""What the reading page of an activity shows, and which buttons it offers to whom."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from skillweek.activities import access, access_running
from skillweek.activities.integrity import error_count
from skillweek.activities.models import Activity, ActivityTag, Session
from skillweek.activities.queries.planning import row_of
from skillweek.activities.queries.review import next_waiting
from skillweek.activities.queries.versions import activity_differences
from skillweek.activities.session_words import place_words, time_words
from skillweek.core import audit
from skillweek.editions.models import Edition

#: More sessions of one activity than these are shown folded.
SHOWN_SESSIONS = 20


def activity_context(request: HttpRequest, activity: Activity, **extra: Any) -> dict[str, Any]:
    """Everything for ``activities/activity.html``."""
    user = request.user
    sessions = list(activity.sessions.all())
    sees_integrity = access.can_see_integrity(user, activity)
    decides = access.can_review(user, activity)
    own = access.can_write_for(user, activity.organisation)
    versions = list(activity.versions.all()[:2]) if sees_integrity else []
    return {
        "activity": activity,
        "edition": activity.edition,
        "row": row_of(activity),
        "sessions": [session_row(session, activity.edition) for session in sessions],
        "shown_sessions": SHOWN_SESSIONS,
        "tags": tags_of(activity),
        "partners": activity.partners.select_related("organisation"),
        "idea": activity.idea_code and activity.edition.doc.label_of("ideas", activity.idea_code),
        "sees_integrity": sees_integrity,
        "errors": error_count(activity.findings),
        "comments": list(activity.comments.select_related("author")) if sees_integrity else [],
        "events": list(audit.history_of(activity)[:30]) if sees_integrity else [],
        "changes_since": _changes(versions, activity.edition),
        "submissions": len(versions),
        "own": own,
        "decides": decides,
        "is_waiting": activity.state == Activity.State.SUBMITTED,
        "next_activity": next_waiting(user, activity) if decides else None,
        "is_open": access.is_open(activity.edition),
        "can_edit": access.can_edit(user, activity),
        "can_submit": access.can_submit(user, activity),
        "can_withdraw": access.can_withdraw(user, activity),
        "can_delete": access.can_edit(user, activity) and activity.published_at is None,
        "can_arrange": access.can_arrange(user, activity),
        "can_take_down": _can_take_down(user, activity),
        "can_comment": access.is_open(activity.edition) and (own or decides),
        "more": _more(user, activity),
        "typed": {},
        **extra,
    }


def session_row(session: Session, edition: Edition) -> dict[str, Any]:
    """One session in words."""
    facts = {
        name: getattr(session, name)
        for name in ("starts_at", "ends_at", "is_online", "online_url", "place", "address", "room")
    }
    return {
        "session": session,
        "time": time_words(facts, edition.zone),
        "place": place_words(facts),
        "district": edition.doc.label_of("districts", session.district) if session.district else "",
        "has_point": session.latitude is not None and session.longitude is not None,
    }


def tags_of(activity: Activity) -> list[tuple[str, list[str]]]:
    """(group's name, ticked names) in the form's order; empty groups are left out."""
    doc = activity.edition.doc
    ticked: dict[str, list[str]] = {}
    for tag in activity.tags.all():
        ticked.setdefault(tag.group, []).append(doc.label_of(ActivityTag.LISTS[tag.group], tag.code))
    return [(str(ActivityTag.Group(group).label), ticked[group]) for group in ActivityTag.LISTS if group in ticked]


def _changes(versions: list[Any], edition: Edition) -> list[Any]:
    """What the last submission changed against the one before."""
    if len(versions) < 2:
        return []
    return activity_differences(versions[1].snapshot, versions[0].snapshot, edition)


def _can_take_down(user: Any, activity: Activity) -> bool:
    up = activity.state == Activity.State.APPROVED and activity.withdrawn_at is None
    decides = access.decides_for(user, activity.organisation) and access.is_open(activity.edition)
    return up and (decides or access.can_arrange(user, activity))


def _more(user: Any, activity: Activity) -> list[tuple[str, str, str]]:
    """(label, address, icon) of the pages about this activity that other parts of the house have."""
    pages = []
    if access_running.can_change(user, activity):
        pages += [
            (_("调整时间地点、延期或取消"), "activities:changes", "calendar-event"),
        ]
    if access_running.can_invite_partners(user, activity):
        pages.append((_("合作单位"), "activities:partners", "people"))
    if access.can_write_for(user, activity.organisation):
        pages.append((_("复制为新活动"), "activities:copy", "copy"))
    if access_running.can_assess(user, activity):
        pages.append((_("评价与亮点"), "activities:assess", "star"))
    if access.can_run(user, activity) and activity.state == Activity.State.APPROVED:
        pages.append((_("预约与签到"), "bookings:index", "ticket-perforated"))
        pages.append((_("参加者评价"), "bookings:feedback", "chat-left-text"))
    pages.append((_("门户上的页面"), "portal:activity", "globe2"))
    found = []
    for label, name, icon in pages:
        if name == "portal:activity" and activity.published_at is None:
            continue
        try:
            if name == "bookings:index":
                # The list of sessions, narrowed to this activity's.
                found.append((label, f"{reverse(name)}?{urlencode({'q': activity.title[:60]})}", icon))
            else:
                found.append((label, reverse(name, args=[activity.pk]), icon))
        except NoReverseMatch:
            continue
    return found
