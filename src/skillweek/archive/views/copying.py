"""An old edition's work as drafts of a new one: by the host for all, by a school for itself (A8)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from skillweek.activities.domain import renewing
from skillweek.archive import access
from skillweek.archive.domain import copying
from skillweek.archive.forms import CopyForm
from skillweek.archive.views.common import for_people_with_a_role, for_runners
from skillweek.core.errors import DomainError
from skillweek.core.notices import success_with_undo
from skillweek.editions.models import Edition
from skillweek.organisations.access import can_file_for, visible_to
from skillweek.organisations.models import Organisation


@for_runners
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Choose what goes where, see what it would make, and make it."""
    source = get_object_or_404(access.past_editions(), pk=pk)
    targets = copying.targets_for(source)
    sent = request.POST if request.method == "POST" else request.GET if "target" in request.GET else None
    form = CopyForm(sent, targets=targets, parts=copying.PARTS)
    look = None
    if form.is_valid():
        target, parts = form.cleaned_data["target"], form.cleaned_data["parts"]
        look = copying.dry_run(source, target, parts)
        if request.method == "POST" and _copied(request, form, source, target, parts):
            return redirect(f"{reverse('archive:copy', args=[pk])}?done={target.pk}")
    context = {
        "source": source,
        "form": form,
        "look": look,
        "has_targets": targets.exists(),
        "done": Edition.objects.filter(pk=_number(request.GET.get("done"))).first(),
    }
    return render(request, "archive/copy.html", context, status=400 if form.errors else 200)


def _copied(request: HttpRequest, form: Any, source: Edition, target: Edition, parts: list[str]) -> bool:
    try:
        made = copying.copy_parts(source, target, parts, actor=request.user)
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    text = _("已复制为草稿：方案 %(plans)d 份、活动 %(activities)d 项、页面 %(pages)d 个、通知 %(notices)d 份。") % made
    undo = f"{reverse('archive:copy_undo', args=[source.pk])}?target={target.pk}"
    success_with_undo(request, text, undo)
    return True


@for_runners
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the copies that nobody has changed since."""
    source = get_object_or_404(access.past_editions(), pk=pk)
    target = get_object_or_404(Edition, pk=_number(request.GET.get("target") or request.POST.get("target")))
    count = copying.take_back(source, target, actor=request.user)
    messages.success(request, _("已撤销 %(count)d 项复制。改过的内容没有动。") % {"count": count})
    return redirect("archive:copy", pk=pk)


@for_people_with_a_role
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """A unit starts from its own earlier week."""
    unit, target = _unit(request, organisation_id), _working_edition()
    sources = Edition.objects.filter(plans__organisation=unit).exclude(state=Edition.State.DRAFT)
    sources = sources.exclude(pk=target.pk).distinct() if target is not None else sources.none()
    if request.method == "POST" and target is not None:
        source = get_object_or_404(sources, pk=_number(request.POST.get("source")))
        renewed = renewing.renew_week(unit, source, target, actor=request.user)
        text = _("已复制为草稿：活动 %(count)d 项。") % {"count": len(renewed.activities)}
        if renewed.plan is not None:
            text = _("已复制为草稿：方案和活动 %(count)d 项。") % {"count": len(renewed.activities)}
        undo_url = f"{reverse('archive:renew_undo', args=[unit.pk])}?source={source.pk}"
        success_with_undo(request, text, undo_url)
        for note in renewed.notes[:20]:
            messages.warning(request, note)
        return redirect("activities:index")
    rows = [(one, renewing.not_taken_yet(unit, one, target)) for one in sources] if target is not None else []
    return render(request, "archive/renew.html", {"unit": unit, "target": target, "rows": rows})


@for_people_with_a_role
@require_POST
def renew_undo(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Delete the unit's unchanged copies again."""
    unit, target = _unit(request, organisation_id), _working_edition()
    source = get_object_or_404(Edition, pk=_number(request.GET.get("source") or request.POST.get("source")))
    if target is None:
        raise Http404
    count = renewing.take_back_copies(target, source, actor=request.user, organisation=unit)
    messages.success(request, _("已撤销 %(count)d 项复制。改过的内容没有动。") % {"count": count})
    return redirect("archive:renew", organisation_id=unit.pk)


def _unit(request: HttpRequest, pk: int) -> Organisation:
    unit: Organisation = get_object_or_404(visible_to(request.user), pk=pk)
    if not can_file_for(request.user, unit):
        raise Http404
    return unit


def _working_edition() -> Edition | None:
    """The edition that people work in, also while the person looks at a past one."""
    return Edition.objects.filter(state=Edition.State.OPEN).order_by("-starts_on", "-pk").first()


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0
