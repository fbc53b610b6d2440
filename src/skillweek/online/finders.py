"""The exhibits that this room knows by itself: published stories, pictures, works, tours (B11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skillweek.content.editorial import public_q
from skillweek.content.models import Asset
from skillweek.contests.models import Entry
from skillweek.contests.queries.gallery import cover_url, with_files
from skillweek.editions.models import Edition
from skillweek.online import exhibits
from skillweek.online.exhibits import Exhibit, ExhibitKind
from skillweek.online.models import Tour
from skillweek.organisations.models import Organisation
from skillweek.publicity.models import Story
from skillweek.publicity.queries.stories import assets_by_id, cards_of, public_stories

_MOST: Final = 60


def _numbers(refs: Iterable[str]) -> list[int]:
    return [int(ref) for ref in refs if ref.isascii() and ref.isdigit() and len(ref) < 18]


class StoryFinder:
    """Published stories of the edition."""

    def offer(self, edition: Edition, organisation: Organisation, text: str) -> list[Exhibit]:
        """A school hangs stories credited to it, a bureau those of everybody."""
        rows = public_stories(edition)
        if organisation.is_school:
            credited = Story.credits.through.objects.filter(organisation=organisation).values("story_id")
            rows = rows.filter(pk__in=credited)
        return self._shown(edition, rows.filter(title__icontains=text)[:_MOST])

    def find(self, edition: Edition, refs: Iterable[str]) -> Mapping[str, Exhibit]:
        """Those that are public."""
        rows = public_stories(edition).filter(pk__in=_numbers(refs))
        return {one.ref: one for one in self._shown(edition, rows)}

    def _shown(self, edition: Edition, rows: Iterable[Story]) -> list[Exhibit]:
        return [
            Exhibit(
                str(card.story.pk),
                card.story.title,
                reverse("publicity_public:story", args=[card.story.pk]),
                card.summary,
                card.story.organisation.name,
                card.cover,
            )
            for card in cards_of(rows, edition)
        ]


class PictureFinder:
    """Pictures of the unit's library; publishing the hall makes their copies public."""

    def offer(self, edition: Edition, organisation: Organisation, text: str) -> list[Exhibit]:
        """The newest of the unit's own."""
        rows = Asset.objects.filter(edition=edition, organisation=organisation, kind=Asset.Kind.PICTURE)
        if text:
            rows = rows.filter(title__icontains=text)
        rows = rows.select_related("file").prefetch_related("renditions", "file__derivatives")
        return [self._shown(row) for row in rows[:_MOST]]

    def find(self, edition: Edition, refs: Iterable[str]) -> Mapping[str, Exhibit]:
        """Those that are there; the page itself shows only what is public."""
        return {pk: self._shown(asset) for pk, asset in assets_by_id(refs, public=False).items()}

    def _shown(self, asset: Asset) -> Exhibit:
        return Exhibit(str(asset.pk), asset.title or asset.alt, picture=asset, image_alt=asset.alt)


class TourFinder:
    """Published tours."""

    def offer(self, edition: Edition, organisation: Organisation, text: str) -> list[Exhibit]:
        """A school hangs its own tours, a bureau those of everybody."""
        rows = Tour.objects.filter(public_q(), edition=edition, title__icontains=text)
        if organisation.is_school:
            rows = rows.filter(organisation=organisation)
        return self._shown(rows.order_by("-published_at")[:_MOST])

    def find(self, edition: Edition, refs: Iterable[str]) -> Mapping[str, Exhibit]:
        """Those that are public."""
        rows = Tour.objects.filter(public_q(), edition=edition, pk__in=_numbers(refs))
        return {one.ref: one for one in self._shown(rows)}

    def _shown(self, rows: Any) -> list[Exhibit]:
        from skillweek.online.queries.tours import cover_urls

        tours = list(rows.select_related("organisation"))
        covers = cover_urls(tours)
        return [
            Exhibit(
                str(row.pk),
                row.title,
                reverse("online_public:tour", args=[row.pk]),
                str(row.live.get("intro") or "")[:80],
                row.organisation.name,
                image_url=covers.get(row.pk, ""),
                image_alt=row.title,
            )
            for row in tours
        ]


class WorkFinder:
    """Works of the public that calls show (E11)."""

    def offer(self, edition: Edition, organisation: Organisation, text: str) -> list[Exhibit]:
        """A school hangs works of its own calls, a bureau those of everybody."""
        rows = self._rows(edition).filter(title__icontains=text)
        if organisation.is_school:
            rows = rows.filter(call__organisation=organisation)
        return self._shown(rows.order_by("-approved_at", "-pk")[:_MOST])

    def find(self, edition: Edition, refs: Iterable[str]) -> Mapping[str, Exhibit]:
        """Those that are shown; a work that was withdrawn leaves its place empty."""
        return {one.ref: one for one in self._shown(self._rows(edition).filter(pk__in=_numbers(refs)))}

    def _rows(self, edition: Edition) -> Any:
        return Entry.objects.shown().filter(call__edition=edition)

    def _shown(self, rows: Any) -> list[Exhibit]:
        return [
            Exhibit(
                str(row.pk), row.title, row.get_absolute_url(), row.text[:80], row.credit,
                image_url=cover_url(row), image_alt=row.title,
            )
            for row in with_files(rows)
        ]  # fmt: skip


def _stays_home(ref: str, names: Any) -> None:
    """Works are not part of archives: their places stay empty elsewhere."""


def _by_key(label: str) -> Any:
    def convert(ref: str, names: Any) -> str | None:
        key = names.key(label, int(ref))
        return None if key is None else str(key)

    return convert


def register_own() -> None:
    """The kinds, in the order in which editors choose."""
    exhibits.register(
        ExhibitKind("story", _("活动周故事"), "journal-richtext", StoryFinder(), _by_key("publicity.story"))
    )
    exhibits.register(ExhibitKind("picture", _("图片"), "image", PictureFinder()))
    exhibits.register(ExhibitKind("work", _("征集作品"), "stars", WorkFinder(), _stays_home))
    exhibits.register(ExhibitKind("tour", _("全景导览"), "badge-vr", TourFinder(), _by_key("online.tour")))
