"""Who does something in the week, and what (B7, B12)."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from skillweek.activities.models import Partner
from skillweek.activities.queries.public import ActivityFilter, public_activities
from skillweek.editions.models import Edition
from skillweek.online.queries.cards import gather
from skillweek.organisations.models import Organisation
from skillweek.portal import agenda, finding
from skillweek.portal.caching import public_page
from skillweek.portal.cards import cards_of
from skillweek.portal.views.common import no_edition
from skillweek.publicity.queries.stories import cards_of as story_cards
from skillweek.publicity.queries.stories import public_stories

_STORIES = 6
_ONLINE = 6


@public_page
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every organisation with a public activity, by district, with how many."""
    edition = Edition.objects.current()
    if edition is None:
        return no_edition(request, _("主办单位"))
    public = public_activities(edition).order_by()
    rows = (
        Organisation.objects.filter(activities__in=public)
        .annotate(number=Count("activities", filter=Q(activities__in=public), distinct=True))
        .order_by("path")
    )
    districts: dict[str, list[Organisation]] = {}
    for row in rows:
        districts.setdefault(row.district or _("全市"), []).append(row)
    return render(request, "portal/organisations/index.html", {"edition": edition, "districts": districts.items()})


@public_page
@require_safe
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation's week: its own activities and those it takes part in."""
    edition = Edition.objects.current()
    found = Organisation.objects.filter(code=code).first()
    if edition is None or found is None:
        raise Http404
    joint = Partner.objects.filter(organisation=found, state=Partner.State.ACCEPTED).values("activity")
    activities = public_activities(edition).filter(Q(organisation=found) | Q(pk__in=joint))
    shown = ActivityFilter(organisation=found.code)
    listed = list(finding.with_cards(shown.ordered(activities)))
    if not listed and not found.is_active:
        raise Http404
    lines = agenda.lines_of(shown, edition)
    agenda.attach(lines)
    days = agenda.by_day(lines, [*edition.days, *sorted({line.day for line in lines if line.day} - set(edition.days))])
    context = {
        "edition": edition,
        "organisation": found,
        "cards": cards_of(listed, edition),
        "days": days,
        "has_lines": any(day.lines for day in days),
        "stories": story_cards(public_stories(edition).filter(credits=found)[:_STORIES], edition),
        "online": gather(edition, found, most=_ONLINE, has_sessions=False),
        "zone": edition.zone,
    }
    return render(request, "portal/organisations/organisation.html", context)
