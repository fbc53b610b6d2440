"""The inbox, and the delivery log of bureau managers."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from skillweek.core.errors import Conflict
from skillweek.notifications.access import can_see_log, deliveries_visible_to, visible_to
from skillweek.notifications.domain import mark_all_read, mark_read, retry_delivery
from skillweek.notifications.models import Delivery
from skillweek.organisations.models import User

_PAGE = 20
_LOG_PAGE = 50


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """One's own messages, newest first; ``?unread=1`` shows only those not read."""
    rows = visible_to(request.user).select_related("organisation")
    unread_only = request.GET.get("unread") == "1"
    newest = rows.values_list("pk", flat=True).first()
    context = {
        "page": Paginator(rows.filter(read_at=None) if unread_only else rows, _PAGE).get_page(request.GET.get("page")),
        "unread_only": unread_only,
        "unread": rows.filter(read_at=None).count(),
        "newest": newest,
        "has_log": can_see_log(request.user),
    }
    return render(request, "notifications/inbox.html", context)


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


@login_required
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """What became of the mails about the units below: the delivery log of bureau managers."""
    if not can_see_log(request.user):
        raise PermissionDenied
    rows = deliveries_visible_to(request.user).select_related("message__recipient", "message__organisation")
    state = request.GET.get("state", "")
    if state in Delivery.State.values:
        rows = rows.filter(state=state)
    context = {
        "page": Paginator(rows.order_by("-pk"), _LOG_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "states": Delivery.State.choices,
    }
    return render(request, "notifications/deliveries.html", context)


@login_required
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a failed mail again."""
    assert isinstance(request.user, User)
    delivery = get_object_or_404(deliveries_visible_to(request.user), pk=pk)
    try:
        retry_delivery(delivery, by=request.user)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已重新排队，几分钟内会再次发送。"))
    return redirect("notifications:deliveries")
