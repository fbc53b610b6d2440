"""Accrediting journalists (D3)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.asked import edition_asked
from skillweek.press import access
from skillweek.press.domain import journalists
from skillweek.press.models import Journalist
from skillweek.press.views.common import tabs

_PER_PAGE = 30
_STATES = [choice for choice in Journalist.State.choices if choice[0] != Journalist.State.UNCONFIRMED]


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Who asked to be accredited, those that wait first."""
    if not access.is_accreditor(request.user):
        raise PermissionDenied
    edition = edition_asked(request)
    state = request.GET.get("state", "")
    rows = Journalist.objects.filter(edition=edition, erased_at=None).exclude(state=Journalist.State.UNCONFIRMED)
    rows = rows.filter(state=state) if state in dict(_STATES) else rows
    rows = rows.select_related("card", "decided_by").annotate(
        taken=Count("claims", filter=Q(claims__withdrawn_at=None), distinct=True),
        published=Count("coverage", distinct=True),
        waits=Count("pk", filter=Q(state=Journalist.State.APPLIED), distinct=True),
    )
    page = Paginator(rows.order_by("-waits", "-pk"), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **tabs(request), "tab": "journalists", "edition": edition, "page": page, "state": state, "states": _STATES,
    }  # fmt: skip
    return render(request, "press/journalists/index.html", context)


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accredit, or refuse with the reason."""
    if not access.is_accreditor(request.user):
        raise PermissionDenied
    row = get_object_or_404(Journalist, pk=pk)
    try:
        if request.POST.get("do") == "accredit":
            journalists.accredit(row, actor=request.user)
            messages.success(request, _("已核验，对方可以看到联系方式、提问和预约采访。"))
        else:
            journalists.refuse(row, actor=request.user, remark=request.POST.get("remark", ""))
            messages.success(request, _("已记为未通过，对方会收到原因。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("press:journalists")
