"""Finding things (B7): ranked hits with snippets, and the ids of what matches for lists with other filters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from django.utils.safestring import SafeString

from skillweek.search import index
from skillweek.search.models import Document
from skillweek.search.snippets import marked, snippet
from skillweek.search.words import Term, terms_of


@dataclass(frozen=True)
class Hit:
    """One thing found. ``title_html`` and ``snippet`` are safe HTML with the words in ``<mark>``."""

    kind: str
    object_id: str
    title: str
    url: str
    title_html: SafeString
    snippet: SafeString


@dataclass(frozen=True)
class Results:
    """``total`` counts all that was found of the asked kinds, ``by_kind`` of every kind, ``hits`` is one page.

    ``is_loose``: nothing holds all the words, so these hold some of them.
    """

    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    by_kind: dict[str, int] = field(default_factory=dict)
    is_loose: bool = False


def search(
    text: str,
    *,
    kinds: Collection[str] | None = None,
    edition_id: int | None = None,
    limit: int = 20,
    offset: int = 0,
) -> Results:
    """What holds the words of ``text``, best first. Any text is a valid query; one without a word finds nothing.

    ``edition_id`` leaves out what belongs to another edition. ``limit`` is at most 100.
    """
    if not (terms := terms_of(text)):
        return Results()
    expression, by_kind, is_loose = _counted(terms, edition_id)
    words: Sequence[Term] = _telling(terms) if is_loose else terms
    total = sum(count for kind, count in by_kind.items() if kinds is None or kind in kinds)
    hits: list[Hit] = []
    if total > offset >= 0:
        order, params = index.current().rank(words, every=not is_loose, total=total)
        where, asked = _where(expression, kinds, edition_id)
        hits = _page(words, where, order, [*asked, *params, min(limit, 100), offset])
    return Results(total, hits, by_kind, is_loose)


def _counted(terms: Sequence[Term], edition_id: int | None) -> tuple[str, dict[str, int], bool]:
    """The expression that finds something, how many of each kind, and whether it asks for any word instead of all."""
    engine = index.current()
    expression = engine.expression(terms, every=True)
    by_kind = _count(expression, edition_id)
    if by_kind or len(terms) == 1:
        return expression, by_kind, False
    expression = engine.expression(_telling(terms), every=False)
    by_kind = _count(expression, edition_id)
    return expression, by_kind, bool(by_kind)


def _telling(terms: Sequence[Term]) -> Sequence[Term]:
    """Without words of one character (带, 去, 做), which tell little; all if there are no others."""
    return [term for term in terms if len(term.word) > 1] or terms


def _count(expression: str, edition_id: int | None) -> dict[str, int]:
    where, params = _where(expression, None, edition_id)
    with connection.cursor() as cursor:
        # Only constants of this room stand in the text; the query comes as a parameter.
        cursor.execute(f"SELECT d.kind, COUNT(*) FROM {index.current().FROM} WHERE {where} GROUP BY d.kind", params)  # noqa: S608
        return dict(cursor.fetchall())


def _where(expression: str, kinds: Collection[str] | None, edition_id: int | None) -> tuple[str, list[str | int]]:
    where = index.current().MATCH
    params: list[str | int] = [expression]
    if edition_id is not None:
        where += " AND (d.edition_id IS NULL OR d.edition_id = %s)"
        params.append(edition_id)
    if kinds is not None:
        where += f" AND d.kind IN ({', '.join(['%s'] * len(kinds))})"
        params += kinds
    return where, params


def _page(terms: Sequence[Term], where: str, order: str, params: Sequence[str | int]) -> list[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.id FROM {index.current().FROM} WHERE {where} ORDER BY {order}, d.id DESC LIMIT %s OFFSET %s",  # noqa: S608
            params,
        )
        ids = [row[0] for row in cursor.fetchall()]
    found = Document.objects.in_bulk(ids)
    return [_hit(found[key], terms) for key in ids if key in found]


def _hit(document: Document, terms: Sequence[Term]) -> Hit:
    return Hit(
        kind=document.kind,
        object_id=document.object_id,
        title=document.title,
        url=document.url,
        title_html=marked(document.title, terms),
        snippet=snippet(document.body or document.keywords, terms),
    )


def matching_ids(text: str, kind: str, edition_id: int | None = None) -> QuerySet[Document]:
    """The object ids of a kind that hold all the words, as integers, for ``filter(pk__in=matching_ids(…))``.

    Not run by itself: it becomes a subquery. A text without a word matches nothing.
    """
    documents = Document.objects.filter(kind=kind)
    if edition_id is not None:
        documents = documents.filter(edition_id=edition_id)
    if terms := terms_of(text):
        engine = index.current()
        matched = RawSQL(engine.IDS, [engine.expression(terms, every=True)])  # noqa: S611
        documents = documents.filter(pk__in=matched)
    else:
        documents = documents.none()
    return documents.values_list(Cast("object_id", BigIntegerField()), flat=True)
