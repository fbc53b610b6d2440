"""RSS and Atom for activities, notices, news, stories and policies (B7, D2, D5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from skillweek.content.html import plain_text
from skillweek.content.queries import summary_of
from skillweek.editions.models import Edition
from skillweek.policies.queries.finding import public_policies
from skillweek.portal import links, reading
from skillweek.portal.calendars import clean
from skillweek.publicity.queries.stories import public_stories

#: Entries of a feed, the newest ones.
LENGTH: Final = 50
_SUMMARY_CHARACTERS: Final = 300
FORMATS: Final[dict[str, type[Rss201rev2Feed] | type[Atom1Feed]]] = {"rss": Rss201rev2Feed, "atom": Atom1Feed}


@dataclass(frozen=True)
class Entry:
    """One entry of a feed. ``guid`` stays the same whatever the address becomes."""

    guid: str
    title: str
    url: str
    summary: str
    published: datetime | None
    updated: datetime
    author: str = ""


def kinds() -> dict[str, str]:
    """What there are feeds of: word in the address → title."""
    return {
        "activities": pgettext("导航", "活动"),
        "notices": _("通知"),
        "news": _("新闻动态"),
        "stories": _("活动周故事"),
        "policies": _("政策法规"),
    }


def entries_of(kind: str, edition: Edition) -> list[Entry]:
    """The newest entries of one kind."""
    if kind == "activities":
        return list(_activities(edition))
    if kind == "stories":
        return list(_stories(edition))
    if kind == "policies":
        return list(_policies(edition))
    if kind == "notices":
        return [
            Entry(
                f"notice-{notice.pk}",
                notice.title,
                links.notice(notice.pk),
                _shortened(notice.live.get("body", "")),
                notice.published_at,
                notice.live_at or notice.updated_at,
            )
            for notice in reading.public_notices(edition)[:LENGTH]
        ]
    return [
        Entry(
            f"page-{page.pk}",
            page.title,
            links.page(page.slug),
            _shortened(page.live.get("body", "")),
            page.published_at,
            page.live_at or page.updated_at,
        )
        for page in reading.public_news(edition)[:LENGTH]
    ]


def _activities(edition: Edition) -> Iterable[Entry]:
    newest = reading.public_activities(edition).order_by("-published_at", "-pk")[:LENGTH]
    for activity in newest:
        title = f"{_('【已取消】')}{activity.title}" if activity.is_cancelled else activity.title
        yield Entry(
            f"activity-{activity.pk}",
            title,
            links.activity(activity.pk),
            activity.summary or _shortened(activity.description),
            activity.published_at or activity.decided_at,
            activity.updated_at,
            activity.organisation.name,
        )


def _stories(edition: Edition) -> Iterable[Entry]:
    for story in public_stories(edition)[:LENGTH]:
        yield Entry(
            f"story-{story.pk}",
            story.title,
            links.story(story.pk),
            summary_of(story.live, _SUMMARY_CHARACTERS),
            story.published_at,
            story.live_at or story.updated_at,
            str(story.live.get("byline") or story.organisation.name),
        )


def _policies(edition: Edition) -> Iterable[Entry]:
    for policy in public_policies(edition).order_by("-published_at", "-pk")[:LENGTH]:
        yield Entry(
            f"policy-{policy.pk}",
            policy.title,
            links.policy(policy.pk),
            summary_of(policy.live, _SUMMARY_CHARACTERS),
            policy.published_at,
            policy.live_at or policy.updated_at,
            str(policy.live.get("issuer") or policy.organisation.name),
        )


def feed_of(kind: str, form: str, edition: Edition, *, self_path: str) -> tuple[str, str]:
    """The feed as text, and its content type. ``form`` is ``rss`` or ``atom``."""
    title = f"{edition.title} · {kinds()[kind]}"
    feed = FORMATS[form](
        title=clean(title),
        link=links.absolute("/"),
        description=clean(edition.theme),
        language=get_language(),
        feed_url=links.absolute(self_path),
        feed_guid=links.absolute(self_path),
    )
    for entry in entries_of(kind, edition):
        feed.add_item(
            title=clean(entry.title),
            link=links.absolute(entry.url or "/"),
            description=clean(entry.summary),
            unique_id=f"tag:skillweek,{edition.slug}:{entry.guid}",
            unique_id_is_permalink=False,
            pubdate=entry.published,
            updateddate=entry.updated,
            author_name=clean(entry.author) or None,
        )
    return feed.writeString("utf-8"), str(FORMATS[form].content_type)


def _shortened(html: str) -> str:
    text = " ".join(plain_text(html).split())
    return text if len(text) <= _SUMMARY_CHARACTERS else f"{text[:_SUMMARY_CHARACTERS]}…"
