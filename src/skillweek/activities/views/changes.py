"""Changing what is already public: time and place, postponing, calling off, supplements (A3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from skillweek.activities import access_running, offers
from skillweek.activities.domain import changes as verbs
from skillweek.activities.domain.session_facts import apply_facts
from skillweek.activities.domain.telling import concerned
from skillweek.activities.forms.changes import RENAMED, ReasonForm, WhenWhereForm
from skillweek.activities.models import Activity, Session
from skillweek.activities.queries.changes import changes_of, session_lines
from skillweek.activities.queries.conflicts import Clash, clashes_of
from skillweek.activities.views.running import handed_in_or_own, posted, run, session_of, status_of


@dataclass(frozen=True)
class Told:
    """Who will be told: people who booked, and people of the house."""

    booked: int
    people: int


def _told(request: HttpRequest, activity: Activity, session_ids: list[int]) -> Told:
    house = [user for user in concerned(activity) if user.pk != request.user.pk]
    return Told(offers.booked_people(session_ids), len(house))


def _changeable(request: HttpRequest, activity: Activity) -> None:
    if not access_running.can_answer_for(request.user, activity):
        raise PermissionDenied
    if not access_running.can_change(request.user, activity):
        # Seen, but not to be changed now: the page with all sessions says why.
        raise Http404


@login_required
@require_safe
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """An activity's sessions with what may be done, and everything that was changed, old and new."""
    activity = handed_in_or_own(request, pk)
    lines = session_lines(activity)
    context = {
        "activity": activity,
        "lines": lines,
        "changes": changes_of(activity),
        "can_change": access_running.can_change(request.user, activity),
        "is_approved": activity.state == Activity.State.APPROVED,
        "can_settle": access_running.can_settle(request.user, activity),
        "has_coming": any(not line.is_over for line in lines),
    }
    return render(request, "activities/changes/changes.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time, place or link for one session."""
    session = session_of(request, pk)
    activity = session.activity
    _changeable(request, activity)
    data = posted(request)
    form = WhenWhereForm(data, session=session, edition=activity.edition)
    reason = ReasonForm(data, initial={"seen": verbs.seen_of(session)})
    clashes: list[Clash] = []
    if data is not None and form.is_valid() & reason.is_valid():
        clashes = [] if request.POST.get("anyway") else _clashes(session, form)
        if not clashes and not form.errors and _change(session, form, reason, request):
            messages.success(request, _("已调整，并通知了有关人员。"))
            return redirect("activities:changes", pk=activity.pk)
    context = {
        "activity": activity,
        "session": session,
        "form": form,
        "reason": reason,
        "seen": verbs.seen_of(session),
        "clashes": clashes,
        "told": _told(request, activity, [session.pk]),
    }
    status = max(status_of(form), status_of(reason))
    return render(request, "activities/changes/session_change.html", context, status=status)


def _change(session: Session, form: WhenWhereForm, reason: ReasonForm, request: HttpRequest) -> bool:
    data = reason.cleaned_data
    made = run(
        form,
        lambda: verbs.change_session(
            session, form.values, actor=request.user, reason=data["reason"], seen=data["seen"]
        ),
        RENAMED,
    )
    return made is not None


def _clashes(session: Session, form: WhenWhereForm) -> list[Clash]:
    """What the session would collide with; nothing when the verb will refuse the values anyway."""
    trial = Session.objects.select_related("activity__organisation", "activity__edition").get(pk=session.pk)

    def judge() -> Session:
        apply_facts(trial, form.values)
        return trial

    if run(form, judge, RENAMED) is None:
        return []
    return clashes_of(session.activity.edition, [trial])[0]


@dataclass(frozen=True)
class _Page:
    """One plain verb with a reason: its words."""

    title: Any
    lead: Any
    button: Any
    done: Any
    needs_reason: bool = True
    danger: bool = False


_POSTPONE = _Page(
    gettext_lazy("延期，时间另行通知"),
    gettext_lazy("这一场会标为“延期”，原来的时间不再显示。新时间定了以后，用「调整时间地点」填写。"),
    gettext_lazy("确认延期"),
    gettext_lazy("已延期，并通知了有关人员。"),
)
_CANCEL = _Page(
    gettext_lazy("取消这一场"),
    gettext_lazy("这一场会标为“已取消”，仍然看得到，免得有人白跑。预约会被取消。"),
    gettext_lazy("确认取消这一场"),
    gettext_lazy("已取消这一场，并通知了有关人员。"),
    danger=True,
)
_REINSTATE = _Page(
    gettext_lazy("恢复举行"),
    gettext_lazy("这一场会照常举行。已取消的预约不会自动恢复。"),
    gettext_lazy("恢复举行"),
    gettext_lazy("已恢复，并通知了有关人员。"),
    needs_reason=False,
)
_CANCEL_ALL = _Page(
    gettext_lazy("取消整个活动"),
    gettext_lazy("还没有结束的场次都会取消，活动页面仍然看得到，标明已取消和原因。"),
    gettext_lazy("确认取消活动"),
    gettext_lazy("已取消活动，并通知了有关人员。"),
    danger=True,
)
_REINSTATE_ALL = _Page(
    gettext_lazy("恢复举行活动"),
    gettext_lazy("随活动一起取消、还没有过去的场次会恢复。已取消的预约不会自动恢复。"),
    gettext_lazy("恢复举行"),
    gettext_lazy("活动已恢复，并通知了有关人员。"),
    needs_reason=False,
)


def _act(
    request: HttpRequest,
    activity: Activity,
    page: _Page,
    verb: Callable[[dict[str, Any]], Any],
    sessions: list[Session],
    seen: str = "",
) -> HttpResponse:
    """Ask for the reason, say who will be told, do it."""
    _changeable(request, activity)
    form = ReasonForm(posted(request), needed=page.needs_reason, initial={"seen": seen})
    if form.is_valid() and run(form, lambda: verb(form.cleaned_data)) is not None:
        messages.success(request, str(page.done))
        return redirect("activities:changes", pk=activity.pk)
    if form.is_bound:
        # Somebody changed it meanwhile: the next attempt is about what is shown now.
        form.data = {**form.data.dict(), "seen": seen}  # type: ignore[attr-defined]
    context = {
        "activity": activity,
        "lines": session_lines(activity, {session.pk for session in sessions}),
        "page": page,
        "form": form,
        "told": _told(request, activity, [session.pk for session in sessions]),
    }
    return render(request, "activities/changes/act.html", context, status=status_of(form))


def _session_act(request: HttpRequest, pk: int, page: _Page, verb: Any) -> HttpResponse:
    session = session_of(request, pk)

    def call(data: dict[str, Any]) -> Any:
        return verb(session, actor=request.user, reason=data["reason"], seen=data["seen"])

    return _act(request, session.activity, page, call, [session], verbs.seen_of(session))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one session off."""
    return _session_act(request, pk, _POSTPONE, verbs.postpone_session)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call one session off."""
    return _session_act(request, pk, _CANCEL, verbs.cancel_session)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    """Have one session take place after all."""
    return _session_act(request, pk, _REINSTATE, verbs.reinstate_session)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the whole activity off."""
    activity = handed_in_or_own(request, pk)
    sessions = [s for s in activity.sessions.all() if s.state != Session.State.CANCELLED]

    def call(data: dict[str, Any]) -> Any:
        return [verbs.cancel_activity(activity, actor=request.user, reason=data["reason"])]

    return _act(request, activity, _CANCEL_ALL, call, sessions)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the whole activity take place after all."""
    activity = handed_in_or_own(request, pk)
    sessions = [s for s in activity.sessions.all() if s.state == Session.State.CANCELLED]

    def call(data: dict[str, Any]) -> Any:
        return [verbs.reinstate(activity, actor=request.user, reason=data["reason"])]

    return _act(request, activity, _REINSTATE_ALL, call, sessions)
