"""The library of policies as the public reads it (D5)."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from skillweek.content.editorial import public_q
from skillweek.content.queries import absolute, summary_of
from skillweek.core.public_pages import public_page
from skillweek.editions.asked import edition_of_the_moment
from skillweek.editions.models import Edition
from skillweek.policies.citing import citations_of
from skillweek.policies.models import Policy
from skillweek.policies.queries.finding import (
    PolicyFilter,
    address_of,
    cards_of,
    find,
    neighbours,
    public_policies,
    related_of,
    years_of,
)
from skillweek.policies.queries.reading import reading_of

_PER_PAGE = 12


@public_page
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list: words, filters, order."""
    edition = edition_of_the_moment()
    wanted = PolicyFilter.from_query(request.GET)
    found = find(wanted, edition)
    page = Paginator(found.ids, _PER_PAGE).get_page(request.GET.get("page"))
    everything = public_policies(edition).order_by()
    levels, kinds = set(everything.values_list("level", flat=True)), set(everything.values_list("kind", flat=True))
    context = {
        "edition": edition,
        "wanted": wanted,
        "found": found,
        "page": page,
        "cards": cards_of(page.object_list, found),
        "has_any": bool(levels),
        "levels": [pair for pair in Policy.Level.choices if pair[0] in levels],
        "kinds": [pair for pair in Policy.Kind.choices if pair[0] in kinds],
        "statuses": Policy.Status.choices,
        "years": years_of(edition),
        "sorts": _sorts(wanted),
        "canonical": absolute(request.path),
    }
    return render(request, "policies/public/index.html", context)


def _sorts(wanted: PolicyFilter) -> list[tuple[str, str]]:
    first = [("", _("最相关"))] if wanted.text else []
    newest = "newest" if wanted.text else ""
    return [*first, (newest, _("最新发布")), ("oldest", _("最早发布")), ("level", _("按层级"))]


@public_page
@require_safe
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """One policy: what it says in a sentence, its facts, its text with places, the stories that explain it."""
    rows = Policy.objects.filter(public_q()).exclude(edition__state=Edition.State.DRAFT)
    found = get_object_or_404(rows.select_related("edition", "organisation"), pk=pk)
    older, newer = neighbours(found)
    context = {
        "edition": found.edition,
        "policy": found,
        "reading": reading_of(found, found.live),
        "summary": summary_of(found.live),
        "related": related_of(found, found.live),
        "citations": citations_of(found),
        "canonical": absolute(address_of(found)),
        "older": older,
        "newer": newer,
    }
    return render(request, "policies/public/policy.html", context)
