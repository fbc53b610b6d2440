"""Enterprises in the workspace: overview, list, verification (E3)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Count, Exists, OuterRef, Q, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.asked import number_in
from skillweek.core.audit import history_of
from skillweek.core.clock import today_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.asked import edition_asked
from skillweek.organisations.access import scope_of
from skillweek.partnerships import access
from skillweek.partnerships.domain import enterprises, profiles
from skillweek.partnerships.models import Enterprise, FollowUp, Intention, Meeting, Need
from skillweek.partnerships.queries.changes import differences
from skillweek.partnerships.queries.waiting import changed_enterprises, waiting_enterprises, waiting_needs
from skillweek.partnerships.views.common import tabs

_PER_PAGE = 30
#: Verified, with a change of its profile that waits.
_CHANGED = "changed"
_STATES = [
    *(choice for choice in Enterprise.State.choices if choice[0] != Enterprise.State.UNCONFIRMED),
    (_CHANGED, gettext_lazy("资料修改待审核")),
]


@require_GET
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and how much there is."""
    if not scope_of(request.user).roles:
        raise PermissionDenied
    edition = edition_asked(request)
    user = request.user
    mine = access.acting_organisations(user)
    intentions = access.intentions_visible_to(user).filter(edition=edition)
    due = FollowUp.objects.filter(
        intention__in=access.intentions_visible_to(user), done_at=None, due_on__lte=today_in(edition.zone)
    )
    visible = access.enterprises_visible_to(user).filter(edition=edition)
    meetings = access.meetings_visible_to(user).filter(edition=edition)
    inviting = [
        (unit, request.build_absolute_uri(f"{reverse('partnerships_public:signup')}?by={unit.code}"))
        for unit in mine.order_by("path")[:5]
    ]
    context = {
        **tabs(request, "overview"),
        "edition": edition,
        "waiting": waiting_enterprises(edition, user).count(),
        "changed": changed_enterprises(edition, user).count(),
        "waiting_needs": waiting_needs(edition, user).count(),
        "enterprises": visible.filter(state=Enterprise.State.VERIFIED).count(),
        "needs": access.needs_visible_to(user).filter(edition=edition, state=Need.State.PUBLIC).count(),
        "meetings": meetings.exclude(state=Meeting.State.DRAFT).order_by("day")[:5],
        "intentions": intentions.exclude(state=Intention.State.DROPPED).count(),
        "due": due.select_related("intention__organisation").order_by("due_on")[:10],
        "inviting": inviting,
    }
    return render(request, "partnerships/overview.html", context)


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Enterprises, those that wait first."""
    edition = edition_asked(request)
    state, text = request.GET.get("state", ""), request.GET.get("q", "").replace("\0", "").strip()[:60]
    rows = access.enterprises_visible_to(request.user).filter(edition=edition)
    if state == _CHANGED:
        rows = rows.filter(pk__in=changed_enterprises(edition, request.user).values("pk"))
    elif state in dict(_STATES):
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(credit_code__icontains=text))
    rows = rows.defer("logo").select_related("home").annotate(
        number=Count("needs", filter=Q(needs__state=Need.State.PUBLIC), distinct=True),
        is_changed=Exists(changed_enterprises(edition, request.user).filter(pk=OuterRef("pk"))),
        waits=Case(When(Q(state=Enterprise.State.APPLIED) | Q(is_changed=True), then=0), default=1),
    )  # fmt: skip
    context = {
        **tabs(request, "enterprises"),
        "edition": edition,
        "page": Paginator(rows.order_by("waits", "name", "pk"), _PER_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "q": text,
        "states": _STATES,
    }
    return render(request, "partnerships/enterprises.html", context)


@require_GET
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One enterprise; its contact only for those who need it."""
    rows = access.enterprises_visible_to(request.user).select_related("home", "edition", "decided_by")
    row = get_object_or_404(rows, pk=pk)
    answers = access.answers_for_enterprise(request.user, row)
    change = profiles.change_of(row) if answers and row.is_verified else None
    context = {
        **tabs(request, "enterprises"),
        "edition": row.edition,
        "enterprise": row,
        "change": change,
        "differences": differences(row, change) if change is not None else [],
        "has_logo": bool(row.logo) and (row.is_verified or answers),
        "can_verify": access.can_verify(request.user, row),
        "sees_contact": access.sees_contact(request.user, row),
        "same_code": Enterprise.objects.filter(edition=row.edition, credit_code=row.credit_code)
        .exclude(pk=row.pk)
        .exclude(state=Enterprise.State.UNCONFIRMED)
        .defer("logo"),
        "needs": access.needs_visible_to(request.user).filter(enterprise=row),
        "history": history_of(row)[:20] if access.can_verify(request.user, row) else [],
    }
    return render(request, "partnerships/enterprise.html", context)


@require_GET
@login_required
def logo(request: HttpRequest, pk: int) -> HttpResponse:
    """The logo as it was sent, for those who decide on it; ``?of=change`` the one that a change would show."""
    row = get_object_or_404(access.enterprises_visible_to(request.user).select_related("home"), pk=pk)
    change = profiles.change_of(row) if request.GET.get("of") == "change" else None
    data = change.logo if change is not None else row.logo
    if not data or not (row.is_verified or access.answers_for_enterprise(request.user, row)):
        raise Http404
    if change is not None and not access.answers_for_enterprise(request.user, row):
        raise Http404
    response = HttpResponse(bytes(data), content_type="image/png")
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Verify, or refuse with the reason; the same for a changed profile."""
    row = get_object_or_404(access.enterprises_visible_to(request.user), pk=pk)
    do, remark = request.POST.get("do", ""), request.POST.get("remark", "")
    version = number_in(request.POST.get("version"))
    try:
        if do == "accept_change":
            profiles.accept_change(row, actor=request.user, expected=version)
            messages.success(request, _("已通过，公众看到的是新的资料。"))
        elif do == "refuse_change":
            profiles.refuse_change(row, actor=request.user, remark=remark, expected=version)
            messages.success(request, _("已退回，公众看到的仍是原来的资料。"))
        elif do == "verify":
            enterprises.verify(row, actor=request.user)
            messages.success(request, _("已核验，企业可以发布需求、报名对接会。"))
        else:
            enterprises.refuse(row, actor=request.user, remark=remark)
            messages.success(request, _("已记为未通过，对方会收到原因。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("partnerships:enterprise", pk)
