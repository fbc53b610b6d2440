"""Activities as a table: template, upload, dry run, confirmation, export; copies (B3)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skillweek.activities import access
from skillweek.activities.domain.copying import MAX_AT_ONCE, copy_activities, copy_activity
from skillweek.activities.domain.importing import can_import, confirm_import, discard_upload, dry_run, keep_upload
from skillweek.activities.forms.transfer import ConfirmForm, CopyForm, UploadForm
from skillweek.activities.models import Activity, ActivityUpload
from skillweek.activities.queries.units import UnitFilter
from skillweek.activities.transfer.outcome import Action
from skillweek.activities.transfer.writing import write_activities, write_template
from skillweek.activities.views.running import chosen_edition, numbers, posted, run, status_of
from skillweek.core.errors import Conflict, DomainError
from skillweek.core.tables.reading import MAX_BYTES
from skillweek.editions.models import Edition
from skillweek.organisations.access import scope_of, subtree_q
from skillweek.organisations.models import Organisation

_PAGE = 200
_SOURCES = 60


def _only_writers(request: HttpRequest) -> list[Organisation]:
    if not can_import(request.user):
        raise PermissionDenied
    return access.planning_organisations(request.user)


def _upload_or_404(request: HttpRequest, pk: int) -> ActivityUpload:
    """One's own upload and nobody else's."""
    rows = ActivityUpload.objects.filter(user=request.user.pk).select_related("user", "edition", "organisation")
    return get_object_or_404(rows, pk=pk)


def _open_edition() -> Edition | None:
    return Edition.objects.current()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose a file; what it would do is shown next."""
    units = _only_writers(request)
    edition = _open_edition()
    if edition is None:
        return redirect("activities:index")
    form = UploadForm(posted(request), request.FILES if request.method == "POST" else None, units=units)
    if form.is_valid():
        file = form.cleaned_data["file"]
        unit = next(unit for unit in units if unit.pk == form.cleaned_data["organisation"])
        # One byte more than allowed is enough to know that it is too much.
        content = file.read(MAX_BYTES + 1)
        upload = run(form, lambda: keep_upload(request.user, unit, edition, name=file.name, content=content))
        if upload is not None:
            return redirect("activities:import_upload", pk=upload.pk)
    waiting = ActivityUpload.objects.filter(user=request.user.pk, confirmed_at=None)[:5]
    context = {"form": form, "waiting": waiting, "edition": edition}
    return render(request, "activities/transfer/start.html", context, status=status_of(form))


@login_required
@require_safe
def template(request: HttpRequest) -> HttpResponseBase:
    """The empty table with the edition's own lists."""
    _only_writers(request)
    edition = _open_edition()
    if edition is None:
        raise Http404
    return FileResponse(write_template(edition), as_attachment=True, filename=_("活动导入模板.xlsx"))


@login_required
@require_safe
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """The dry run: each row's outcome."""
    _only_writers(request)
    kept = _upload_or_404(request, pk)
    if kept.confirmed_at is not None:
        return render(request, "activities/transfer/done.html", {"upload": kept, "counts": kept.result})
    plan = dry_run(kept)
    show = request.GET.get("show", "")
    outcomes = [row for row in plan.outcomes if row.action == show] if show in list(Action) else plan.outcomes
    context = {
        "upload": kept,
        "plan": plan,
        "counts": plan.counts,
        "show": show,
        "page": Paginator(outcomes, _PAGE).get_page(request.GET.get("page")),
        "form": ConfirmForm(initial={"seen": plan.digest()}),
    }
    return render(request, "activities/transfer/upload.html", context)


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply exactly what was shown."""
    _only_writers(request)
    kept = _upload_or_404(request, pk)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请从预检页面确认。"))
        return redirect("activities:import_upload", pk=pk)
    try:
        counts = confirm_import(kept, seen=form.cleaned_data["seen"])
    except DomainError as error:
        if error.status not in (400, 409):
            raise
        messages.warning(request, error.message)
        return redirect("activities:import_upload", pk=pk)
    messages.success(request, _("导入完成：%(activities)s 项活动已存为草稿。") % counts)
    return redirect("activities:import_upload", pk=pk)


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw an upload away."""
    _only_writers(request)
    discard_upload(_upload_or_404(request, pk))
    messages.success(request, _("已放弃这次导入，没有写入任何内容。"))
    return redirect("activities:import")


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The activities of one's units and of those below, in the layout of the table."""
    scope = scope_of(request.user)
    if not scope.roles:
        raise PermissionDenied
    edition = chosen_edition(request)
    if edition is None:
        raise Http404
    reach = Q(organisation__in=list(scope.roles)) | subtree_q(scope.deciding_paths, "organisation__")
    chosen = UnitFilter(**{**UnitFilter.from_query(request.GET).__dict__, "kind": "all"})
    rows = access.visible_to(request.user).filter(reach, chosen.q("organisation__"), edition=edition)
    book = write_activities(edition, rows.order_by("organisation__path", "pk"))
    return FileResponse(book, as_attachment=True, filename=_("活动-%(slug)s.xlsx") % {"slug": edition.slug})


