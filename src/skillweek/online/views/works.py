"""Works in the workspace: find, begin, write, decide (B11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.access import is_open
from skillweek.content.editorial import public_q
from skillweek.content.views.editing import conflict_shown, said_after_saving
from skillweek.content.views.reviewing import ReviewActs, revision_asked
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.online import access
from skillweek.online.domain import reviewing, saying, writing
from skillweek.online.forms import FORMS, NewWorkForm
from skillweek.online.models import LiveRoom, Work
from skillweek.online.queries.visits import totals_of
from skillweek.online.views.common import kind_of, rights, tabs, work_of
from skillweek.online.views.panels import panel_of
from skillweek.online.works import KINDS
from skillweek.organisations.access import scope_of, writes_for

_PER_PAGE = 20


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All works in reach, by kind and by where they stand."""
    edition = edition_asked(request)
    kind = kind_of(request.GET.get("kind") or KINDS[0].code)
    rows = access.visible_to(request.user, kind.model).filter(edition=edition)
    mine = list(writes_for(request.user))
    reviews = bool(scope_of(request.user).deciding_paths)
    scopes = _scopes(rows, mine, reviews)
    asked = request.GET.get("scope", "")
    scope = asked if asked in scopes else next(iter(scopes))
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    found = scopes[scope][1].filter(Q(title__icontains=text) | Q(organisation__name__icontains=text))
    found = found.select_related("organisation", "edition").order_by("-updated_at", "-pk")
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **tabs(request, edition, "works"),
        "kinds": KINDS,
        "kind": kind,
        "scopes": [(name, label, query.count(), name == scope) for name, (label, query) in scopes.items()],
        "scope": scope,
        "text": text,
        "page": page,
        "totals": totals_of(page.object_list),
        "can_add": is_open(edition) and bool(mine),
    }
    return render(request, "online/index.html", context)


def _scopes(rows: QuerySet[Any], mine: list[Any], reviews: bool) -> dict[str, tuple[str, QuerySet[Any]]]:
    waiting = rows.filter(review=Work.Review.WAITING)
    found: dict[str, tuple[str, QuerySet[Any]]] = {}
    if reviews:
        found["waiting"] = (_("待审核"), waiting.exclude(organisation__in=mine))
    if mine:
        found["mine"] = (_("本单位"), rows.filter(organisation__in=mine))
    found["public"] = (_("已发布"), rows.filter(public_q()))
    found["all"] = (_("全部"), rows)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Begin a work."""
    edition = edition_asked(request)
    what = kind_of(kind)
    organisations = writes_for(request.user)
    if not organisations.exists():
        raise PermissionDenied
    form = NewWorkForm(request.POST or None, organisations=organisations)
    if form.is_valid():
        data = form.cleaned_data
        work = what.model(edition=edition, organisation=data["organisation"])
        saved = run(form, lambda: writing.save_work(work, {"title": data["title"]}, actor=request.user))
        if saved is not None:
            return redirect("online:work", kind, saved.pk)
    context = {**tabs(request, edition, "works"), "kind": what, "form": form, "is_open": is_open(edition)}
    return render(request, "online/add.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def work(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Write the draft; beside it where it stands and what may be done with it."""
    row = work_of(request, kind, pk)
    can_write = access.can_write(request.user, row)
    if request.method == "POST" and not can_write:
        raise PermissionDenied
    more: dict[str, Any] = {}
    status = 200
    with timezone.override(ZoneInfo(row.edition.zone)):
        form = FORMS[type(row)](request.POST or None, work=row)
        if request.method == "POST":
            try:
                if form.is_valid():
                    expected = form.cleaned_data["revision"]
                    row = writing.save_work(row, form.changes(), actor=request.user, expected_revision=expected)
                    messages.success(request, said_after_saving(row))
                    return redirect("online:work", kind, row.pk)
            except Conflict as conflict:
                if not conflict.details:
                    raise
                more = conflict_shown(form, conflict)
            except NotAllowed:
                raise
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            status = 400
        context = {
            **tabs(request, row.edition, "works"),
            **rights(request.user, row),
            **panel_of(request, row),
            **more,
            "kind": kind_of(kind),
            "work": row,
            "form": form,
            "totals": totals_of([row]).get(row.pk),
        }
        return render(request, f"online/{kind}.html", context, status=status)


def _publish(request: HttpRequest, row: Work) -> str:
    reviewing.publish_work(row, actor=request.user, expected_revision=revision_asked(request))
    return _("已发布，公众现在可以看到。")


def _withdraw(request: HttpRequest, row: Work) -> str:
    reviewing.withdraw_work(row, actor=request.user, reason=request.POST.get("reason", ""))
    return _("已撤下，公众不再看到。")


def _room(row: Work) -> LiveRoom:
    if not isinstance(row, LiveRoom):
        raise DomainError(_("不能识别的操作。请刷新页面后再试。"))
    return row


def _cancel(request: HttpRequest, row: Work) -> str:
    reviewing.cancel_room(_room(row), actor=request.user, reason=request.POST.get("reason", ""))
    return _("已标明取消，公众会看到原因。")


def _restore(request: HttpRequest, row: Work) -> str:
    reviewing.restore_room(_room(row), actor=request.user)
    return _("已恢复举行。")


def _open_questions(request: HttpRequest, row: Work) -> str:
    saying.set_questions(_room(row), actor=request.user, takes=True)
    return _("已恢复接受提问。")


def _close_questions(request: HttpRequest, row: Work) -> str:
    saying.set_questions(_room(row), actor=request.user, takes=False)
    return _("已停止接受提问。")


_acts = ReviewActs(reviewing.REVIEW)
_ACTS: dict[str, Callable[[HttpRequest, Work], str]] = {
    "hand_in": _acts.hand_in,
    "take_back": _acts.take_back,
    "return": _acts.give_back,
    "publish": _publish,
    "withdraw": _withdraw,
    "cancel": _cancel,
    "restore": _restore,
    "open_questions": _open_questions,
    "close_questions": _close_questions,
}


@require_POST
@login_required
def act(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One verb on one work, named by ``do``; what it refuses is said on the work's page."""
    row = work_of(request, kind, pk)
    name = request.POST.get("do", "")
    try:
        if name == "delete":
            writing.delete_work(row, actor=request.user)
            messages.success(request, _("已删除。"))
            return redirect("online:index")
        if name not in _ACTS:
            raise DomainError(_("不能识别的操作。请刷新页面后再试。"))
        messages.success(request, _ACTS[name](request, row))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("online:work", kind, pk)
