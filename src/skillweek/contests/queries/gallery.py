"""What the public sees of a call: its works, filtered, sorted, in pages (E1, E11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skillweek.contests.models import AwardGiven, Call, Entry, EntryFile

PER_PAGE: Final = 36
#: On a collection's own page: groups, and works of each.
MOST_SECTIONS: Final = 12
PER_SECTION: Final = 4
#: value → (label, order).
SORTS: Final[dict[str, tuple[Any, tuple[str, ...]]]] = {
    "new": (_("最新"), ("-approved_at", "-pk")),
    "number": (_("按编号"), ("number", "pk")),
    "title": (_("按标题"), ("title", "pk")),
}


@dataclass(frozen=True)
class GalleryFilter:
    """What somebody looks for. Nonsense in the address is passed over."""

    text: str = ""
    group: str = ""
    sort: str = "new"

    @classmethod
    def from_query(cls, data: Mapping[str, str], call: Call) -> GalleryFilter:
        """Read ``q``, ``group``, ``sort``."""
        text = data.get("q", "").replace("\0", "").strip()[:40]
        group, sort = data.get("group", ""), data.get("sort", "")
        return cls(text, group if group in call.groups else "", sort if sort in SORTS else "new")

    @property
    def is_set(self) -> bool:
        """Whether anything is asked beyond the order."""
        return bool(self.text or self.group)

    def apply(self, rows: QuerySet[Entry]) -> QuerySet[Entry]:
        """Those of ``rows`` that fit, sorted."""
        if self.text:
            words = Q(title__icontains=self.text) | Q(author__icontains=self.text) | Q(text__icontains=self.text)
            words |= Q(organisation__name__icontains=self.text)
            if self.text.isascii() and self.text.isdigit():
                words |= Q(number=int(self.text[:9]))
            rows = rows.filter(words)
        if self.group:
            rows = rows.filter(group=self.group)
        return rows.order_by(*SORTS[self.sort][1])


def shown_works(call: Call) -> QuerySet[Entry]:
    """Every work of the call that strangers see now."""
    found: QuerySet[Entry] = Entry.objects.shown().filter(call=call)
    return found


def with_files(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """The same with files and schools, in two more queries whatever their number."""
    files = Prefetch("files", EntryFile.objects.order_by("position", "pk"))
    return rows.select_related("organisation", "call").prefetch_related(files)


def group_counts(call: Call) -> list[tuple[str, int]]:
    """(group, shown works) for each group of the call, in its order."""
    counted = dict(shown_works(call).order_by().values_list("group").annotate(number=Count("pk")))
    return [(name, counted.get(name, 0)) for name in call.groups]


def sections_of(call: Call) -> list[tuple[str, int, list[Entry]]]:
    """(group, shown works, its latest) for a collection's display, groups without works left out."""
    if call.face != Call.Face.COLLECTION:
        return []
    rows = [(name, count) for name, count in group_counts(call) if count][:MOST_SECTIONS]
    latest = with_files(shown_works(call).order_by("-approved_at", "-pk"))
    return [(name, count, list(latest.filter(group=name)[:PER_SECTION])) for name, count in rows]


@dataclass(frozen=True)
class Winners:
    """One award with the works that have it."""

    name: str
    prize: str
    entries: list[Entry]


def winners_of(call: Call) -> list[Winners]:
    """Announced awards with their works, in order; withdrawn works are not among them."""
    if call.announced_at is None:
        return []
    given = AwardGiven.objects.filter(award__call=call, withdrawn_at=None).values_list("entry_id", "award_id")
    awards: dict[int, list[int]] = {}
    for entry_id, award_id in given:
        awards.setdefault(award_id, []).append(entry_id)
    works = with_files(shown_works(call)).in_bulk([entry for entries in awards.values() for entry in entries])
    found = []
    for award in call.awards.all():
        entries = [works[pk] for pk in sorted(awards.get(award.pk, [])) if pk in works]
        if entries:
            found.append(Winners(award.name, award.prize, entries))
    return found


def cover_of(entry: Entry) -> EntryFile | None:
    """The file that stands for the work in lists: its first photo or video; needs ``with_files``."""
    return next((each for each in entry.files.all() if each.kind != EntryFile.Kind.AUDIO), None)


def cover_url(entry: Entry) -> str:
    """Address of the picture that stands for the work, for everybody; empty when it has none. Needs ``with_files``."""
    file = cover_of(entry)
    if file is None:
        return ""
    role = "large" if file.kind == EntryFile.Kind.PHOTO else "poster"
    return reverse("contests_public:media", args=[file.pk, role])
