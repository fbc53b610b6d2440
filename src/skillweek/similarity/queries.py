"""Reads: the findings on texts, the evidence for a reviewer, two texts side by side (C14)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from skillweek.materials.likeness import Overlap
from skillweek.similarity.models import Pair, Text
from skillweek.similarity.sources import Place, kind_of

#: No more than this many likenesses are shown for one text.
MAX_SHOWN = 12


@dataclass(frozen=True)
class Likeness:
    """What one text shares with another, for a person's eyes.

    ``place`` is None when they may not read the other: then only its kind and day may be said, and of coverage its
    title, outlet and address. ``share`` is the share of the text asked about, in percent.
    """

    pair_id: int
    #: The text asked about.
    text_id: int
    label: Any
    is_coverage: bool
    equal: int
    share: int
    place: Place | None
    title: str
    outlet: str
    link: str
    dated: date | None
    kind: str
    object_id: int


def _pairs_of(kind: str, ids: Collection[int]) -> QuerySet[Pair]:
    mine = Text.objects.filter(kind=kind, object_id__in=ids).values("pk")
    pairs = Pair.objects.filter(Q(first__in=mine) | Q(second__in=mine))
    return pairs.select_related("first", "second").defer("passages", "first__text", "second__text")


def _sides(pair: Pair, kind: str, ids: Collection[int]) -> list[tuple[Text, Text, float]]:
    """(this text, the other, its share of this one) for each side that is asked about."""
    both = ((pair.first, pair.second, pair.first_share), (pair.second, pair.first, pair.second_share))
    return [side for side in both if side[0].kind == kind and side[0].object_id in ids]


def overlaps_of(kind: str, ids: Collection[int]) -> dict[int, list[Overlap]]:
    """Map object id → what its text shares with others, as the judge takes it. One query."""
    found: dict[int, list[Overlap]] = {}
    for pair in _pairs_of(kind, ids) if ids else ():
        for mine, other, share in _sides(pair, kind, ids):
            own = mine.organisation_id is not None and mine.organisation_id == other.organisation_id
            found.setdefault(mine.object_id, []).append(
                Overlap(
                    equal=pair.equal,
                    share=share,
                    coverage=kind_of(other.kind).is_coverage,
                    own=own,
                    earlier=other.pk < mine.pk,
                    outlet=other.outlet,
                    title=other.title,
                )
            )
    return found


def likenesses(user: Any, kind: str, ids: Collection[int], *, others_only: bool = False) -> dict[int, list[Likeness]]:
    """Map object id → what its text shares with others, most first, for a person who may read these texts.

    As many queries as there are kinds among the others. ``others_only`` leaves out what is of the same unit: a story is
    made of its own reports.
    """
    sides = [side for pair in _pairs_of(kind, ids) for side in ((pair, *one) for one in _sides(pair, kind, ids))]
    if others_only:
        sides = [side for side in sides if side[1].organisation_id != side[2].organisation_id]
    places = _places(user, [other for _pair, _mine, other, _share in sides])
    found: dict[int, list[Likeness]] = {}
    for pair, mine, other, share in sides:
        found.setdefault(mine.object_id, []).append(_likeness(pair, mine, other, share, places))
    for rows in found.values():
        rows.sort(key=lambda one: (-one.equal, one.pair_id))
        del rows[MAX_SHOWN:]
    return found


def _places(user: Any, texts: Sequence[Text]) -> dict[tuple[str, int], Place]:
    by_kind: dict[str, set[int]] = {}
    for text in texts:
        by_kind.setdefault(text.kind, set()).add(text.object_id)
    return {
        (kind, object_id): place
        for kind, ids in by_kind.items()
        for object_id, place in kind_of(kind).places(user, ids).items()
    }


def _likeness(pair: Pair, mine: Text, other: Text, share: float, places: dict[tuple[str, int], Place]) -> Likeness:
    kind, place = kind_of(other.kind), places.get((other.kind, other.object_id))
    told = place is not None or kind.is_coverage
    return Likeness(
        pair_id=pair.pk,
        text_id=mine.pk,
        label=kind.label,
        is_coverage=kind.is_coverage,
        equal=pair.equal,
        share=round(share * 100),
        place=place,
        title=other.title if told else "",
        outlet=other.outlet,
        link=other.link,
        dated=other.dated,
        kind=other.kind,
        object_id=other.object_id,
    )


@dataclass(frozen=True)
class Part:
    """A piece of a text; ``number`` of the passage that it belongs to, 0 for what is not shared."""

    text: str
    number: int = 0


@dataclass(frozen=True)
class Side:
    """One of two texts. ``parts`` is empty when the person may not read it."""

    label: Any
    place: Place | None
    title: str
    outlet: str
    link: str
    dated: date | None
    source: str
    share: int
    parts: list[Part]


@dataclass(frozen=True)
class Comparison:
    """Two texts side by side, the one that the person reads first."""

    equal: int
    jaccard: int
    passages: int
    sides: tuple[Side, Side]


def comparison(user: Any, pair_id: int, *, mine: int | None = None) -> Comparison | None:
    """The pair for a person's eyes; None when there is none or they may read neither text.

    ``mine`` is the id of the text to show first. Of coverage out of reach, the article's title, outlet and
    address are shown, for anybody can read them in the paper, but not its text.
    """
    pair = Pair.objects.select_related("first", "second").filter(pk=pair_id).first()
    if pair is None:
        return None
    places = _places(user, [pair.first, pair.second])
    if not places:
        return None
    spans = [(tuple(span[:2]), tuple(span[2:])) for span in pair.passages]
    sides = [
        _side(pair.first, pair.first_share, [left for left, _right in spans], places),
        _side(pair.second, pair.second_share, [right for _left, right in spans], places),
    ]
    if sides[1].parts and (mine == pair.second_id or not sides[0].parts):
        sides.reverse()
    return Comparison(pair.equal, round(pair.jaccard * 100), len(spans), (sides[0], sides[1]))


def _side(text: Text, share: float, spans: Sequence[tuple[int, ...]], places: dict[tuple[str, int], Place]) -> Side:
    kind, place = kind_of(text.kind), places.get((text.kind, text.object_id))
    told = place is not None or kind.is_coverage
    return Side(
        label=kind.label,
        place=place,
        title=text.title if told else "",
        outlet=text.outlet,
        link=text.link,
        dated=text.dated,
        source=text.source if place is not None else "",
        share=round(share * 100),
        parts=_parts(text.text, spans) if place is not None else [],
    )


def _parts(text: str, spans: Sequence[tuple[int, ...]]) -> list[Part]:
    """Cut the text at its passages, each with its number; passages that lie over each other are shown once."""
    parts: list[Part] = []
    done = 0
    for (start, end), number in sorted(((span[0], span[1]), number) for number, span in enumerate(spans, start=1)):
        begin = max(start, done)
        if end <= begin:
            continue
        if begin > done:
            parts.append(Part(text[done:begin]))
        parts.append(Part(text[begin:end], number))
        done = end
    if done < len(text):
        parts.append(Part(text[done:]))
    return parts
