"""From a text to the pairs it stands in: its keys, the candidates they lead to, the passages that are really there."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from django.db.models import Count

from skillweek.editions.models import Edition
from skillweek.similarity import sketch
from skillweek.similarity.models import Key, Pair, Text
from skillweek.similarity.normal import Normal, normalise, plain
from skillweek.similarity.passages import Index, blocks, containment, jaccard, passages

#: So many of the likeliest candidates are read and compared.
CANDIDATES: Final = 40


def write_keys(text: Text) -> None:
    """Replace the text's keys."""
    Key.objects.filter(text=text).delete()
    found = _keys(text, normalise(text.text))
    Key.objects.bulk_create((Key(value=value, text=text) for value in sorted(found)), ignore_conflicts=True)


def alike(text: Text) -> list[Pair]:
    """Return the pairs, not saved, of ``text`` with the texts of its edition that share passages with it."""
    normal = normalise(text.text)
    values = _keys(text, normal)
    if not values:
        return []
    likely = (
        Key.objects.filter(value__in=values)
        .exclude(text_id=text.pk)
        .values_list("text_id")
        .annotate(shared=Count("value"))
        .order_by("-shared", "text_id")[:CANDIDATES]
    )
    others = Text.objects.in_bulk([pk for pk, _shared in likely])
    minimum = text.edition.material_rules.manuscript.passage_words
    index = Index(normal.text)
    near = [other for other in others.values() if index.may_share(plain(other.text), minimum)]
    pairs = [_pair(text, normal, index, other, minimum) for other in near]
    return [pair for pair in pairs if pair is not None]


def common_wording(edition: Edition) -> frozenset[str]:
    """Shingles of what every school quotes: the notice, the names and themes of the week."""
    return _common(edition.pk, edition.revision)


@lru_cache(maxsize=8)
def _common(edition_id: int, _revision: int) -> frozenset[str]:
    document = Edition.objects.get(pk=edition_id).doc
    topics = [part for topic in document.topics for part in (topic.name, topic.text)]
    found: set[str] = set()
    for part in (document.notice, document.title, document.theme, *topics):
        found |= sketch.shingles(normalise(part).text)
    return frozenset(found)


def _keys(text: Text, normal: Normal) -> set[int]:
    return sketch.keys(text.text, normal, text.edition_id, common_wording(text.edition))


def _pair(text: Text, normal: Normal, index: Index, other: Text, minimum: int) -> Pair | None:
    other_normal = normalise(other.text)
    found = passages(blocks(other_normal.text, index, common_wording(text.edition)), minimum)
    if not found:
        return None
    sides = {
        text.pk: (text, containment(found, len(normal.text)), [normal.original(*one.right) for one in found]),
        other.pk: (
            other,
            containment(found, len(other_normal.text)),
            [other_normal.original(*one.left) for one in found],
        ),
    }
    (first, first_share, first_spans), (second, second_share, second_spans) = (sides[pk] for pk in sorted(sides))
    return Pair(
        first=first,
        second=second,
        equal=sum(passage.equal for passage in found),
        first_share=first_share,
        second_share=second_share,
        jaccard=jaccard(normal, other_normal),
        passages=sorted([*span, *other_span] for span, other_span in zip(first_spans, second_spans, strict=True)),
    )
