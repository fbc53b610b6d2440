"""Lists of activities: all with filters, the nation's (附件1, B1) and the city's own (B2)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from skillweek.activities.models import Activity, ActivityTag
from skillweek.activities.queries.public import ActivityFilter, public_activities
from skillweek.editions.models import Edition
from skillweek.portal import finding
from skillweek.portal.caching import public_page
from skillweek.portal.cards import Card, cards_of
from skillweek.portal.views.common import is_part, no_edition


@public_page
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every public activity, highlights first, by the filter in the address. htmx gets the results alone."""
    edition = Edition.objects.current()
    if edition is None:
        return no_edition(request, _("活动"))
    wanted = ActivityFilter.from_query(request.GET, edition)
    form = finding.form_of(wanted, edition)
    page = finding.results(request, wanted, edition)
    context = {
        "edition": edition,
        "wanted": wanted,
        "form": form,
        "page": page,
        "cards": cards_of(page.object_list, edition, wanted),
        "asked": finding.asked_words(wanted, form),
        "sorts": _sorts(wanted),
        "is_part": is_part(request),
    }
    return render(
        request, "portal/activities/results.html" if is_part(request) else "portal/activities/index.html", context
    )


def _sorts(wanted: ActivityFilter) -> list[tuple[str, str, bool]]:
    """(word in the address, label, chosen). 「离我最近」 needs a position and is a button beside these."""
    words = [("best", _("推荐")), ("time", _("时间最近")), ("newest", _("最新发布"))]
    return [(word, label, word == wanted.sort) for word, label in words]


@public_page
@require_safe
def national(request: HttpRequest) -> HttpResponse:
    """附件1 by department, each line with the local activities that are linked to it (B1)."""
    edition = Edition.objects.current()
    if edition is None or not edition.doc.national_activities:
        return no_edition(request, _("全国活动"))
    tagged = ActivityTag.objects.filter(group=ActivityTag.Group.NATIONAL, activity__in=public_activities(edition))
    codes = list(tagged.order_by("activity__title").values_list("code", "activity_id"))
    cards = _cards({pk for _code, pk in codes}, edition)
    departments: dict[str, list[dict[str, Any]]] = {}
    for row in edition.doc.national_activities:
        linked = [cards[pk] for code, pk in codes if code == row.code]
        departments.setdefault(row.department, []).append({"row": row, "linked": linked})
    return render(request, "portal/activities/national.html", {"edition": edition, "departments": departments.items()})


@public_page
@require_safe
def city(request: HttpRequest) -> HttpResponse:
    """The city's own activities as the notice names them, with those that are announced (B2)."""
    edition = Edition.objects.current()
    if edition is None or not edition.doc.city_activities:
        return no_edition(request, _("全市活动"))
    found = public_activities(edition).exclude(city_code="").order_by("pk").values_list("city_code", "pk")
    cards = _cards({pk for _code, pk in found}, edition)
    rows = [
        {"row": row, "linked": [cards[pk] for code, pk in found if code == row.code]}
        for row in edition.doc.city_activities
    ]
    return render(request, "portal/activities/city.html", {"edition": edition, "rows": rows})


def _cards(ids: set[int], edition: Edition) -> dict[int, Card]:
    """Cards of the activities by their keys."""
    activities = finding.with_cards(Activity.objects.filter(pk__in=ids))
    return {card.activity.pk: card for card in cards_of(activities, edition)}
