"""What a bureau issued: the list, import, publication, withdrawal, versions (A1)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from skillweek.core.asked import number_in
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notices.access import can_publish, can_write, is_open, issued_visible_to, issuing_units
from skillweek.notices.content import READ_BY_RECIPIENTS
from skillweek.notices.domain import (
    correct_notice,
    discard_draft,
    draft_from_edition,
    publish_notice,
    unschedule_notice,
    withdraw_notice,
)
from skillweek.notices.domain.importing import imported_notice
from skillweek.notices.forms import PublishForm
from skillweek.notices.models import Notice
from skillweek.notices.queries import changes_between, history_of, issued
from skillweek.notices.views.common import readable, tabs, typed, working_edition, writable
from skillweek.notices.views.public import FIELD_NAMES
from skillweek.organisations.models import Kind, Organisation

_PAGE = 20


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Notices of the person's bureaus and those below; ``?state=`` and ``?q=`` narrow."""
    shown = tabs(request)
    if not shown["issues"]:
        raise PermissionDenied
    rows = issued(request.user)
    state, text = request.GET.get("state", ""), typed(request, "q")
    if state in Notice.State.values:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(title__icontains=text)
    edition = working_edition()
    units: list[Organisation] = list(issuing_units(request.user))
    host = issuing_units(request.user).filter(kind=Kind.HOST).first()
    context = {
        **shown,
        "tab": "issued",
        "page": Paginator(rows, _PAGE).get_page(request.GET.get("page")),
        "state": state,
        "states": Notice.State.choices,
        "text": text,
        "units": units,
        "edition": edition,
        "import_unit": host if edition and host and not imported_notice(edition, host) else None,
    }
    return render(request, "notices/work/issued.html", context)


@login_required
@require_POST
def import_text(request: HttpRequest) -> HttpResponse:
    """Make a draft from the edition's own text and lists."""
    unit: Organisation = get_object_or_404(
        issuing_units(request.user), pk=number_in(request.POST.get("organisation")) or 0
    )
    edition = get_object_or_404(Edition, pk=number_in(request.POST.get("edition")) or 0)
    try:
        notice = draft_from_edition(edition, unit, actor=request.user)
    except Conflict as error:
        messages.info(request, error.message)
        return redirect("notices:edit", pk=error.details[0])
    messages.success(request, _("已按本届数据做好通知草稿和附件。请核对发送范围，再发布。"))
    return redirect("notices:edit", pk=notice.pk)


@login_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish or correct the saved draft, now or later. What is missing is told on the editor's page."""
    notice = writable(request, pk)
    with timezone.override(ZoneInfo(notice.edition.zone)):
        form = PublishForm(request.POST)
        if not form.is_valid():
            messages.error(request, str(next(iter(form.errors.values()))[0]))
            return redirect("notices:preview", pk=pk)
    at = form.cleaned_data["at"] if form.cleaned_data["when"] == "later" else None
    revision = number_in(request.POST.get("revision"))
    try:
        if notice.live_at is not None and notice.has_changes:
            done = correct_notice(
                notice,
                actor=request.user,
                reason=form.cleaned_data["reason"],
                ask_again=form.cleaned_data["ask_again"],
                at=at,
                expected_revision=revision,
            )
        else:
            done = publish_notice(notice, actor=request.user, at=at, expected_revision=revision)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("notices:preview", pk=pk)
    if done.state == Notice.State.SCHEDULED:
        messages.success(request, _("已定时，到时间会自动发布。"))
    elif done.version > 1:
        messages.success(request, _("已发布更正，收文单位会收到消息。"))
    else:
        messages.success(request, _("已发布，发给 %(count)s 个单位。") % {"count": done.receipts.count()})
    return redirect("notices:read", pk=pk)


@login_required
@require_POST
def unschedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a scheduled publication back."""
    unschedule_notice(writable(request, pk), actor=request.user)
    messages.success(request, _("已取消定时发布，内容仍在草稿里。"))
    return redirect("notices:read", pk=pk)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a published notice back, with a reason."""
    try:
        withdraw_notice(writable(request, pk), actor=request.user, reason=request.POST.get("reason", ""))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已撤下，收文单位会收到消息。草稿还在，可以修改后重新发布。"))
    return redirect("notices:read", pk=pk)


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft that never went out."""
    discard_draft(writable(request, pk), actor=request.user)
    messages.success(request, _("已删除草稿。"))
    return redirect(reverse("notices:issued"))


@login_required
@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every published version; two of them compared, or the draft with what is public."""
    notice = readable(request, pk)
    kept = history_of(notice)
    if not notice.is_live and not issued_visible_to(request.user).filter(pk=pk).exists():
        kept = []  # recipients of a withdrawn notice no longer read its text
    by_number = {version.number: version for version in kept}
    own = can_write(request.user, notice.organisation)
    new = by_number.get(number_in(request.GET.get("new")) or 0, kept[0] if kept else None)
    old = by_number.get(number_in(request.GET.get("old")) or (new.number - 1 if new else 0))
    draft = own and notice.is_live and notice.has_changes and "draft" in request.GET
    before, after = (notice.live, notice.draft) if draft else (old.content if old else {}, new.content if new else {})
    changes = changes_between(before, after, names=READ_BY_RECIPIENTS, zone=notice.edition.zone)
    rows = [(FIELD_NAMES[row.field], row) for row in changes] if draft or (old and new) else []
    context = {
        "notice": notice,
        "versions": kept,
        "old": old,
        "new": new,
        "draft": draft,
        "rows": rows,
        "has_draft": own and notice.is_live and notice.has_changes,
        "can_publish": can_publish(request.user, notice.organisation) and is_open(notice),
    }
    return render(request, "notices/work/versions.html", context)
