"""sitemap.xml, and what robots leave alone (D6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from skillweek.editions.models import Edition
from skillweek.interviews.queries.finding import public_episodes
from skillweek.participation.offers import offers_of
from skillweek.policies.queries.finding import public_policies
from skillweek.portal import links, reading
from skillweek.publicity.queries.stories import public_stories

PRIVATE_PATHS: Final = ("/w/", "/accounts/", "/uploads/", "/book/", "/api/")
#: Lists that are there in every edition, by the rooms' own names.
_LISTS: Final = (
    "portal:activities",
    "portal:calendar",
    "portal:map",
    "portal:organisations",
    "portal:topics",
    "notices_public:index",
    "notices_public:contacts",
    "content_public:index",
    "online_public:index",
    "quiz_public:index",
    "voting_public:index",
    "contests_public:index",
    "interviews_public:index",
    "press_public:index",
)
#: What one file may hold by the protocol.
_LONGEST: Final = 50_000


def sitemap_of(edition: Edition | None) -> str:
    """The file as text."""
    rows = _pages(edition) if edition else iter([(links.to("portal:home"), None)])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "".join(_row(path, changed) for path, changed in _first(rows))
        + "</urlset>\n"
    )


def _pages(edition: Edition) -> Iterator[tuple[str, datetime | None]]:
    yield links.to("portal:home"), None
    for name in _LISTS:
        yield links.to(name), None
    if edition.doc.national_activities:
        yield links.to("portal:national"), None
    if edition.doc.city_activities:
        yield links.to("portal:city"), None
    activities = reading.public_activities(edition).prefetch_related(None).select_related(None).order_by("pk")
    units: dict[str, datetime] = {}
    for pk, unit, changed in activities.values_list("pk", "organisation__code", "updated_at"):
        yield links.activity(pk), changed
        units[unit] = max(changed, units.get(unit, changed))
    for unit, changed in units.items():
        yield links.organisation(unit), changed
    for notice in reading.public_notices(edition).only("pk", "live_at"):
        yield links.notice(notice.pk), notice.live_at
    yield from _stories(edition)
    yield from _policies(edition)
    yield from _interviews(edition)
    yield links.to("participation_public:index"), None
    for offer in offers_of(edition):
        yield offer.url, None
    yield links.to("archive_public:index"), None
    for page in [*reading.public_news(edition), *reading.public_pages(edition)]:
        yield links.page(page.slug), page.live_at


def _stories(edition: Edition) -> Iterator[tuple[str, datetime | None]]:
    for name in ("publicity_public:index", "publicity_public:library"):
        yield links.to(name), None
    for topic in edition.doc.topics:
        yield links.to("portal:topic", topic.code), None
    for pk, changed in public_stories(edition).values_list("pk", "live_at"):
        yield links.story(pk), changed


def _policies(edition: Edition) -> Iterator[tuple[str, datetime | None]]:
    yield links.to("policies_public:index"), None
    for pk, changed in public_policies(edition).values_list("pk", "live_at"):
        yield links.policy(pk), changed


def _interviews(edition: Edition) -> Iterator[tuple[str, datetime | None]]:
    for pk, changed in public_episodes(edition).values_list("pk", "live_at"):
        yield links.to("interviews_public:episode", pk), changed


def _first(rows: Iterable[tuple[str, datetime | None]]) -> Iterator[tuple[str, datetime | None]]:
    for number, row in enumerate(row for row in rows if row[0]):
        if number >= _LONGEST:
            return
        yield row


def _row(path: str, changed: datetime | None) -> str:
    last = f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
    return f"<url><loc>{escape(links.absolute(path))}</loc>{last}</url>\n"
