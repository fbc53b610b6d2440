"""The moderation queue: look, decide, go on to the next (E1)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.contests import access
from skillweek.contests.domain import moderating
from skillweek.contests.models import Call, Entry, Pass
from skillweek.contests.queries import queue as queries
from skillweek.contests.queries.gallery import with_files
from skillweek.contests.views.common import workspace_call
from skillweek.core.asked import number_in
from skillweek.core.audit import history_of
from skillweek.core.errors import DomainError, NotAllowed

_MOST = 100


def _call(request: HttpRequest, pk: int) -> Call:
    row = workspace_call(request, pk)
    if not access.may_look_at_entries(request.user, row):
        raise PermissionDenied
    return row


def _entry(request: HttpRequest, pk: int) -> Entry:
    rows = Entry.objects.exclude(state=Entry.State.DRAFT).select_related(
        "call__edition", "call__organisation", "participant", "organisation", "decided_by"
    )
    row: Entry = get_object_or_404(rows, pk=pk)
    if not access.may_look_at_entries(request.user, row.call):
        raise Http404
    return row


@require_GET
@login_required
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    """What was entered, by state."""
    row = _call(request, pk)
    asked = queries.QueueFilter.from_query(request.GET, row)
    found = asked.apply(with_files(queries.entered(row).select_related("participant")))
    context = {
        "edition": row.edition,
        "call": row,
        "zone": row.edition.zone,
        "tab": "queue",
        "looks": True,
        "asked": asked,
        "counts": queries.state_counts(row),
        "can_moderate": access.can_moderate(request.user, row),
        "can_write": access.can_write(request.user, row),
        "page": Paginator(found, queries.PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "contests/queue.html", context)


@require_GET
@login_required
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One work with its files, what is wrong with them, and the decision."""
    row = _entry(request, pk)
    context: dict[str, Any] = {
        "edition": row.call.edition,
        "call": row.call,
        "zone": row.call.edition.zone,
        "entry": row,
        "files": queries.files_of(row),
        "can_moderate": access.can_moderate(request.user, row.call),
        "next": queries.next_waiting(row),
        "passed": Pass.objects.select_related("accepted").filter(entry=row).first() if row.call.is_relay else None,
        "history": history_of(row).exclude(verb="entry.save")[:20],
    }
    return render(request, "contests/entry.html", context)


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """``do=approve``, ``return`` or ``refuse``; then on to the next that waits."""
    row = _entry(request, pk)
    name, reason = request.POST.get("do", ""), request.POST.get("reason", "")
    expected = number_in(request.POST.get("version"))
    try:
        if name == "approve":
            moderating.approve(row, actor=request.user, expected=expected)
            messages.success(request, _("已通过《%(work)s》。") % {"work": row})
        elif name == "return":
            moderating.give_back(row, actor=request.user, reason=reason, expected=expected)
            messages.success(request, _("已退回《%(work)s》，投稿人会收到消息。") % {"work": row})
        elif name == "refuse":
            moderating.refuse(row, actor=request.user, reason=reason, expected=expected)
            messages.success(request, _("《%(work)s》已标为未采用，投稿人会收到消息。") % {"work": row})
        else:
            raise DomainError(_("不能识别的操作。请刷新页面后再试。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("contests:entry", pk)
    following = queries.next_waiting(row)
    return redirect("contests:entry", following.pk) if following else redirect("contests:queue", row.call_id)


@require_POST
@login_required
def decide_many(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the works that were ticked, as they were seen; what changed meanwhile is passed over and said."""
    row = _call(request, pk)
    if not access.can_moderate(request.user, row):
        raise PermissionDenied
    seen: dict[int, int] = {}
    for text in request.POST.getlist("entry")[:_MOST]:
        number, _colon, version = text.partition(":")
        if (found := number_in(number)) and (at := number_in(version)):
            seen[found] = at
    chosen = list(row.entries.filter(pk__in=seen, state=Entry.State.WAITING))
    for each in chosen:
        each.version = seen[each.pk]
    done, passed = moderating.approve_many(chosen, actor=request.user)
    if done:
        messages.success(request, _("已通过 %(number)d 件作品。") % {"number": done})
    if passed or not done:
        messages.error(request, _("%(number)d 件没有通过：内容刚改过或文件有问题，请逐件查看。") % {"number": passed})
    return redirect("contests:queue", pk)
