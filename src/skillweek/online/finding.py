"""What of the online week the site's search knows (B11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse

from skillweek.content.editorial import public_q
from skillweek.editions.models import Edition
from skillweek.online.models import Work
from skillweek.online.works import KINDS
from skillweek.search.domain import Entry, put_all, remove
from skillweek.search.sources import register


def search_kind(work: Work) -> str:
    """The search's name for the kind of work."""
    return f"online_{work.kind}"


def search_entry(work: Work) -> Entry:
    """A public work as the search knows it: names and words of its scenes and hotspots too."""
    live = work.live
    words = [str(live.get("intro") or ""), str(live.get("hosts") or "")]
    for scene in live.get("scenes") or []:
        words += [scene.get("name") or "", scene.get("text") or ""]
        words += [f"{spot.get('title') or ''} {spot.get('text') or ''}" for spot in scene.get("hotspots") or []]
    words += [str(row.get("caption") or "") for row in live.get("exhibits") or []]
    return Entry(
        search_kind(work),
        str(work.pk),
        work.title,
        reverse(f"online_public:{work.kind}", args=[work.pk]),
        body="\n".join(word for word in words if word.strip()),
        keywords=work.organisation.name,
        edition_id=work.edition_id,
    )


def _entries(model: type[Work]) -> Callable[[], Iterable[Entry]]:
    def entries() -> Iterable[Entry]:
        rows = model._default_manager.filter(public_q()).exclude(edition__state=Edition.State.DRAFT)
        return (search_entry(work) for work in rows.select_related("organisation").iterator(chunk_size=100))

    return entries


def register_sources() -> None:
    """Tell the search about the three kinds."""
    for place, kind in enumerate(KINDS):
        register(f"online_{kind.code}", kind.label, _entries(kind.model), position=26 + place)


def published(*, obj: Any, **_more: Any) -> None:
    """Receiver of ``editorial_published``."""
    if isinstance(obj, Work):
        put_all([search_entry(obj)])


def withdrawn(*, obj: Any, **_more: Any) -> None:
    """Receiver of ``editorial_withdrawn``."""
    if isinstance(obj, Work):
        remove(search_kind(obj), obj.pk)
