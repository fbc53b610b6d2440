"""Choosing the photos of a summary: those chosen stand on every page, the others follow page by page (C11)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.reports.models import ReportItem
from skillweek.summaries import access
from skillweek.summaries.domain import writing
from skillweek.summaries.material import accepted_photos, shown_photos
from skillweek.summaries.models import Summary
from skillweek.summaries.views.pages import summary_or_404

_PAGE_SIZE = 48


@dataclass(frozen=True)
class Offer:
    """One photo as the page shows it: ticked or not, with the caption and place that were typed or kept."""

    item: ReportItem
    is_chosen: bool
    caption: str
    place: str


@require_http_methods(["GET", "POST"])
@login_required
def photos(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Choose photos of accepted material, their order and captions. Going to another page saves this one."""
    summary = summary_or_404(request, pk)
    if not access.can_edit(request.user, summary):
        raise NotAllowed(_("只有本单位的人员可以修改情况总结。"))
    if request.method == "GET":
        return _page(request, summary)
    ids = [number for value in request.POST.getlist("photo") if (number := number_in(value)) is not None]
    pairs = [(one, request.POST.get(f"caption-{one}", "")) for one in sorted(ids, key=lambda one: _order(request, one))]
    try:
        version = number_in(request.POST.get("version"))
        writing.choose_photos(summary, pairs, by=request.user, expected_version=version or 0)
    except NotAllowed:
        raise
    except DomainError as refusal:
        return _page(request, summary, refusal)
    if (page := number_in(request.POST.get("go"))) is not None:
        return redirect(f"{reverse('summaries:photos', args=[pk])}?page={page}&q={request.POST.get('q', '')[:60]}")
    messages.success(request, _("照片已保存。"))
    return redirect("summaries:summary", pk=pk)


def _page(request: HttpRequest, summary: Summary, refusal: DomainError | None = None) -> HttpResponseBase:
    words = request.GET.get("q", "").strip()[:60]
    chosen = {photo.item_id: photo for photo in shown_photos(summary)}
    others = accepted_photos(summary.edition, summary.organisation).exclude(pk__in=list(chosen))
    if words:
        others = others.filter(Q(caption__icontains=words) | Q(report__organisation__name__icontains=words))
    page = Paginator(others, _PAGE_SIZE).get_page(request.GET.get("page"))
    offers = [Offer(photo.item, True, photo.caption, str(photo.position + 1)) for photo in chosen.values()]
    rest = [Offer(item, False, item.caption, "") for item in page]
    if refusal is not None:
        offers, rest = _typed(request, offers), _typed(request, rest)
    context = {
        "summary": summary, "edition": summary.edition, "chosen": offers, "others": rest, "page": page, "q": words,
        "refusal": refusal.message if refusal is not None else "",
    }  # fmt: skip
    return render(request, "summaries/photos.html", context, status=refusal.status if refusal is not None else 200)


def _typed(request: HttpRequest, offers: list[Offer]) -> list[Offer]:
    """The same photos with what the person ticked and typed, which was not saved."""
    ticked = set(request.POST.getlist("photo"))
    return [
        Offer(
            offer.item,
            str(offer.item.pk) in ticked,
            request.POST.get(f"caption-{offer.item.pk}", offer.caption)[:500],
            request.POST.get(f"order-{offer.item.pk}", offer.place)[:3],
        )
        for offer in offers
    ]


def _order(request: HttpRequest, item_id: int) -> tuple[int, int]:
    number = number_in(request.POST.get(f"order-{item_id}"))
    return (number if number is not None else 10_000, item_id)
