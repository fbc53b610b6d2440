"""What a unit received: the inbox, reading, acknowledging (签收), passing on (转发) (A2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skillweek.content.intake import problem_of
from skillweek.content.models import Asset
from skillweek.content.views.media import download_name
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.notices.access import (
    can_acknowledge,
    can_change,
    can_follow,
    can_pass_on,
    can_publish,
    can_write,
    is_open,
    receiving_units,
)
from skillweek.notices.audience import units_of
from skillweek.notices.domain import acknowledge, mark_seen, pass_on
from skillweek.notices.models import Notice, Receipt
from skillweek.notices.picker import picker_for, rule_from
from skillweek.notices.queries import history_of, received_by, unacknowledged
from skillweek.notices.sheet import sheet_of
from skillweek.notices.views.common import readable, tabs, typed
from skillweek.notices.views.public import CHANGES_TEMPLATES
from skillweek.organisations.models import Kind, Organisation
from skillweek.uploads.models import StoredFile
from skillweek.uploads.views.serve import send

_PAGE = 20


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Received notices, those to acknowledge first; ``?state=waiting|signed`` and ``?q=`` narrow."""
    shown = tabs(request)
    if shown["issues"] and not shown["receives"]:
        return redirect("notices:issued")
    rows = received_by(request.user)
    state, text = request.GET.get("state", ""), typed(request, "q")
    if state == "waiting":
        rows = rows.filter(acknowledged_at=None, notice__live_at__isnull=False)
    elif state == "signed":
        rows = rows.filter(acknowledged_at__isnull=False)
    if text:
        rows = rows.filter(notice__title__icontains=text)
    context = {
        **shown,
        "tab": "received",
        "page": Paginator(rows, _PAGE).get_page(request.GET.get("page")),
        "waiting": unacknowledged(request.user).count(),
        "state": state,
        "text": text,
        "several": receiving_units(request.user).count() > 1,
    }
    return render(request, "notices/work/received.html", context)


