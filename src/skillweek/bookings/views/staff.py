"""What the staff's pages share: only sessions that the person runs; with personal data, so kept by nobody (A5, B9)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from skillweek.activities.access import runs_q
from skillweek.activities.models import Activity, Session
from skillweek.bookings.views.private import private
from skillweek.organisations.access import scope_of

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def staff_page(view: View) -> View:
    """Signed in, and the answer is kept by no cache."""

    @wraps(view)
    @login_required
    @private
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return marked  # type: ignore[return-value]


def sessions_run_by(user: Any) -> QuerySet[Session]:
    """Sessions of approved activities that one of the person's units organises, alone or jointly."""
    rows = Session.objects.filter(runs_q(user, "activity__"), activity__state=Activity.State.APPROVED)
    return rows.select_related("activity__edition", "activity__organisation")


def session_run_by(request: HttpRequest, pk: int) -> Session:
    """One of them. Raises Http404."""
    return get_object_or_404(sessions_run_by(request.user), pk=pk)


def is_organiser(user: Any, session: Session) -> bool:
    """Whether whole phone numbers are shown: to the organiser's own staff, not to joint organisers."""
    return session.activity.organisation_id in scope_of(user).roles
