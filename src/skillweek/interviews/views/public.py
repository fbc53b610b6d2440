"""Interviews as the public watches, reads and hears them (E8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from skillweek.content.editorial import public_q
from skillweek.content.models import Asset
from skillweek.content.queries import absolute, summary_of
from skillweek.core.public_pages import public_page
from skillweek.editions.asked import edition_of_the_moment
from skillweek.editions.models import Edition
from skillweek.interviews import timeline
from skillweek.interviews.domain.sounds import of_film
from skillweek.interviews.models import Episode, Series
from skillweek.interviews.podcast import LONGEST, feed_of
from skillweek.interviews.queries import finding
from skillweek.interviews.queries.media import asset_named, cover_of, film_of, media_of_many, poster_of
from skillweek.uploads.views.serve import send

_PER_PAGE = 12


@public_page
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All series, and the newest interviews or those that the words are found in."""
    edition = edition_of_the_moment()
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    everything = finding.public_episodes(edition)
    rows = finding.searched(everything, text)
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "edition": edition,
        "all_series": [] if text else list(finding.public_series(edition)),
        "page": page,
        "cards": cards_of(page.object_list),
        "query": text,
        "here": reverse("interviews_public:index"),
        "has_any": everything.exists(),
    }
    return render(request, "interviews/public/index.html", context)


def cards_of(episodes: Iterable[Episode]) -> list[dict[str, Any]]:
    """What a list shows of each: its picture, else the film's still."""
    rows = list(episodes)
    media = media_of_many(row.live for row in rows)
    return [_card(row, media) for row in rows]


def _card(row: Episode, media: dict[str, Asset]) -> dict[str, Any]:
    cover, film = (media.get(str(row.live.get(name) or "")) for name in ("cover", "video"))
    poster = "" if cover is not None else poster_of(film)
    return {"episode": row, "cover": cover, "poster": poster, "summary": summary_of(row.live, 80), "has_film": film}


def _series(pk: int) -> Series:
    rows = Series.objects.exclude(edition__state=Edition.State.DRAFT).filter(public_q("episodes__")).distinct()
    return get_object_or_404(rows.select_related("edition", "organisation"), pk=pk)


@public_page
@require_safe
def series(request: HttpRequest, pk: int) -> HttpResponse:
    """One series with its episodes, searchable."""
    found = _series(pk)
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    everything = finding.public_episodes(found.edition).filter(series=found).order_by("-number")
    page = Paginator(finding.searched(everything, text), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "edition": found.edition,
        "series": found,
        "cover": asset_named(found.cover_id),
        "page": page,
        "cards": cards_of(page.object_list),
        "query": text,
        "here": reverse("interviews_public:series", args=[pk]),
        "feed": absolute(reverse("interviews_public:podcast", args=[pk])),
        "canonical": absolute(reverse("interviews_public:series", args=[pk])),
    }
    return render(request, "interviews/public/series.html", context)


@public_page
@require_safe
def podcast(request: HttpRequest, pk: int) -> HttpResponse:
    """The series for podcast players."""
    found = _series(pk)
    episodes = finding.public_episodes(found.edition).filter(series=found).select_related("edition")[:LONGEST]
    return HttpResponse(feed_of(found, episodes), content_type="application/rss+xml; charset=utf-8")


def _episode(pk: int) -> Episode:
    rows = Episode.objects.filter(public_q()).exclude(edition__state=Edition.State.DRAFT)
    return get_object_or_404(rows.select_related("edition", "organisation", "series"), pk=pk)


@public_page
@require_safe
def episode(request: HttpRequest, pk: int) -> HttpResponse:
    """One interview: film, chapters that seek, the transcript that follows, the whole text."""
    found = _episode(pk)
    rows = finding.public_episodes(found.edition).filter(series=found.series_id)
    context = {
        **shown(found, found.live),
        "edition": found.edition,
        "canonical": absolute(finding.address_of(found)),
        "summary": summary_of(found.live),
        "older": rows.filter(number__lt=found.number).order_by("-number").first(),
        "newer": rows.filter(number__gt=found.number).order_by("number").first(),
    }
    return render(request, "interviews/public/episode.html", context)


def shown(found: Episode, content: dict[str, Any], *, public: bool = True) -> dict[str, Any]:
    """What a page about one interview shows of ``content``."""
    film = film_of(content, public=public)
    return {
        "episode": found,
        "series": found.series,
        "content": content,
        "film": film,
        "sound": of_film(found, film) if public else None,
        "cover": cover_of(content, public=public),
        "chapters": finding.cues(content, "chapters"),
        "transcript": finding.cues(content, "transcript"),
    }


@public_page
@require_safe
def captions(request: HttpRequest, pk: int) -> HttpResponse:
    """The transcript as captions."""
    return _vtt(_episode(pk), "transcript")


@public_page
@require_safe
def chapters(request: HttpRequest, pk: int) -> HttpResponse:
    """The chapters for the player."""
    return _vtt(_episode(pk), "chapters")


def _vtt(found: Episode, name: str) -> HttpResponse:
    film = film_of(found.live)
    end = int(float(film.file.facts.get("duration") or 0)) if film is not None else None
    return HttpResponse(
        timeline.to_vtt(finding.cues(found.live, name), end=end), content_type="text/vtt; charset=utf-8"
    )


@require_safe
def sound(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The sound of the film, by ranges."""
    found = _episode(pk)
    row = of_film(found, film_of(found.live))
    if row is None:
        raise Http404
    return send(
        request, row.key, content_type="audio/x-m4a", name=f"{found.pk}.m4a", inline=True,
        tag=f"{row.asset_id}-{row.size}", public=True,
    )  # fmt: skip
