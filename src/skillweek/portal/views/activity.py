"""One activity: what, when, where, how to come (B7, B2, A3)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from skillweek.activities.models import Activity, ActivityTag, Partner, Session
from skillweek.activities.session_words import Difference, differences
from skillweek.bookings.queries import booking_states, feedback_summary
from skillweek.bookings.queries.places import State
from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.portal import cards, finding, links
from skillweek.portal.caching import public_page
from skillweek.portal.routes import Route, routes_to
from skillweek.publicity.queries.stories import cards_of as story_cards
from skillweek.publicity.queries.stories import public_stories

#: More sessions than this on a day at one place are slots: shown as a grid of times instead of rows.
_SLOTS: Final = 3
_RELATED: Final = 3
_QR_SCALE: Final = 8


@dataclass(frozen=True)
class SessionRow:
    """A session as its activity's page shows it."""

    session: Session
    hours: str
    where: str
    mark: cards.Mark
    state: State
    routes: list[Route]
    #: (kind, when, supplement's address and title, what became what, reason)
    changes: list[dict[str, Any]]


@dataclass(frozen=True)
class SessionDay:
    """The sessions of one day. ``day`` is None for those to be announced."""

    day: Any
    rows: list[SessionRow]

    @property
    def is_grid(self) -> bool:
        """Whether they are slots: many at one place, with nothing to tell about each of them."""
        same = len({(row.where, row.session.room, row.session.is_online) for row in self.rows}) == 1
        telling = any(row.changes or row.session.label for row in self.rows)
        return len(self.rows) > _SLOTS and same and not telling

    @property
    def is_gone(self) -> bool:
        """Whether all of it is over, as planned: of interest to nobody who wants to come."""
        return all(row.mark.code == "over" and not row.changes for row in self.rows)


def public_activity(pk: int) -> Activity:
    """The activity with all that its page shows, or 404 for strangers: hidden, not there and not yet are one answer."""
    found = (
        Activity.objects.exclude(edition__state=Edition.State.DRAFT)
        .select_related("edition", "organisation", "cover", "cover__file")
        .prefetch_related(
            "sessions__changes__notice",
            "tags",
            "partners__organisation",
            "cover__renditions",
            "cover__file__derivatives",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None or not Activity.objects.filter(pk=pk).published(today_in(found.edition.zone)).exists():
        raise Http404
    return found


@public_page
@require_safe
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """The activity's page."""
    found = public_activity(pk)
    edition = found.edition
    sessions = list(found.sessions.all())
    for session in sessions:
        session.activity = found
    states = booking_states(sessions)
    every_day = _days(sessions, states, edition)
    days = [one for one in every_day if not one.is_gone]
    # A week that is over shows all of it.
    gone = [one for one in every_day if one.is_gone] if days else []
    days = days or every_day
    [card] = cards.cards_of([found], edition)
    context = {
        "edition": edition,
        "activity": found,
        "card": card,
        "days": days,
        "gone": gone,
        "gone_count": sum(len(one.rows) for one in gone),
        "sessions": sessions,
        "partners": [one for one in found.partners.all() if one.state == Partner.State.ACCEPTED],
        "labels": _labels(found, edition),
        "national": _named(found, edition, ActivityTag.Group.NATIONAL),
        "city_name": edition.doc.label_of("city_activities", found.city_code) if found.city_code else "",
        "book": _to_book(days),
        "page_url": links.absolute(links.activity(found.pk)),
        "feedback": feedback_summary(found),
        "related": _related(found, edition),
        "stories": story_cards(public_stories(edition).filter(activity=found)[:_RELATED], edition),
        "moment": now(),
    }
    return render(request, "portal/activities/activity.html", context)


def _days(sessions: Sequence[Session], states: dict[int, State], edition: Edition) -> list[SessionDay]:
    groups: dict[Any, list[SessionRow]] = {}
    ordered = sorted(sessions, key=lambda s: (s.starts_at is None, s.starts_at.timestamp() if s.starts_at else 0, s.pk))
    for session in ordered:
        groups.setdefault(session.day if session.starts_at else None, []).append(_row(session, states, edition))
    return [SessionDay(day, rows) for day, rows in groups.items()]


def _row(session: Session, states: dict[int, State], edition: Edition) -> SessionRow:
    state = states[session.pk]
    mark = cards.session_mark(session, state, edition.zone)
    return SessionRow(
        session=session,
        hours=cards.hours_words(session, edition.zone),
        where=cards.where_words(session, edition),
        mark=mark,
        state=state,
        routes=[] if mark.code in ("over", "cancelled") else routes_to(session),
        changes=[_change(change, edition) for change in session.changes.all()],
    )


def _change(change: Any, edition: Edition) -> dict[str, Any]:
    rows: list[Difference] = differences(change, edition.zone)
    notice = change.notice if change.notice and change.notice.is_public and change.notice.is_live else None
    return {
        "kind": change.get_kind_display(),
        "at": change.created_at.astimezone(ZoneInfo(edition.zone)),
        "rows": rows,
        "reason": change.reason,
        "notice": notice,
    }


def _labels(found: Activity, edition: Edition) -> list[tuple[str, list[str]]]:
    """Facts from the edition's lists: (what, names). The nation's activities stand by themselves."""
    groups = ("audience", "outreach", "form", "service", "integration", "topic", "online")
    shown = [(str(finding.LABELS[group]()), _named(found, edition, group)) for group in groups]
    return [(label, names) for label, names in shown if names]


def _named(found: Activity, edition: Edition, group: str) -> list[str]:
    return [edition.doc.label_of(ActivityTag.LISTS[group], code) for code in found.codes(group)]


def _to_book(days: Sequence[SessionDay]) -> SessionRow | None:
    """The session that the button at the foot of a phone's page books: the first that takes people."""
    rows = [row for day in days for row in day.rows]
    for code in ("open", "waiting"):
        for row in rows:
            if row.state.code == code:
                return row
    return None


def _related(found: Activity, edition: Edition) -> list[cards.Card]:
    """A few others of the same organiser."""
    from skillweek.activities.queries.public import public_activities

    others = public_activities(edition).filter(organisation=found.organisation, cancelled_at=None).exclude(pk=found.pk)
    return cards.cards_of(finding.with_cards(others.order_by("-is_highlight", "pk"))[:_RELATED], edition)


@public_page
@require_safe
def qr_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The page's address as a QR code for posters: SVG, or a picture with ``?as=png``."""
    found = public_activity(pk)
    code = segno.make(links.absolute(links.activity(found.pk)), error="m")
    kind, content_type = ("png", "image/png") if request.GET.get("as") == "png" else ("svg", "image/svg+xml")
    out = io.BytesIO()
    if kind == "svg":
        code.save(out, kind="svg", scale=_QR_SCALE, border=2, xmldecl=False, title=_("活动二维码"), omitsize=True)
    else:
        code.save(out, kind="png", scale=_QR_SCALE * 2, border=4)
    response = HttpResponse(out.getvalue(), content_type=content_type)
    if request.GET.get("as") == "png":
        response["Content-Disposition"] = f'attachment; filename="activity-{found.pk}.png"'
    return response
