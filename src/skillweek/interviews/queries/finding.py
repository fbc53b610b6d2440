"""What the public sees of interviews, and how it is found (E8)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse

from skillweek.content.editorial import public_q
from skillweek.content.html import plain_text
from skillweek.editions.models import Edition
from skillweek.interviews import timeline
from skillweek.interviews.models import Episode, Series
from skillweek.search.domain import Entry
from skillweek.search.queries import matching_ids

KIND = "interview"


def public_episodes(edition: Edition) -> QuerySet[Episode]:
    """Interviews of the edition that the public sees now, the newest first."""
    if edition.state == Edition.State.DRAFT:
        return Episode.objects.none()
    rows = Episode.objects.filter(public_q(), edition=edition).select_related("organisation", "series")
    return rows.order_by("-published_at", "-pk")


def public_series(edition: Edition) -> QuerySet[Series]:
    """Series with a public episode, annotated ``shown`` and ``latest``; the liveliest first."""
    if edition.state == Edition.State.DRAFT:
        return Series.objects.none()
    shown = public_q("episodes__")
    rows = Series.objects.filter(edition=edition).select_related("organisation", "cover__file")
    counted = rows.annotate(
        shown=Count("episodes", filter=shown, distinct=True), latest=Max("episodes__published_at", filter=shown)
    )
    return counted.filter(shown__gt=0).order_by("-latest", "-pk")


def searched(rows: QuerySet[Episode], text: str) -> QuerySet[Episode]:
    """Those that the words are found in: title, guest, text, transcript."""
    text = text.replace("\0", "").strip()[:60]
    if not text:
        return rows
    return rows.filter(Q(pk__in=matching_ids(text, KIND)) | Q(title__icontains=text) | Q(guest__icontains=text))


def cues(content: dict[str, object], name: str) -> list[timeline.Cue]:
    """Chapters or transcript of a stored content; unreadable ones are empty, for they were refused when saved."""
    try:
        return timeline.parse(str(content.get(name) or ""), joins=name == "transcript")
    except timeline.BadLine:
        return []


def address_of(episode: Episode) -> str:
    """The public path of an episode."""
    return reverse("interviews_public:episode", args=[episode.pk])


def search_entry(episode: Episode) -> Entry:
    """A live interview as the search knows it."""
    live = episode.live
    spoken = [cue.text for name in ("chapters", "transcript") for cue in cues(live, name)]
    words = [str(live.get(name) or "") for name in ("guest_name", "guest_title", "interviewer", "summary")]
    return Entry(
        KIND, str(episode.pk), episode.title, address_of(episode),
        body="\n".join([plain_text(str(live.get("body") or "")), *spoken]),
        keywords=" ".join([*filter(None, words), episode.series.title]), edition_id=episode.edition_id,
    )  # fmt: skip


def search_entries() -> Iterable[Entry]:
    """Every public interview, for a rebuild of the index."""
    rows = Episode.objects.filter(public_q()).exclude(edition__state=Edition.State.DRAFT).select_related("series")
    return (search_entry(row) for row in rows.iterator(chunk_size=200))
