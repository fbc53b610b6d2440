"""What changes the index. Rooms call it when something becomes public, changes in public, or goes (B7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from skillweek.search import index
from skillweek.search.models import Document
from skillweek.search.words import grams_of, words_of

_TITLE, _KEYWORDS, _BODY = 300, 2_000, 30_000
_BATCH = 200


@dataclass(frozen=True)
class Entry:
    """One public thing: plain texts, never HTML, and the address that shows it."""

    kind: str
    object_id: str
    title: str
    url: str
    body: str = ""
    keywords: str = ""
    edition_id: int | None = None
    weight: int = 0


def put(
    kind: str,
    object_id: object,
    *,
    title: str,
    url: str,
    body: str = "",
    keywords: str = "",
    edition_id: int | None = None,
    weight: int = 0,
) -> None:
    """Make a public thing findable, or bring it up to date. Texts are plain; only what strangers may read."""
    put_all([Entry(kind, str(object_id), title, url, body, keywords, edition_id, weight)])


def remove(kind: str, object_id: object) -> None:
    """Have it found no more. Does nothing when it was not there."""
    _forget(Document.objects.filter(kind=kind, object_id=str(object_id)))


def put_all(entries: Iterable[Entry]) -> int:
    """``put`` for many, in batches of one transaction each. Returns how many."""
    # In one order everywhere, so that two writers never wait for each other in a circle.
    last = {(entry.kind, entry.object_id): entry for entry in entries}
    listed = [last[key] for key in sorted(last)]
    for start in range(0, len(listed), _BATCH):
        _put_batch(listed[start : start + _BATCH])
    return len(listed)


@transaction.atomic
def _put_batch(batch: Iterable[Entry]) -> None:
    documents = Document.objects.bulk_create(
        [_document(entry) for entry in batch],
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["edition_id", "weight", "url", "title", "keywords", "body"],
    )
    index.current().store(_parts(document) for document in documents)


def _document(entry: Entry) -> Document:
    return Document(
        kind=entry.kind,
        object_id=entry.object_id,
        edition_id=entry.edition_id,
        weight=entry.weight,
        url=entry.url,
        title=_clean(entry.title)[:_TITLE],
        keywords=_clean(entry.keywords)[:_KEYWORDS],
        body=_clean(entry.body)[:_BODY],
    )


def _clean(text: str) -> str:
    """One line without what databases refuse in text."""
    return " ".join(text.replace("\0", " ").split())


def _parts(document: Document) -> tuple[int, list[str], list[str], list[str], list[str]]:
    title, keywords, body = (words_of(text) for text in (document.title, document.keywords, document.body))
    grams = grams_of(f"{document.title} {document.keywords} {document.body}") - {*title, *keywords, *body}
    return document.pk, title, keywords, body, sorted(grams)


@transaction.atomic
def _forget(documents: QuerySet[Document]) -> None:
    ids = list(documents.values_list("pk", flat=True))
    index.current().drop(ids)
    Document.objects.filter(pk__in=ids).delete()


def rebuild(kind: str, entries: Iterable[Entry]) -> tuple[int, int]:
    """Index all of a kind anew and forget what is not among them. Returns ``(indexed, forgotten)``."""
    listed = list(entries)
    count = put_all(listed)
    kept = {entry.object_id for entry in listed}
    gone = [key for key, name in Document.objects.filter(kind=kind).values_list("pk", "object_id") if name not in kept]
    for start in range(0, len(gone), _BATCH):
        _forget(Document.objects.filter(pk__in=gone[start : start + _BATCH]))
    return count, len(gone)
