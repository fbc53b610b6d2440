"""The index on SQLite: an FTS5 table whose row ids are those of the documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from skillweek.search.words import Term

FROM = "search_index JOIN search_document d ON d.id = search_index.rowid"
MATCH = "search_index MATCH %s"
IDS = "SELECT rowid FROM search_index WHERE search_index MATCH %s"
#: bm25 is negative, the better the smaller. It flattens, so the weights stand far apart: one word in the title
#: outweighs thirty in the body.
_BM25 = "bm25(search_index, 1000.0, 60.0, 1.0, 0.2) * (1 + 0.1 * d.weight)"
#: Up to so many matches each is weighed by bm25; beyond, where a word stands is enough, and ten times quicker.
_WEIGHED = 1000
_AMONG = "(d.id IN (SELECT rowid FROM search_index WHERE search_index MATCH %s))"


def store(rows: Iterable[tuple[int, list[str], list[str], list[str], list[str]]]) -> None:
    """Index documents: ``(id, words of title, of keywords, of body, grams)``; replaces what was there."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT OR REPLACE INTO search_index (rowid, title, keywords, body, grams) VALUES (%s, %s, %s, %s, %s)",
            [(key, *(" ".join(part) for part in parts)) for key, *parts in rows],
        )


def drop(ids: Sequence[int]) -> None:
    """Forget documents."""
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM search_index WHERE rowid = %s", [(key,) for key in ids])


def expression(terms: Sequence[Term], *, every: bool) -> str:
    """The MATCH expression for all (``every``) or any of the words. Everything is quoted: nothing is syntax."""
    return (" AND " if every else " OR ").join(_one(term) for term in terms)


def _one(term: Term) -> str:
    word = _quoted(term.word)
    if term.is_prefix:
        return f"{word}*"
    if pairs := term.pairs:
        return f"({word} OR ({' AND '.join(_quoted(pair) for pair in pairs)}))"
    return word


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def rank(terms: Sequence[Term], *, every: bool, total: int) -> tuple[str, list[str]]:
    """The order of ``total`` matches, smaller first, as SQL and its parameters."""
    if total <= _WEIGHED:
        return _BM25, []
    parts, params = ["0.01 * d.weight"], []
    for term in terms:
        word = _quoted(term.word) + ("*" if term.is_prefix else "")
        parts += [f"1.0 * {_AMONG}", f"0.4 * {_AMONG}"]
        params += [f"title : {word}", f"keywords : {word}"]
        if not every:
            parts.append(f"2.0 * {_AMONG}")
            params.append(_one(term))
    return f"-({' + '.join(parts)})", params