def _sources(request: HttpRequest) -> QuerySet[Activity]:
    """What one may start from: activities one may open, and what everybody may read."""
    public = Q(state=Activity.State.APPROVED, published_at__isnull=False, withdrawn_at=None)
    visible = Q(pk__in=access.visible_to(request.user).values("pk"))
    return Activity.objects.filter(public | visible).select_related("organisation", "edition")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a new activity from this one."""
    units = _only_writers(request)
    source = get_object_or_404(_sources(request), pk=pk)
    edition = _open_edition()
    if edition is None:
        messages.error(request, _("现在没有接收方案和活动的届次。"))
        return redirect("activities:index")
    own = source.organisation_id if source.organisation_id in {unit.pk for unit in units} else None
    form = CopyForm(posted(request), units=units, initial={"organisation": own} if own else {})
    if form.is_valid():
        data = form.cleaned_data
        unit = next(unit for unit in units if unit.pk == data["organisation"])
        copied = run(
            form,
            lambda: copy_activity(
                source,
                organisation=unit,
                edition=edition,
                actor=request.user,
                with_sessions=data["with_sessions"],
                shift_days=data["shift_days"],
            ),
        )
        if copied is not None:
            messages.success(request, _("已复制成新的草稿，请核对后提交。"))
            for note in copied.notes:
                messages.warning(request, note)
            return redirect("activities:edit", pk=copied.activity.pk)
    context = {"form": form, "source": source, "edition": edition, "sessions": source.sessions.count()}
    return render(request, "activities/transfer/copy.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def copy_week(request: HttpRequest) -> HttpResponse:
    """Copy several activities of another edition or another unit at once."""
    units = _only_writers(request)
    edition = _open_edition()
    if edition is None:
        messages.error(request, _("现在没有接收方案和活动的届次。"))
        return redirect("activities:index")
    unit = _target(request, units)
    if request.method == "POST" and _copy_many(request, edition, unit):
        return redirect("activities:index")
    rows = _narrow(request, edition, unit)
    page = Paginator(rows.order_by("-edition__starts_on", "organisation__path", "pk"), _SOURCES)
    context: dict[str, Any] = {
        "edition": edition,
        "units": units,
        "unit": unit,
        "editions": Edition.objects.exclude(state=Edition.State.DRAFT),
        "source": request.GET.get("source", ""),
        "search": request.GET.get("q", "")[:60],
        "page": page.get_page(request.GET.get("page")),
        "limit": MAX_AT_ONCE,
        "ticked": set(numbers(request.POST.getlist("activity"))),
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "activities/transfer/copy_week.html", context, status=status)


def _target(request: HttpRequest, units: list[Organisation]) -> Organisation:
    asked = request.POST.get("organisation") or request.GET.get("organisation", "")
    return next((unit for unit in units if str(unit.pk) == asked), units[0])


def _narrow(request: HttpRequest, edition: Edition, unit: Organisation) -> QuerySet[Activity]:
    """Sources under the page's filters: another edition by its name, and words of title or unit."""
    rows = _sources(request).annotate(number=Count("sessions"))
    source, search = (request.GET.get(name, "").replace("\0", "")[:60] for name in ("source", "q"))
    if source:
        rows = rows.filter(edition__slug=source)
    if search.strip():
        words = search.strip()
        rows = rows.filter(Q(title__icontains=words) | Q(organisation__name__icontains=words))
    # Not what is this unit's own this year already.
    return rows.exclude(organisation=unit, edition=edition)


def _copy_many(request: HttpRequest, edition: Edition, unit: Organisation) -> bool:
    ids = numbers(request.POST.getlist("activity"))
    sources = list(_sources(request).filter(pk__in=ids).prefetch_related("tags"))
    try:
        copied = copy_activities(
            sources,
            organisation=unit,
            edition=edition,
            actor=request.user,
            with_sessions=bool(request.POST.get("with_sessions")),
        )
    except (Conflict, DomainError) as error:
        if error.status not in (400, 409, 429):
            raise
        messages.error(request, error.message)
        return False
    messages.success(request, _("已复制 %(count)s 项活动，都存为草稿。") % {"count": len(copied)})
    if noted := sum(bool(one.notes) for one in copied):
        messages.warning(request, _("其中 %(count)s 项有内容没有带过来，请逐项核对。") % {"count": noted})
    return True
