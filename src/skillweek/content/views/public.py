"""News, topics and static pages as the public reads them (D6)."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from skillweek.content.editorial import public_q
from skillweek.content.models import Page
from skillweek.content.queries import (
    absolute,
    address_of,
    covers_of,
    neighbours,
    page_at,
    public_news,
    public_pages,
    summary_of,
)
from skillweek.content.render import asset_url
from skillweek.content.views.common import chosen_edition

_PER_PAGE = 12


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of news, by topic if asked."""
    edition = chosen_edition(request)
    if edition is None:
        raise Http404
    topics = [(topic.code, topic.name) for topic in edition.doc.topics]
    topic = request.GET.get("topic", "")
    rows = public_news(edition)
    topic = topic if topic in dict(topics) else ""
    if topic:
        rows = rows.filter(topic=topic)
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    covers = covers_of(page.object_list)
    used = set(public_news(edition).exclude(topic="").values_list("topic", flat=True))
    context = {
        "edition": edition,
        "page": page,
        "cards": [(row, covers.get(row.pk), summary_of(row.live, 90), address_of(row)) for row in page.object_list],
        "topics": [pair for pair in topics if pair[0] in used],
        "topic": topic,
        "canonical": absolute(request.path),
    }
    return render(request, "content/public/index.html", context)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page. One that was taken back says so (410), so that old links explain themselves."""
    found = page_at(slug)
    if found is None or found.published_at is None:
        raise Http404
    if not Page.objects.filter(public_q(), pk=found.pk).exists():
        return render(request, "content/public/gone.html", {"edition": found.edition}, status=410)
    cover = covers_of([found]).get(found.pk)
    older, newer = neighbours(found) if found.kind == Page.Kind.NEWS else (None, None)
    related = []
    if found.kind == Page.Kind.TOPIC and found.topic:
        related = list(public_news(found.edition).filter(topic=found.topic)[:_PER_PAGE])
    topics = {topic.code: topic.name for topic in found.edition.doc.topics}
    more = public_pages(found.edition).filter(kind=found.kind).exclude(pk=found.pk).order_by("position", "pk")
    context = {
        "edition": found.edition,
        "text": found,
        "content": found.live,
        "cover": cover,
        "topic_name": topics.get(found.topic, ""),
        "summary": summary_of(found.live),
        "canonical": absolute(address_of(found)),
        "og_image": absolute(asset_url(cover)) if cover else "",
        "older": older,
        "newer": newer,
        "related": related,
        "more": list(more[:_PER_PAGE]) if found.kind != Page.Kind.NEWS else [],
        "was_changed": found.live_at and (found.live_at - found.published_at).total_seconds() > 60,
    }
    return render(request, "content/public/page.html", context)
