"""A piece of the original text around what was found, with the words marked. The only maker of HTML in this room."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from skillweek.search.words import Term, normal

_BEFORE, _LENGTH = 24, 110


def marked(text: str, terms: Sequence[Term]) -> SafeString:
    """The whole text, escaped, with ``<mark>`` around every word that was searched for."""
    return _html(text, _spans(text, terms), 0, len(text))


def snippet(text: str, terms: Sequence[Term]) -> SafeString:
    """About a hundred characters of ``text`` from a little before the first word found; its beginning if none is."""
    spans = _spans(text, terms)
    start = max(0, _best(spans) - _BEFORE) if spans else 0
    if start < _BEFORE // 2:
        start = 0
    end = min(len(text), start + _LENGTH)
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return mark_safe(before + _html(text, spans, start, end) + after)  # the text itself is escaped in _html


def _best(spans: list[tuple[int, int]]) -> int:
    """Where the window begins that shows most of what was found."""
    return max(
        (start for start, _end in spans),
        key=lambda begin: (sum(begin <= start < begin + _LENGTH - _BEFORE for start, _end in spans), -begin),
    )


def _spans(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the words stand in ``text``, without overlaps, in order."""
    folded, origin = _folded(text)
    found = []
    for term in terms:
        places = list(_places(folded, term.word))
        # Cut differently in the document: mark the pairs that it was found by.
        found += places or [place for pair in term.pairs for place in _places(folded, pair)]
    spans: list[tuple[int, int]] = []
    for start, end in sorted(found):
        first, last = origin[start], origin[end - 1] + 1
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    return spans


def _folded(text: str) -> tuple[str, list[int]]:
    """``text`` as it is searched, and for each of its characters the one of ``text`` it comes from."""
    if len(folded := normal(text)) == len(text):
        return folded, list(range(len(text)))
    pieces, origin = [], []
    for number, character in enumerate(text):
        piece = normal(character)
        pieces.append(piece)
        origin += [number] * len(piece)
    return "".join(pieces), origin


_MOST_PLACES = 50


def _places(folded: str, word: str) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    start = folded.find(word)
    while start >= 0 and len(places) < _MOST_PLACES:
        places.append((start, start + len(word)))
        start = folded.find(word, start + len(word))
    return places


def _html(text: str, spans: list[tuple[int, int]], start: int, end: int) -> SafeString:
    parts = []
    position = start
    for first, last in spans:
        if last <= start or first >= end:
            continue
        first, last = max(first, start), min(last, end)
        parts += [escape(text[position:first]), "<mark>", escape(text[first:last]), "</mark>"]
        position = last
    parts.append(escape(text[position:end]))
    return mark_safe("".join(parts))
