"""The delivery log of bureau managers: what became of mails, short messages and posts into groups."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from skillweek.core.errors import Conflict
from skillweek.notifications import kinds
from skillweek.notifications.access import can_see_log, deliveries_visible_to
from skillweek.notifications.domain import retry_delivery
from skillweek.notifications.models import Delivery, Message
from skillweek.organisations.models import User
from skillweek.organisations.phones import mask_email, mask_phone

_PAGE = 50


@login_required
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """What became of what was sent about the units below, by state, channel, kind and recipient."""
    if not can_see_log(request.user):
        raise PermissionDenied
    rows = deliveries_visible_to(request.user)
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    rows, chosen = _filtered(rows, request.GET)
    rows = rows.select_related("message__recipient", "message__organisation").order_by("-pk")
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        _describe(row)
    context = {
        "page": page,
        **chosen,
        "states": Delivery.State.choices,
        "channels": Delivery.Channel.choices,
        "kinds": [(kind.code, kind.label) for kind in kinds.all_kinds()],
        "figures": [(label, counts.get(value, 0), value) for value, label in Delivery.State.choices],
        "here": request.get_full_path(),
    }
    return render(request, "notifications/deliveries.html", context)


def _filtered(rows: QuerySet[Delivery], wanted: QueryDict) -> tuple[QuerySet[Delivery], dict[str, str]]:
    """The rows by what was asked for; anything unknown asks for nothing."""
    state, channel, kind = wanted.get("state", ""), wanted.get("channel", ""), wanted.get("kind", "")
    who = wanted.get("q", "").strip()[:100]
    if state in Delivery.State.values:
        rows = rows.filter(state=state)
    if channel in Delivery.Channel.values:
        rows = rows.filter(channel=channel)
    if kinds.find(kind):
        rows = rows.filter(message__kind=kind)
    if who:
        person = Q(message__recipient__name__icontains=who) | Q(message__organisation__name__icontains=who)
        exact = Q(address__iexact=who)  # to help somebody who says their own address
        rows = rows.filter(person | exact)
    return rows, {"state": state, "channel": channel, "kind": kind, "q": who}


def _describe(row: Any) -> None:
    """What the table shows: contacts stay masked, and what was said to them is theirs."""
    message: Message = row.message
    kind = kinds.find(message.kind)
    row.what = message.title
    if message.audience == Message.Audience.CONTACT:
        row.what = kind.label if kind else message.kind
        row.who = mask_email(row.address) if "@" in row.address else mask_phone(row.address)
        row.who = row.who or _("已清除")
    elif message.audience == Message.Audience.GROUP:
        row.who = row.address
    else:
        row.who = message.recipient
    row.can_retry = row.state == Delivery.State.FAILED


@login_required
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a failed delivery again."""
    assert isinstance(request.user, User)
    delivery = get_object_or_404(deliveries_visible_to(request.user), pk=pk)
    try:
        retry_delivery(delivery, by=request.user)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已重新排队，几分钟内会再次发送。"))
    back = request.POST.get("next", "")
    log = reverse("notifications:deliveries")
    return redirect(back if back.startswith(log) and url_has_allowed_host_and_scheme(back, None) else log)
