"""另行通知: settle time and place of the city's activities and issue the supplement in one go (A3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from skillweek.activities import access_running, offers
from skillweek.activities.domain.supplements import issue_supplement
from skillweek.activities.forms.changes import RENAMED, SupplementForm, WhenWhereForm
from skillweek.activities.models import Activity, Session
from skillweek.activities.session_words import facts_of, time_words
from skillweek.activities.views.running import as_number, chosen_edition, posted, run, status_of
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.notices.access import issuing_units
from skillweek.notices.models import Notice


@dataclass
class Choice:
    """One session that a supplement may settle or move, with its form and whether it is ticked."""

    session: Session
    form: WhenWhereForm
    ticked: bool

    @property
    def is_open(self) -> bool:
        """Whether its time or place is still to be announced."""
        return self.session.is_time_open or self.session.is_place_open

    @property
    def time(self) -> str:
        """Its time as announced, in words."""
        return time_words(facts_of(self.session), self.session.activity.edition.zone)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def supplement(request: HttpRequest) -> HttpResponse:
    """Choose sessions, set or change time and place, write or choose the supplement, publish."""
    if not access_running.can_issue_supplements(request.user):
        raise PermissionDenied
    edition = chosen_edition(request)
    if edition is None:
        return redirect("activities:index")
    choices = [_choice(request, edition, session) for session in coming_sessions(request.user, edition)]
    form = SupplementForm(
        posted(request),
        notices=_supplements(request.user, edition),
        parents=_notices(request.user, edition),
        initial=_initial(request, edition),
    )
    if form.is_bound and _is_complete(form, choices) and (notice := _issue(request, form, choices)):
        messages.success(request, _("补充通知已发布，时间地点已更新，并通知了有关人员。"))
        return redirect("notices:read", pk=notice.pk)
    ids = [choice.session.pk for choice in choices]
    context = {
        "edition": edition,
        "choices": choices,
        "groups": [
            (True, [row for row in choices if row.is_open]),
            (False, [row for row in choices if not row.is_open]),
        ],
        "moves_shown": any(row.ticked and not row.is_open for row in choices),
        "form": form,
        "booked": offers.booked_people(ids),
        "status": status_of(form),
    }
    return render(request, "activities/changes/supplement.html", context, status=status_of(form))


@login_required
@require_safe
def notice_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """From a supplement of the host to the page that settles times and places by it."""
    if not access_running.can_issue_supplements(request.user):
        raise PermissionDenied
    rows = Notice.objects.filter(organisation__in=issuing_units(request.user), kind=Notice.Kind.SUPPLEMENT)
    notice = get_object_or_404(rows.select_related("edition"), pk=pk)
    query = urlencode({"edition": str(notice.edition.slug), "notice": str(notice.pk)})
    return redirect(f"{reverse('activities:supplement')}?{query}")


def coming_sessions(user: Any, edition: Edition) -> list[Session]:
    """The city's sessions that are not over, that the person may settle or move: those still open first."""
    rows = (
        Session.objects.filter(
            Q(starts_at=None) | Q(starts_at__gt=now()) | Q(ends_at__gt=now()),
            activity__edition=edition,
            activity__kind=Activity.Kind.CITY,
            activity__state=Activity.State.APPROVED,
            activity__cancelled_at=None,
        )
        .exclude(state=Session.State.CANCELLED)
        .select_related("activity__edition", "activity__organisation")
        .order_by("activity__pk", "pk")
    )
    mine = [session for session in rows if access_running.can_settle(user, session.activity)]
    return sorted(mine, key=lambda session: not (session.is_time_open or session.is_place_open))


def _choice(request: HttpRequest, edition: Edition, session: Session) -> Choice:
    prefix = f"s{session.pk}"
    sent = posted(request)
    ticked = f"{prefix}-chosen" in request.POST
    wanted = request.GET.get("session", "") == str(session.pk)
    # What is not ticked keeps what was typed, without being judged.
    form = WhenWhereForm(sent, session=session, edition=edition, prefix=prefix)
    return Choice(session, form, ticked or (sent is None and wanted))


def _is_complete(form: SupplementForm, choices: list[Choice]) -> bool:
    ticked = [choice for choice in choices if choice.ticked]
    fine = form.is_valid()
    if not ticked:
        form.add_error(None, _("请至少勾选一场活动。"))
    for choice in ticked:
        if not choice.form.is_valid():
            fine = False
        elif not choice.form.values:
            choice.form.add_error(None, _("这一场还没有填时间或地点。"))
            fine = False
    if ticked and not fine and not form.errors:
        form.add_error(None, _("有的场次填写有误，请看下面标红的地方。"))
    return fine and bool(ticked)


def _issue(request: HttpRequest, form: SupplementForm, choices: list[Choice]) -> Notice | None:
    data = form.cleaned_data
    wanted = [(choice.session, choice.form.values) for choice in choices if choice.ticked]
    made = run(
        form,
        lambda: issue_supplement(
            wanted,
            actor=request.user,
            notice=data["notice"],
            parent=data["parent"],
            title=data["title"],
            intro=data["intro"],
        ),
        RENAMED,
    )
    return made[0] if made else None


def _notices(user: Any, edition: Edition) -> Any:
    """Published notices of the person's own bureau that can be supplemented."""
    rows = Notice.objects.filter(edition=edition, organisation__in=issuing_units(user), kind=Notice.Kind.NOTICE)
    return rows.filter(state=Notice.State.PUBLISHED).order_by("-published_at")


def _supplements(user: Any, edition: Edition) -> Any:
    """Supplements of the person's own bureau, published or still drafts."""
    rows = Notice.objects.filter(edition=edition, organisation__in=issuing_units(user), kind=Notice.Kind.SUPPLEMENT)
    return rows.filter(state__in=(Notice.State.PUBLISHED, Notice.State.DRAFT)).order_by("-pk")


def _initial(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    """The supplement named in the address; else the first notice, which left things open, and a title to begin with."""
    parent = _notices(request.user, edition).last()
    return {
        "notice": _supplements(request.user, edition).filter(pk=as_number(request.GET.get("notice"))).first(),
        "parent": parent,
        "title": _("关于市级活动时间和地点的补充通知"),
        "intro": _("现将有关市级活动的时间、地点通知如下，请各单位做好准备。"),
    }
