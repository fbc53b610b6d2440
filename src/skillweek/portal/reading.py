"""What strangers may read, for home page, map, feeds, calendars and the interface for programs."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.db.models import Count, F, Prefetch, QuerySet

from skillweek.activities.models import Activity, Session
from skillweek.activities.queries import public
from skillweek.content import queries as pages
from skillweek.content.models import Page
from skillweek.editions.models import Edition
from skillweek.editions.schema import EditionDocument
from skillweek.notices import queries as notices
from skillweek.notices.models import Notice


@lru_cache(maxsize=4)
def _read(pk: int, revision: int, updated_at: datetime) -> EditionDocument:
    """One state of an edition's document: typed and frozen, so all requests of a process share it."""
    document = Edition.objects.values_list("document", flat=True).get(pk=pk)
    return EditionDocument.model_validate(document)


def current_edition() -> Edition | None:
    """The edition that the public pages show, or None before the first one is opened.

    Reading and checking its document takes longer than all other work of a page; it is done once for each state of it.
    """
    open_ones = Edition.objects.filter(state=Edition.State.OPEN).defer("document")
    edition = open_ones.order_by("-starts_on", "-pk").first()
    if edition is not None:
        edition.__dict__["doc"] = _read(edition.pk, edition.revision, edition.updated_at)
    return edition


def latest_past() -> str | None:
    """The slug of the edition that ended last, for the time between two weeks."""
    past = Edition.objects.filter(state=Edition.State.CLOSED).order_by("-starts_on", "-pk")
    return past.values_list("slug", flat=True).first()


def in_time() -> QuerySet[Session]:
    """Sessions in order of time; those "to be announced" last, on every database."""
    return Session.objects.order_by(F("starts_at").asc(nulls_last=True), "pk")


def public_activities(edition: Edition) -> QuerySet[Activity]:
    """Public activities of the edition with what a card or feed shows, highlights first."""
    return (
        public.public_activities(edition)
        .select_related("organisation", "cover")
        .prefetch_related("tags", Prefetch("sessions", in_time()))
        .order_by("-is_highlight", "highlight_rank", "pk")
    )


def public_sessions(edition: Edition, *, day: date | None = None) -> QuerySet[Session]:
    """Sessions of public activities in order of time, with activity and organiser; those "to be announced" last.

    ``change_count`` is how often the session was changed in public.
    """
    sessions = (
        public.public_sessions(edition)
        .select_related("activity", "activity__organisation", "activity__cover")
        .annotate(change_count=Count("changes"))
    )
    return sessions.filter(day=day) if day else sessions


def public_notices(edition: Edition) -> QuerySet[Notice]:
    """Notices that strangers may read, pinned ones first, then the newest."""
    # Without the edition: its whole document would come along with each of them.
    return notices.public_notices(edition).select_related(None)


def public_news(edition: Edition) -> QuerySet[Page]:
    """News that the public sees now, newest first."""
    return pages.public_news(edition)


def public_pages(edition: Edition) -> QuerySet[Page]:
    """Topic and static pages that the public sees now."""
    return pages.public_pages(edition).exclude(kind=Page.Kind.NEWS).order_by("position", "pk")
