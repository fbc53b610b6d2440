"""What strangers may read, for home page, map, feeds, calendars and the interface for programs."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Prefetch, QuerySet

from skillweek.activities.models import Activity, Session
from skillweek.content.models import Page
from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.notices.models import Notice


def current_edition() -> Edition | None:
    """The edition that the public pages show, or None before the first one is opened."""
    return Edition.objects.current()


def public_activities(edition: Edition) -> QuerySet[Activity]:
    """Public activities of the edition with what a card or feed shows, highlights first."""
    found: QuerySet[Activity] = Activity.objects.filter(edition=edition).published(today_in(edition.zone))
    return (
        found.select_related("organisation", "cover")
        .prefetch_related("tags", Prefetch("sessions", Session.objects.order_by("starts_at", "pk")))
        .order_by("-is_highlight", "highlight_rank", "pk")
    )


def public_sessions(edition: Edition, *, day: date | None = None) -> QuerySet[Session]:
    """Sessions of public activities in order of time, with activity and organiser; those "to be announced" last.

    ``change_count`` is how often the session was changed in public.
    """
    visible = Activity.objects.filter(edition=edition).published(today_in(edition.zone))
    sessions = (
        Session.objects.filter(activity__in=visible)
        .select_related("activity", "activity__organisation", "activity__cover")
        .annotate(change_count=Count("changes"))
        .order_by("starts_at", "pk")
    )
    return sessions.filter(day=day) if day else sessions


def public_notices(edition: Edition) -> QuerySet[Notice]:
    """Notices that strangers may read, newest first."""
    return Notice.objects.filter(edition=edition, state=Notice.State.PUBLISHED, is_public=True).order_by(
        "-is_pinned", "-published_at", "-pk"
    )


def public_news(edition: Edition) -> QuerySet[Page]:
    """Published news, newest first."""
    return _pages(edition).filter(kind=Page.Kind.NEWS).order_by("-published_at", "-pk")


def public_pages(edition: Edition) -> QuerySet[Page]:
    """Published topic and static pages."""
    return _pages(edition).exclude(kind=Page.Kind.NEWS).order_by("position", "pk")


def _pages(edition: Edition) -> QuerySet[Page]:
    return Page.objects.filter(edition=edition, state=Page.State.PUBLISHED).exclude(valid_until__lte=now())
