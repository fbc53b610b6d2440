"""The mailbox's pages: what came, what waits for a person, one mail (C8)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.mailbox import access, queries
from skillweek.mailbox.domain import handling
from skillweek.mailbox.models import InboundMail
from skillweek.organisations.access import FILING_ROLES, has_role, scope_of
from skillweek.organisations.models import Organisation, User

_PAGE = 30
_S = InboundMail.State


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _zone(edition: Edition | None) -> str:
    """Times are those of the edition's own zone, as everywhere."""
    return edition.zone if edition else settings.TIME_ZONE


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The queue for reviewers; for people of a school, the mails about their school."""
    user = _user(request)
    if not scope_of(user).roles:
        raise PermissionDenied
    which = request.GET.get("list", "")
    if which not in queries.LISTS:
        which = "waiting"
    text = request.GET.get("q", "").strip()[:100]
    page = Paginator(queries.mails_of(user, which, text), _PAGE).get_page(request.GET.get("page"))
    counts = queries.counts_of(user)
    for row in page.object_list:
        row.look = queries.LOOKS[_S(row.state)]  # type: ignore[attr-defined]
    context = {
        "page": page,
        "which": which,
        "q": text,
        "lists": [(code, label, counts[code]) for code, (label, _states) in queries.LISTS.items()],
        "is_bureau": bool(scope_of(user).deciding_paths),
        "zone": _zone(Edition.objects.current()),
    }
    return render(request, "mailbox/index.html", context)


@require_GET
@login_required
def mail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One mail: what it says, what became of it, what can be done."""
    return _page(request, _visible(request, pk))


def _visible(request: HttpRequest, pk: UUID) -> InboundMail:
    rows = access.visible_to(request.user)
    related = ("edition", "organisation", "sender", "report", "package", "handled_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def _page(request: HttpRequest, row: InboundMail, problem: DomainError | None = None) -> HttpResponse:
    user = _user(request)
    handles = access.may_handle(user, row)
    own = row.organisation is not None and has_role(user, row.organisation, FILING_ROLES)
    is_open = row.state in handling.OPEN_STATES and row.erased_at is None
    reads = access.may_read(user, row)
    text = request.GET.get("q", "").strip()[:100]
    said = request.POST
    context: dict[str, Any] = {
        "mail": row,
        "zone": _zone(row.edition),
        "look": queries.LOOKS[_S(row.state)],
        "reads": reads,
        "files": queries.attachments_of(row) if reads else [],
        "handles": handles,
        "own": own,
        "may_assign": is_open and (handles or own) and row.edition is not None,
        "may_reject": is_open and handles and row.state in (_S.WAITING, _S.IGNORED),
        "may_reopen": handles and row.state in (_S.SPAM, _S.REJECTED, _S.IGNORED) and row.erased_at is None,
        "may_undo": access.may_undo(user, row),
        "schools": queries.schools_for(user, row, text) if is_open else [],
        "q": text,
        "chosen_school": said.get("organisation") or (str(row.organisation_id) if row.organisation_id else ""),
        "chosen_day": said.get("day") or (day.isoformat() if (day := queries.likely_day(row)) else ""),
        "note": said.get("note", ""),
        "events": queries.history_of(row),
        "answers": queries.answers_to(row),
        "problem": problem,
    }
    return render(request, "mailbox/mail.html", context, status=problem.status if problem else 200)


@require_POST
@login_required
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """File the mail for a school and day."""
    row = _visible(request, pk)
    try:
        chosen = request.POST.get("organisation", "")
        school = Organisation.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
        if school is None:
            raise DomainError(_("请选择一所学校。"), field="organisation")
        try:
            day = date.fromisoformat(request.POST.get("day", ""))
        except ValueError:
            raise DomainError(_("请选择活动日期。"), field="day") from None
        handling.assign(row, organisation=school, day=day, by=_user(request))
    except DomainError as error:
        return _page(request, row, error)
    messages.success(request, _("已交给系统归入，稍后刷新可以看到结果。"))
    return redirect("mailbox:mail", pk=pk)


@require_POST
@login_required
def reject(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close the mail and write its sender why."""
    row = _visible(request, pk)
    try:
        handling.reject(row, by=_user(request), note=request.POST.get("note", ""))
    except DomainError as error:
        return _page(request, row, error)
    messages.success(request, _("已退回，原因会发给发件人。"))
    return redirect("mailbox:index")


@require_POST
@login_required
def spam(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the mail aside."""
    handling.mark_spam(_visible(request, pk), by=_user(request))
    messages.success(request, _("已标为垃圾邮件，没有回信。"))
    return redirect("mailbox:index")


@require_POST
@login_required
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Bring the mail back into the queue."""
    handling.reopen(_visible(request, pk), by=_user(request))
    messages.success(request, _("已放回待处理。"))
    return redirect("mailbox:mail", pk=pk)


@require_POST
@login_required
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have the mail looked at again."""
    handling.retry(_visible(request, pk), by=_user(request))
    messages.success(request, _("正在重新处理，稍后刷新可以看到结果。"))
    return redirect("mailbox:mail", pk=pk)


@require_POST
@login_required
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the mail's material out of the report again."""
    row = _visible(request, pk)
    try:
        count = handling.undo(row, by=_user(request))
    except DomainError as error:
        return _page(request, row, error)
    messages.success(request, _("已从报告里移除 %(count)s 项材料，几天内可以在报告里恢复。") % {"count": count})
    return redirect("mailbox:mail", pk=pk)
