"""The inbox: one's own messages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from skillweek.notifications import kinds
from skillweek.notifications.access import can_have_robots, can_see_log, can_word, visible_to
from skillweek.notifications.domain import mark_all_read, mark_read
from skillweek.organisations.models import User

_PAGE = 20


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """One's own messages, newest first; ``?unread=1`` shows only those not read, ``?kind=`` those of one kind."""
    mine = visible_to(request.user)
    unread_only = request.GET.get("unread") == "1"
    newest = mine.values_list("pk", flat=True).first()
    groups = _groups(mine)
    chosen = request.GET.get("kind", "")
    rows = mine.select_related("organisation")
    if chosen in dict(groups):
        rows = rows.filter(kind=chosen)
    if unread_only:
        rows = rows.filter(read_at=None)
    context = {
        "page": Paginator(rows, _PAGE).get_page(request.GET.get("page")),
        "unread_only": unread_only,
        "unread": mine.filter(read_at=None).count(),
        "newest": newest,
        "kinds": groups,
        "chosen": chosen if chosen in dict(groups) else "",
        "has_log": can_see_log(request.user),
        "has_templates": can_word(request.user),
        "has_robots": can_have_robots(request.user),
    }
    return render(request, "notifications/inbox.html", context)


def _groups(mine: Any) -> list[tuple[str, str]]:
    """(kind, what it is called) of the declared kinds that the person has messages of."""
    counts = mine.order_by().values("kind").annotate(all=Count("pk"), new=Count("pk", filter=Q(read_at=None)))
    found = []
    for row in counts:
        kind = kinds.find(row["kind"])
        if kind is not None:
            words = _("%(label)s（%(count)d）") % {"label": kind.label, "count": row["all"]}
            found.append((row["kind"], words))
    return sorted(found, key=lambda pair: pair[1])


@login_required
@require_safe
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a message read and go where it points; one that points nowhere is shown by itself."""
    assert isinstance(request.user, User)
    message = get_object_or_404(visible_to(request.user).select_related("organisation"), pk=pk)
    mark_read(request.user, message)
    if message.url.startswith("/") and url_has_allowed_host_and_scheme(message.url, None):
        return redirect(message.url)
    return render(request, "notifications/message.html", {"message": message})


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read that stood on the page when it was made; what came later stays unread."""
    assert isinstance(request.user, User)
    up_to = request.POST.get("up_to", "")
    count = (
        mark_all_read(request.user, up_to=int(up_to)) if up_to.isascii() and up_to.isdigit() and len(up_to) < 19 else 0
    )
    messages.success(
        request,
        ngettext("已将 %(count)d 条消息标为已读。", "已将 %(count)d 条消息标为已读。", count) % {"count": count},
    )
    return redirect("notifications:inbox")
