"""A relay as a line: who passed it to whom, and where they are (E7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count, F, Q, QuerySet

from skillweek.contests.models import Call, Entry, EntryFile
from skillweek.contests.queries.gallery import with_files
from skillweek.editions.schema import District
from skillweek.editions.sketch import Sketch, sketch_of

#: How far marks in one district stand from each other, in units of the drawing.
_RING: Final = ((0, 0), (24, -16), (-24, 16), (26, 16), (-26, -16), (0, 32), (0, -32), (42, 0), (-42, 0))


@dataclass(frozen=True)
class Link:
    """One place in the chain. ``entry`` is None where the work is not public (any more): the place stays.

    ``is_passed`` tells that it names a next. The name that its author typed is a third person's, who agreed to nothing:
    ``next_credit`` holds the next work's own credit, once that work was approved.
    """

    step: int
    entry: Entry | None
    is_gone: bool
    video: EntryFile | None = None
    is_passed: bool = False
    next_credit: str = ""
    #: On the sketch map; None when nobody knows where.
    at: tuple[float, float] | None = None


@dataclass(frozen=True)
class Chain:
    """The chain from its first to its last place, with the map it is drawn on."""

    links: list[Link]
    sketch: Sketch
    line: str = ""
    districts: int = 0
    videos: list[Link] = field(default_factory=list)

    @property
    def shown(self) -> list[Link]:
        """Places with a public work."""
        return [link for link in self.links if link.entry is not None]


def chains_of(call: Call) -> QuerySet[Entry]:
    """First works of the relay's chains that have anything public, the longest first (``passed_on``)."""
    approved = Q(chain__state=Entry.State.APPROVED)
    own = Q(state=Entry.State.APPROVED)
    rows = Entry.objects.filter(call=call, first=None).annotate(passed_on=Count("chain", filter=approved))
    found: QuerySet[Entry] = rows.filter(Q(passed_on__gt=0) | own).order_by(F("passed_on").desc(), "pk")
    return found


def chain_of(first: Entry) -> Chain:
    """The chain that begins with ``first``; what is not public is a place without content."""
    rows = Entry.objects.filter(Q(pk=first.pk) | Q(first=first)).exclude(state=Entry.State.DRAFT)
    entries = list(with_files(rows.select_related("passed__accepted__organisation")).order_by("step", "pk"))
    shown = set(Entry.objects.shown().filter(pk__in=[entry.pk for entry in entries]).values_list("pk", flat=True))
    districts = {row.name: row for row in first.call.edition.doc.districts}
    counts = {
        row.code: sum(entry.district == row.name and entry.pk in shown for entry in entries)
        for row in districts.values()
    }
    sketch = sketch_of(districts.values(), counts)
    seen: dict[str, int] = {}
    links = []
    for entry in _kept(entries, shown):
        public = entry.pk in shown
        at = _place(sketch, districts, entry.district, seen) if public else None
        video = next((each for each in entry.files.all() if each.kind == EntryFile.Kind.VIDEO), None)
        passed = getattr(entry, "passed", None) if public else None
        follower = passed.accepted if passed is not None and passed.accepted_id in shown else None
        links.append(
            Link(
                entry.step, entry if public else None, entry.state == Entry.State.WITHDRAWN,
                video if public else None, passed is not None, follower.credit if follower is not None else "", at,
            )
        )  # fmt: skip
    points = [f"{link.at[0]},{link.at[1]}" for link in links if link.at is not None]
    places = {link.entry.district for link in links if link.entry is not None and link.entry.district}
    return Chain(
        links, sketch, " ".join(points), len(places), [link for link in links if link.video and link.video.copy_key]
    )


def _kept(entries: list[Entry], shown: set[int]) -> list[Entry]:
    """What is public, and what lies between: nobody's unread work at the end is told of."""
    last = max((at for at, entry in enumerate(entries) if entry.pk in shown), default=-1)
    return [entry for at, entry in enumerate(entries) if at <= last or entry.state == Entry.State.WITHDRAWN]


def _place(
    sketch: Sketch, districts: Mapping[str, District], name: str, seen: dict[str, int]
) -> tuple[float, float] | None:
    row = districts.get(name)
    at = sketch.mark(row.longitude, row.latitude) if row is not None else None
    if at is None:
        return None
    number = seen.get(name, 0)
    seen[name] = number + 1
    right, down = _RING[number % len(_RING)]
    return round(at[0] + right, 1), round(at[1] + down, 1)
