"""Who has seen and acknowledged a notice: the table, reminders in one click, the workbook (A2)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from skillweek.core.asked import back_to, number_in
from skillweek.core.errors import Conflict
from skillweek.notices.access import can_follow, is_open, remindable_by
from skillweek.notices.domain import remind
from skillweek.notices.domain.reminding import Reminded
from skillweek.notices.exports import receipts_workbook
from skillweek.notices.models import Notice, Receipt
from skillweek.notices.queries import STATES, districts_of, narrowed, receipts_for, tally
from skillweek.notices.views.common import readable, typed
from skillweek.organisations.models import Organisation

_PAGE = 50
#: Names of units listed in a message; the rest are counted.
_NAMED = 8


def _followed(request: HttpRequest, pk: int) -> Notice:
    notice = readable(request, pk)
    if not notice.is_out or not can_follow(request.user, notice):
        raise Http404
    return notice


def _chosen(request: HttpRequest, rows: QuerySet[Receipt]) -> tuple[QuerySet[Receipt], dict[str, str]]:
    filters = {
        "state": request.GET.get("state", ""),
        "text": typed(request, "q"),
        "district": typed(request, "district"),
    }
    filters["state"] = filters["state"] if filters["state"] in STATES else ""
    return narrowed(rows, **filters), filters


@login_required
@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """Every recipient that the person may look at, with what it did and when."""
    notice = _followed(request, pk)
    rows = receipts_for(request.user, notice)
    chosen, filters = _chosen(request, rows)
    labels = {
        "waiting": _("未签收"),
        "unseen": _("未查看"),
        "signed": _("已签收"),
        "late": _("逾期"),
        "reminded": _("提醒过"),
    }
    may_remind = is_open(notice) and notice.is_live
    remindable = set(remindable_by(request.user, notice).values_list("pk", flat=True)) if may_remind else set()
    context = {
        "notice": notice,
        "page": Paginator(chosen, _PAGE).get_page(request.GET.get("page")),
        "tally": tally(rows, notice.acknowledge_by),
        "filters": filters,
        "states": [(state, labels[state]) for state in STATES],
        "districts": districts_of(Organisation.objects.filter(pk__in=rows.order_by().values("organisation"))),
        "can_remind": bool(remindable) and rows.filter(acknowledged_at=None).exists(),
        "remindable": remindable,
    }
    return render(request, "notices/work/receipts.html", context)


@login_required
@require_POST
def remind_units(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind all that have not acknowledged, or those ticked."""
    notice = _followed(request, pk)
    ticked = [number for text in request.POST.getlist("receipt") if (number := number_in(text)) is not None]
    try:
        outcome = remind(notice, by=request.user, receipt_ids=ticked or None)
    except Conflict as error:
        messages.warning(request, error.message)
    else:
        _say(request, outcome)
    return redirect(back_to(request, reverse("notices:receipts", args=[pk])))


def _say(request: HttpRequest, outcome: Reminded) -> None:
    parts: list[tuple[list[Organisation], Any, str]] = [
        (outcome.reminded, messages.success, _("已提醒 %(count)s 个单位：%(names)s。")),
        (outcome.already, messages.info, _("%(count)s 个单位半小时内提醒过，没有重复提醒：%(names)s。")),
        (outcome.without_people, messages.warning, _("%(count)s 个单位还没有可提醒的人员，请电话联系：%(names)s。")),
    ]
    for units, say, text in parts:
        if units:
            names = "、".join(str(unit) for unit in units[:_NAMED]) + (_("等") if len(units) > _NAMED else "")
            say(request, text % {"count": len(units), "names": names})
    if not any(units for units, _say, _text in parts):
        messages.info(request, _("都已签收，没有需要提醒的单位。"))


@login_required
@require_safe
def export(request: HttpRequest, pk: int) -> FileResponse:
    """The table under its filters as a workbook, all pages."""
    notice = _followed(request, pk)
    rows, _filters = _chosen(request, receipts_for(request.user, notice))
    name = _("签收情况-%(title)s.xlsx") % {"title": notice.title[:60]}
    return FileResponse(receipts_workbook(notice, rows), as_attachment=True, filename=name)
