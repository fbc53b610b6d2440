"""The index on PostgreSQL: the column ``vector`` of the documents with a GIN index, and ``head`` for ranking many.

Vectors and queries are written as literals instead of going through ``to_tsvector``: the words are cut already, and
the server's parser, whose idea of a letter depends on its locale, has no say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from skillweek.search.words import Term

FROM = "search_document d"
MATCH = "d.vector @@ %s::tsquery"
IDS = "SELECT d.id FROM search_document d WHERE d.vector @@ %s::tsquery"
#: Weights of grams, body, keywords, title; smaller is better, as on SQLite.
_RANK = "ts_rank('{0.02, 0.1, 0.4, 1.0}', %s, %%s::tsquery)"
#: Up to so many matches each is weighed by its whole text. Beyond, unpacking thousands of vectors would take seconds,
#: and the short ``head`` of title and keywords is enough.
_WEIGHED = 200
_AMONG = "(d.id IN (SELECT s.id FROM search_document s WHERE s.vector @@ %s::tsquery))::int"

#: The highest position that PostgreSQL tells apart.
_LAST_POSITION = 16383


def store(rows: Iterable[tuple[int, list[str], list[str], list[str], list[str]]]) -> None:
    """Index documents: ``(id, words of title, of keywords, of body, grams)``; replaces what was there."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE search_document SET vector = %s::tsvector, head = %s::tsvector WHERE id = %s",
            [(_vector(parts), _vector([*parts[:2], [], []]), key) for key, *parts in rows],
        )


def drop(ids: Sequence[int]) -> None:
    """Forget documents: the column goes with its row."""


def _vector(parts: Sequence[list[str]]) -> str:
    positions: dict[str, list[str]] = {}
    position = 0
    for letter, words in zip("ABC", parts[:3], strict=True):
        for word in words:
            position = min(position + 1, _LAST_POSITION)
            positions.setdefault(word, []).append(f"{position}{letter}")
    for gram in parts[3]:
        positions.setdefault(gram, []).append("1D")
    return " ".join(f"{_quoted(word)}:{','.join(places)}" for word, places in positions.items())


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def expression(terms: Sequence[Term], *, every: bool) -> str:
    """The tsquery for all (``every``) or any of the words. Everything is quoted: nothing is syntax."""
    return (" & " if every else " | ").join(_one(term) for term in terms)


def _one(term: Term) -> str:
    word = _quoted(term.word)
    if term.is_prefix:
        return f"{word}:*"
    if pairs := term.pairs:
        return f"({word} | ({' & '.join(_quoted(pair) for pair in pairs)}))"
    return word


def rank(terms: Sequence[Term], *, every: bool, total: int) -> tuple[str, list[str]]:
    """The order of ``total`` matches, smaller first, as SQL and its parameters."""
    # Any of the words, so that each adds by where it stands.
    words = " | ".join(_quoted(term.word) + (":*" if term.is_prefix else "") for term in terms)
    if total <= _WEIGHED:
        return f"-{_RANK % 'd.vector'} * (1 + 0.1 * d.weight)", [words]
    parts, params = ["0.01 * d.weight", _RANK % "d.head"], [words]
    if not every:
        parts += [f"2.0 * {_AMONG}"] * len(terms)
        params += [_one(term) for term in terms]
    return f"-({' + '.join(parts)})", params
