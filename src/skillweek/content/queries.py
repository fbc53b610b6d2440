"""Reads on pages: what the public sees, and what editors look for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse

from skillweek.content.editorial import public_q
from skillweek.content.html import plain_text
from skillweek.content.models import Asset, Page
from skillweek.editions.models import Edition
from skillweek.search.domain import Entry


def public_pages(edition: Edition) -> QuerySet[Page]:
    """Pages of all kinds that the public sees now."""
    return Page.objects.filter(public_q(), edition=edition).select_related("organisation")


def public_news(edition: Edition) -> QuerySet[Page]:
    """Public news, the newest first."""
    return public_pages(edition).filter(kind=Page.Kind.NEWS).order_by("-published_at", "-pk")


def page_at(slug: str) -> Page | None:
    """The page at this address, public or not: of the current edition, else of the latest that has one."""
    current = Edition.objects.current()
    first = Case(When(edition=current, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Page.objects.filter(slug=slug).exclude(edition__state=Edition.State.DRAFT)
    return rows.select_related("edition", "organisation").order_by(first, "-edition__starts_on", "-pk").first()


def neighbours(page: Page) -> tuple[Page | None, Page | None]:
    """The news before and after this one, by time of publication."""
    rows = public_news(page.edition).exclude(pk=page.pk)
    at, same = page.published_at, Q(published_at=page.published_at)
    older = rows.filter(Q(published_at__lt=at) | (same & Q(pk__lt=page.pk))).first()
    newer = rows.filter(Q(published_at__gt=at) | (same & Q(pk__gt=page.pk))).reverse().first()
    return older, newer


def covers_of(pages: Iterable[Page]) -> dict[int, Asset]:
    """The cover pictures of live pages, by page id, in three queries whatever their number."""
    wanted = {page.pk: pk for page in pages if (pk := _cover_id(page.live))}
    rows = Asset.objects.filter(pk__in=set(wanted.values()), is_public=True).select_related("file")
    found = {row.pk: row for row in rows.prefetch_related("renditions", "file__derivatives")}
    return {page: found[asset] for page, asset in wanted.items() if asset in found}


def _cover_id(content: Mapping[str, Any]) -> UUID | None:
    try:
        return UUID(str(content.get("cover") or ""))
    except ValueError:
        return None


def summary_of(content: Mapping[str, Any], length: int = 120) -> str:
    """What a list or a share card says of a text: its own summary, else its beginning."""
    own = str(content.get("summary") or "").strip()
    text = own or plain_text(str(content.get("body") or "")).replace("\n", " ")
    return text if len(text) <= length else text[: length - 1] + "…"


def address_of(page: Page) -> str:
    """The public path of a page."""
    return reverse("content_public:page", args=[page.slug])


def absolute(path: str) -> str:
    """A path of this site as a whole address, for share cards."""
    return f"{settings.BASE_URL}{path}"


@dataclass(frozen=True)
class PageFilter:
    """What an editor looks for."""

    kind: str = ""
    state: str = ""
    text: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> PageFilter:
        """From the address; what means nothing is left out."""
        kind, state = query.get("kind", ""), query.get("state", "")
        text = query.get("q", "").replace("\0", "").strip()[:60]
        return cls(kind if kind in Page.Kind.values else "", state if state in Page.State.values else "", text)

    @property
    def is_set(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.kind or self.state or self.text)

    def apply(self, rows: QuerySet[Page]) -> QuerySet[Page]:
        """The pages that fit, those touched last first."""
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.state:
            rows = rows.filter(state=self.state)
        for word in self.text.split():
            rows = rows.filter(Q(title__icontains=word) | Q(slug__icontains=word))
        return rows.select_related("organisation", "edited_by").order_by("-updated_at", "-pk")


def search_entry(page: Page) -> Entry:
    """A live page as the search knows it."""
    body = plain_text(str(page.live.get("body") or ""))
    summary = str(page.live.get("summary") or "")
    return Entry(
        "page", str(page.pk), page.title, address_of(page), body=body, keywords=summary, edition_id=page.edition_id
    )


def search_entries() -> Iterable[Entry]:
    """Every public page, for a rebuild of the index."""
    rows = Page.objects.filter(public_q()).exclude(edition__state=Edition.State.DRAFT)
    return (search_entry(page) for page in rows.iterator(chunk_size=200))
