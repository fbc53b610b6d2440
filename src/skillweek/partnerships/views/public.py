"""What everybody may read: positions and needs, enterprises, meetings (E3, E4)."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from skillweek.content.access import is_open
from skillweek.core.asked import number_in
from skillweek.editions.asked import edition_asked
from skillweek.editions.models import Edition
from skillweek.partnerships import catalogue
from skillweek.partnerships.access import enterprise_of
from skillweek.partnerships.models import Enterprise, Meeting, Need
from skillweek.partnerships.queries.matches import public_needs, with_names

_PER_PAGE = 20


def filtered_needs(request: HttpRequest, rows: QuerySet[Need]) -> tuple[QuerySet[Need], dict[str, Any]]:
    """The needs that the page asks for by word, kind and field, with what it asked."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    kind, field = request.GET.get("kind", ""), request.GET.get("field", "")
    for word in text.split():
        rows = rows.filter(
            Q(title__icontains=word) | Q(text__icontains=word) | Q(enterprise__name__icontains=word)
            | Q(place__icontains=word)
        )  # fmt: skip
    if kind in Need.Kind.values:
        rows = rows.filter(kind=kind)
    if field in dict(catalogue.categories()):
        heads = [f"{int(field) + base:02d}" for base in (20, 40, 60)]
        inside = Q(fields__code__startswith=field, fields__code__regex=r"^(\d\d|\d{4})$")
        for head in heads:
            inside |= Q(fields__code__startswith=head, fields__code__regex=r"^\d{6}$")
        rows = rows.filter(inside).distinct()
    asked = {"q": text, "kind": kind, "field": field, "is_set": bool(text or kind or field)}
    return rows, asked


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Positions and needs, with filters."""
    edition = edition_asked(request)
    rows = public_needs(edition).select_related("enterprise").defer("enterprise__logo").prefetch_related("fields")
    found, asked = filtered_needs(request, rows)
    page = Paginator(found.order_by("-published_at", "-pk"), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **_frame(request, edition, "needs"),
        "page": page,
        "needs": with_names(page.object_list),
        "asked": asked,
        "kinds": Need.Kind.choices,
        "categories": catalogue.categories(),
    }
    return render(request, "partnerships/public/index.html", context)


def _frame(request: HttpRequest, edition: Edition, tab: str) -> dict[str, Any]:
    mine = enterprise_of(request.user, edition)
    return {"edition": edition, "tab": tab, "is_open": is_open(edition), "mine": mine}


@require_GET
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """One position or need."""
    rows = Need.objects.select_related("enterprise", "edition").defer("enterprise__logo").prefetch_related("fields")
    row = get_object_or_404(rows, pk=pk)
    if row.edition.state == Edition.State.DRAFT or not public_needs(row.edition).filter(pk=pk).exists():
        raise Http404
    meetings = Meeting.objects.filter(
        parties__enterprise=row.enterprise, parties__state="accepted", state__in=("open", "published")
    )
    context = {**_frame(request, row.edition, "needs"), "need": with_names([row])[0], "meetings": meetings}
    return render(request, "partnerships/public/need.html", context)


def _verified(edition: Edition) -> QuerySet[Enterprise]:
    return Enterprise.objects.filter(edition=edition, state=Enterprise.State.VERIFIED)


@require_GET
def enterprises(request: HttpRequest) -> HttpResponse:
    """Verified enterprises."""
    edition = edition_asked(request)
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    industry = request.GET.get("industry", "")
    rows = _verified(edition)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(profile__icontains=text))
    if industry in Enterprise.Industry.values:
        rows = rows.filter(industry=industry)
    open_needs = Q(needs__in=public_needs(edition).values("pk"))
    rows = rows.annotate(
        number=Count("needs", filter=open_needs, distinct=True),
        has_logo=ExpressionWrapper(Q(logo__isnull=False), BooleanField()),
    ).order_by("name", "pk")
    rows = rows.defer("logo")
    context = {
        **_frame(request, edition, "enterprises"),
        "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page")),
        "q": text,
        "industry": industry,
        "industries": Enterprise.Industry.choices,
    }
    return render(request, "partnerships/public/enterprises.html", context)


@require_GET
def enterprise(request: HttpRequest, pk: int) -> HttpResponse:
    """One enterprise: what it is, what it looks for, where to meet it. No person's name or number."""
    rows = Enterprise.objects.filter(state=Enterprise.State.VERIFIED).exclude(edition__state=Edition.State.DRAFT)
    row = get_object_or_404(rows.select_related("edition"), pk=pk)
    needs = public_needs(row.edition).filter(enterprise=row).prefetch_related("fields")
    meetings = Meeting.objects.filter(
        parties__enterprise=row, parties__state="accepted", state__in=("open", "published")
    )
    context = {
        **_frame(request, row.edition, "enterprises"),
        "enterprise": row, "has_logo": bool(row.logo), "needs": with_names(needs), "meetings": meetings,
    }  # fmt: skip
    return render(request, "partnerships/public/enterprise.html", context)


@require_GET
def logo(request: HttpRequest, pk: int) -> HttpResponse:
    """The logo as we drew it."""
    found = Enterprise.objects.filter(pk=pk, state=Enterprise.State.VERIFIED).exclude(
        edition__state=Edition.State.DRAFT
    )
    data = found.values_list("logo", flat=True).first()
    if not data:
        raise Http404
    response = HttpResponse(bytes(data), content_type="image/png")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_GET
def meetings(request: HttpRequest) -> HttpResponse:
    """Meetings that were announced, the next first."""
    edition = edition_asked(request)
    rows = Meeting.objects.filter(edition=edition).exclude(state=Meeting.State.DRAFT).select_related("organisation")
    rows = rows.annotate(
        number=Count("parties", filter=Q(parties__enterprise__isnull=False, parties__state="accepted"))
    )
    page = Paginator(rows.order_by("day", "pk"), _PER_PAGE).get_page(number_in(request.GET.get("page")) or 1)
    return render(request, "partnerships/public/meetings.html", {**_frame(request, edition, "meetings"), "page": page})
