"""Stories and the library as the public reads them (D1, D2, D6)."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from skillweek.content.editorial import public_q
from skillweek.content.queries import absolute, summary_of
from skillweek.core.public_pages import public_page
from skillweek.editions.asked import edition_of_the_moment
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.publicity.linked import article_data
from skillweek.publicity.models import Story
from skillweek.publicity.queries.policies import explained_by
from skillweek.publicity.queries.stories import (
    LIBRARY,
    StoryFilter,
    address_of,
    cards_of,
    media_of,
    neighbours,
    public_stories,
    related,
)
from skillweek.publicity.views.common import topics_of

_PER_PAGE = 12


@public_page
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The stories, newest first, by topic, kind, school and district."""
    return _list(request, is_library=False)


@public_page
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """The library of figures, experience and deeds."""
    return _list(request, is_library=True)


def _list(request: HttpRequest, *, is_library: bool) -> HttpResponse:
    edition = edition_of_the_moment()
    wanted = StoryFilter.from_query(request.GET, edition)
    everything = public_stories(edition)
    if is_library:
        everything = everything.filter(kind__in=LIBRARY)
    rows = wanted.apply(everything)
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    kinds = [(value, label) for value, label in Story.Kind.choices if not is_library or value in LIBRARY]
    units = Organisation.objects.filter(credited_stories__in=everything.order_by()).distinct().order_by("path")
    here = reverse("publicity_public:library" if is_library else "publicity_public:index")
    context = {
        "edition": edition,
        "is_library": is_library,
        "page": page,
        "cards": cards_of(page.object_list, edition),
        "wanted": wanted,
        "topics": topics_of(edition),
        "kinds": kinds,
        "counts": dict(everything.order_by().values_list("kind").annotate(n=Count("pk"))),
        "units": units,
        "districts": sorted({unit.district for unit in units if unit.district}),
        "canonical": absolute(here),
        "here": here,
        "has_any": everything.exists(),
    }
    return render(request, "publicity/public/index.html", context)


def public_story(pk: int) -> Story:
    """The story, or 404: hidden, not there and not yet are one answer."""
    rows = Story.objects.filter(public_q()).exclude(edition__state=Edition.State.DRAFT)
    return get_object_or_404(rows.select_related("edition", "organisation", "activity"), pk=pk)


@public_page
@require_safe
def story(request: HttpRequest, pk: int) -> HttpResponse:
    """One story: text, film, gallery, credits, what to read next."""
    found = public_story(pk)
    edition = found.edition
    media = media_of(found.live)
    older, newer = neighbours(found)
    summary = summary_of(found.live)
    context: dict[str, Any] = {
        "edition": edition,
        "story": found,
        "content": found.live,
        "media": media,
        "summary": summary,
        "topic_name": dict(topics_of(edition)).get(found.topic, ""),
        "explained": explained_by(found, found.live),
        "credits": found.credits.order_by("path"),
        "canonical": absolute(address_of(found)),
        "card": absolute(reverse("portal:share_story", args=[found.pk])),
        "linked": article_data(found, media, summary),
        "older": older,
        "newer": newer,
        "related": cards_of(related(found), edition),
        "was_changed": _was_changed(found),
    }
    return render(request, "publicity/public/story.html", context)


def _was_changed(story: Story) -> bool:
    """Whether what is public differs from what was first published, beyond the first minute."""
    first, last = story.published_at, story.live_at
    return first is not None and last is not None and (last - first).total_seconds() > 60