@login_required
@require_safe
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice, with what the person may do about it. Looking at it counts as seen for their own units."""
    notice = readable(request, pk)
    if notice.live_at is not None:
        mark_seen(notice, by=request.user)
    mine = notice.receipts.filter(organisation__in=receiving_units(request.user)).select_related(
        "organisation", "acknowledged_by", "passed_on_by", "notice__edition"
    )
    open_now = is_open(notice)
    rows = [
        {
            "receipt": receipt,
            "can_sign": open_now and notice.is_live and can_acknowledge(request.user, receipt.organisation),
            "can_pass_on": open_now and notice.is_live and can_pass_on(request.user, receipt.organisation),
        }
        for receipt in mine.order_by("organisation__path")
    ]
    content = notice.live or ({} if notice.is_out else notice.draft)
    own = can_write(request.user, notice.organisation)
    context = {
        "notice": notice,
        "sheet": sheet_of(notice, content),
        "rows": rows,
        "is_open": open_now,
        "can_write": own and open_now,
        "can_change": can_change(request.user, notice) and open_now,
        "can_publish": can_publish(request.user, notice.organisation) and open_now,
        "can_follow": notice.is_out and can_follow(request.user, notice),
        "corrections": [version for version in history_of(notice) if version.number > 1] if notice.is_live else [],
        "supplements": notice.supplements.filter(live_at__isnull=False).order_by("published_at"),
        "changes_templates": CHANGES_TEMPLATES,
        "session_changes_url": _session_changes_url(request, notice) if open_now else "",
    }
    return render(request, "notices/work/read.html", context)


@login_required
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Acknowledge in the name of the unit that the form names."""
    notice = readable(request, pk)
    unit = _own_unit(request, request.POST.get("organisation", ""))
    version = request.POST.get("version", "")
    try:
        acknowledge(notice, unit, by=request.user, version=int(version) if version.isdecimal() else None)
    except Receipt.DoesNotExist:
        raise Http404 from None
    except Conflict as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("已代表“%(unit)s”签收。") % {"unit": unit})
    return redirect("notices:read", pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def forward(request: HttpRequest, pk: int, organisation_id: int) -> HttpResponse:
    """Pass a received notice on to units below the person's bureau."""
    notice = readable(request, pk)
    unit = _own_unit(request, str(organisation_id))
    receipt = get_object_or_404(notice.receipts.select_related("passed_on_by"), organisation=unit)
    if not can_pass_on(request.user, unit) or not is_open(notice) or not notice.is_live:
        raise NotAllowed(_("这份通知现在不能由您转发。请联系本单位的联络员或管理员。"))
    rule: dict[str, Any] = {"all": True}
    note, error = "", None
    if request.method == "POST":
        rule, note = rule_from(request.POST), request.POST.get("note", "")
        try:
            outcome = pass_on(notice, unit, by=request.user, audience=rule, note=note)
        except NotAllowed:
            raise
        except DomainError as refused:
            error = refused
        else:
            _say_passed_on(request, outcome)
            return redirect("notices:read", pk=pk)
    context = {
        "notice": notice,
        "unit": unit,
        "receipt": receipt,
        "note": note,
        "error": error,
        "picker": picker_for(unit, _tickable(rule)),
        "count": units_of(_tickable(rule), unit).count(),
        "earlier": notice.pass_ons.filter(organisation=unit).select_related("actor"),
    }
    return render(request, "notices/work/pass_on.html", context, status=400 if error else 200)


def _tickable(rule: dict[str, Any]) -> dict[str, Any]:
    """A refused rule as far as the picker can show it."""
    numbers = [text for text in rule.get("organisations", []) if str(text).isdecimal() and len(str(text)) < 19]
    return {**rule, "organisations": numbers}


def _say_passed_on(request: HttpRequest, outcome: Any) -> None:
    if outcome.reached:
        names = "、".join(str(unit) for unit in outcome.reached[:5])
        facts = {"count": len(outcome.reached), "names": names}
        messages.success(request, _("已转发给 %(count)s 个单位：%(names)s。") % facts)
    if outcome.had_it:
        messages.info(request, _("另有 %(count)s 个单位已经收到过，没有重复发送。") % {"count": outcome.had_it})


@login_required
@require_safe
def attachment(request: HttpRequest, pk: int, asset_id: UUID) -> HttpResponseBase:
    """A file of the notice, for those who may read it: also of notices that are not public."""
    notice = readable(request, pk)
    named = set((notice.live or {}).get("attachments") or [])
    if can_write(request.user, notice.organisation):
        named |= set(notice.draft.get("attachments") or [])
    if str(asset_id) not in named:
        raise Http404
    asset = get_object_or_404(Asset.objects.select_related("file"), pk=asset_id)
    if asset.file.state != StoredFile.State.READY or problem_of(asset.file, asset.kind):
        raise Conflict(_("这个附件还在检查，请过一分钟再下载。如果一直不行，请联系发文单位重新上传。"))
    return send(
        request,
        asset.file.key,
        content_type="application/octet-stream",
        name=download_name(asset),
        inline=False,
        tag=str(asset.pk),
    )


def _own_unit(request: HttpRequest, text: str) -> Organisation:
    """The unit if the person holds a role in it, else 404."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    unit: Organisation = get_object_or_404(receiving_units(request.user), pk=int(text))
    return unit


def _session_changes_url(request: HttpRequest, notice: Notice) -> str:
    """Where the room above lets the host settle times and places by this supplement (A3); empty for everybody else."""
    of_host = notice.kind == Notice.Kind.SUPPLEMENT and notice.organisation.kind == Kind.HOST
    if not of_host or not can_publish(request.user, notice.organisation):
        return ""
    try:
        return reverse("activities:notice_changes", args=[notice.pk])
    except NoReverseMatch:
        return ""
