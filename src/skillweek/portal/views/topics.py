"""The focus topics (宣传重点): what each means, its stories, activities, news and policies (D1)."""

from __future__ import annotations

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from skillweek.content.models import Page
from skillweek.policies.queries.finding import public_policies
from skillweek.portal import finding, reading
from skillweek.portal.caching import public_page
from skillweek.portal.cards import cards_of
from skillweek.portal.views.common import no_edition
from skillweek.publicity.queries.stories import cards_of as story_cards
from skillweek.publicity.queries.stories import public_stories

_STORIES, _ACTIVITIES, _NEWS, _POLICIES = 9, 6, 6, 6


@public_page
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All topics with how much is told of each."""
    edition = reading.current_edition()
    if edition is None:
        return no_edition(request, _("宣传重点"))
    counts = dict(public_stories(edition).order_by().values_list("topic").annotate(n=Count("pk")))
    topics = [(topic, counts.get(topic.code, 0)) for topic in edition.doc.topics]
    return render(request, "portal/topics/index.html", {"edition": edition, "topics": topics})


@public_page
@require_safe
def topic(request: HttpRequest, code: str) -> HttpResponse:
    """One topic."""
    edition = reading.current_edition()
    found = next((row for row in edition.doc.topics if row.code == code), None) if edition else None
    if edition is None or found is None:
        raise Http404
    stories = public_stories(edition).filter(topic=code)
    tagged = reading.public_activities(edition).filter(tags__group="topic", tags__code=code, cancelled_at=None)
    pages = reading.public_pages(edition).filter(kind=Page.Kind.TOPIC, topic=code)
    context = {
        "edition": edition,
        "topic": found,
        "stories": story_cards(stories[:_STORIES], edition),
        "story_count": stories.count(),
        "cards": cards_of(finding.with_cards(tagged.distinct())[:_ACTIVITIES], edition),
        "activity_count": tagged.distinct().count(),
        "policies": public_policies(edition)[:_POLICIES] if found.library == "policies" else [],
        "pages": [*pages, *reading.public_news(edition).filter(topic=code)[:_NEWS]],
        "others": [row for row in edition.doc.topics if row.code != code],
    }
    return render(request, "portal/topics/topic.html", context)
