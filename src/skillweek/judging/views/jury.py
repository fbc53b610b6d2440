"""Jurors' pages on the phone: the works, one score sheet, conflicts of interest (E1, E10)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.bookings.views.private import private
from skillweek.content.models import Rendition
from skillweek.core.asked import number_in
from skillweek.core.clock import now
from skillweek.core.errors import DomainError
from skillweek.core.limits import rate_limited
from skillweek.judging.access import juror_of, panels_of_juror, remember_juror
from skillweek.judging.domain import scoring
from skillweek.judging.domain.jurors import juror_by_token
from skillweek.judging.models import Juror, Panel, Sheet, Work
from skillweek.judging.queries.progress import barred, live_works
from skillweek.uploads.views.serve import send


@private
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The panels in which one judges."""
    panels = panels_of_juror(request).select_related("organisation", "edition").order_by("state", "due_at")
    return render(request, "judging/jury/index.html", {"panels": panels})


@private
@require_GET
@rate_limited("jury_enter", "60/10m", methods=("GET",))
def enter(request: HttpRequest, token: str) -> HttpResponseBase:
    """A personal link: this browser is the juror's from now on; the link itself leaves the address."""
    juror = juror_by_token(token)
    if juror is None:
        return render(request, "judging/jury/gone.html", status=404)
    remember_juror(request, juror)
    return redirect("judging_public:panel", juror.panel_id)


def _juror(request: HttpRequest, pk: int) -> Juror:
    """The juror behind the request; 404 for everybody else."""
    panel = (
        Panel.objects.exclude(state=Panel.State.DRAFT).select_related("edition", "organisation").filter(pk=pk).first()
    )
    juror = juror_of(request, panel) if panel is not None else None
    if panel is None or juror is None:
        raise Http404
    juror.panel = panel
    if juror.first_seen_at is None:
        juror.first_seen_at = now()
        juror.save(update_fields=["first_seen_at", "updated_at"])
    return juror


@private
@require_GET
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The works with how far one is."""
    juror = _juror(request, pk)
    works = live_works(juror.panel)
    reasons = barred(juror, works)
    states = dict(Sheet.objects.filter(juror=juror).values_list("work_id", "state"))
    for work in works:
        work.stand = reasons.get(work.pk) or states.get(work.pk, "none")  # type: ignore[attr-defined]
    mine = [work for work in works if work.pk not in reasons]
    done = sum(states.get(work.pk) == Sheet.State.DONE for work in mine)
    following = next((work for work in mine if states.get(work.pk) != Sheet.State.DONE), None)
    context = {
        "edition": juror.panel.edition, "panel": juror.panel, "juror": juror, "works": works, "done": done,
        "expected": len(mine), "following": following,
    }  # fmt: skip
    return render(request, "judging/jury/panel.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited("jury_sheet", "600/10m")
def work(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """One score sheet. It is kept while one writes (htmx), and handed in by its button."""
    juror = _juror(request, pk)
    work = _work(juror, number)
    if request.method == "POST":
        return _save(request, juror, work)
    return _page(request, juror, work)


def _work(juror: Juror, number: int) -> Work:
    rows = juror.panel.works.filter(withdrawn_at=None).select_related("picture__file")
    found: Work = get_object_or_404(rows, number=number)
    return found


def _save(request: HttpRequest, juror: Juror, work: Work) -> HttpResponseBase:
    posted = request.POST
    is_done = posted.get("do") == "done"
    by_itself = request.headers.get("HX-Request") == "true"
    values = {row.pk: posted.get(f"score-{row.pk}", "") for row in juror.panel.criteria.all()}
    try:
        sheet = scoring.save_sheet(
            juror, work, values=values, comment=posted.get("comment", ""), is_done=is_done,
            expected=number_in(posted.get("version")),
        )  # fmt: skip
    except DomainError as error:
        if by_itself:
            raise
        return _page(request, juror, work, error)
    if by_itself:
        return render(request, "judging/jury/_saved.html", {"sheet": sheet, "at": now(), "panel": juror.panel})
    messages.success(request, _("已交。") if is_done else _("已保存。"))
    return redirect("judging_public:panel", juror.panel_id)


def _page(request: HttpRequest, juror: Juror, work: Work, error: DomainError | None = None) -> HttpResponse:
    sheet = Sheet.objects.filter(juror=juror, work=work).prefetch_related("scores").first()
    kept = {score.criterion_id: f"{score.value:g}" for score in sheet.scores.all()} if sheet else {}
    criteria = list(juror.panel.criteria.all())
    for row in criteria:
        name = f"score-{row.pk}"
        row.typed = request.POST.get(name, kept.get(row.pk, ""))  # type: ignore[attr-defined]
        row.wrong = error.message if error and error.field == name else ""  # type: ignore[attr-defined]
    works = live_works(juror.panel)
    reasons = barred(juror, works)
    mine = [each.number for each in works if each.pk not in reasons]
    context: dict[str, Any] = {
        "edition": juror.panel.edition, "panel": juror.panel, "juror": juror, "work": work, "sheet": sheet,
        "criteria": criteria, "comment": request.POST.get("comment", sheet.comment if sheet else ""),
        "reason": reasons.get(work.pk, ""), "error": error if error and not error.field else None,
        "version": request.POST.get("version", sheet.version if sheet else 0),
        "before": max((each for each in mine if each < work.number), default=None),
        "after": min((each for each in mine if each > work.number), default=None),
        "is_open": juror.panel.state == Panel.State.OPEN,
    }  # fmt: skip
    return render(request, "judging/jury/work.html", context, status=error.status if error else 200)


@private
@require_GET
def picture(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """The work's picture for this juror, whether it is public or not; a copy without metadata."""
    asset = _work(_juror(request, pk), number).picture
    if asset is None:
        raise Http404
    copies = asset.renditions.filter(format=Rendition.Format.JPEG, width__lte=1600).order_by("-width")
    copy = copies.first() or asset.file.derivatives.filter(role="large").first()
    if copy is None:
        raise Http404
    return send(
        request, copy.key, content_type="image/jpeg", name=f"{number}.jpg", inline=True, tag=f"{copy.pk}-{copy.size}",
        public=False,
    )  # fmt: skip


@private
@require_POST
def conflict(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Declare a conflict of interest, or take it back."""
    juror = _juror(request, pk)
    work = _work(juror, number)
    try:
        if request.POST.get("do") == "back":
            scoring.take_back(juror, work)
            messages.success(request, _("已撤回回避，可以评分。"))
            return redirect("judging_public:work", pk, number)
        scoring.declare(juror, work, reason=request.POST.get("reason", ""))
        messages.success(request, _("已登记回避，这件作品不用评。"))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("judging_public:panel", pk)
