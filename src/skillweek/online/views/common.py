"""What the workspace's pages of this room share."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from skillweek.editions.models import Edition
from skillweek.online import access
from skillweek.online.models import GuestEntry, Question, Said, Work
from skillweek.online.works import BY_CODE, WorkKind
from skillweek.organisations.access import scope_of


def kind_of(code: str) -> WorkKind:
    """The kind named in an address. Raises Http404."""
    if code not in BY_CODE:
        raise Http404
    return BY_CODE[code]


def work_of(request: HttpRequest, kind: str, pk: int) -> Work:
    """The work, if the person finds it in the workspace. Raises Http404."""
    rows = access.visible_to(request.user, kind_of(kind).model).select_related(
        "edition", "organisation", "edited_by", "submitted_by", "reviewed_by"
    )
    return get_object_or_404(rows, pk=pk)


def waiting_words(user: Any, edition: Edition) -> int:
    """How many questions and guestbook lines wait for this person."""
    questions = Question.objects.filter(access.spoken_for_q(user, "room__"), room__edition=edition)
    entries = GuestEntry.objects.filter(access.spoken_for_q(user, "hall__"), hall__edition=edition)
    waits = Q(state=Said.State.WAITING, erased_at=None)
    return sum(rows.aggregate(n=Count("pk", filter=waits))["n"] for rows in (questions, entries))


def tabs(request: HttpRequest, edition: Edition, tab: str) -> dict[str, Any]:
    """The room's own navigation."""
    return {
        "edition": edition,
        "tab": tab,
        "has_role": bool(scope_of(request.user).roles),
        "sets_rules": access.can_set_rules(request.user),
        "waiting_words": waiting_words(request.user, edition),
    }


def rights(user: Any, work: Work) -> dict[str, bool]:
    """What the person may do with the work now."""
    return {
        **access.rights_of(user, work),
        "can_moderate": access.can_moderate(user, work),
        "can_delete": access.can_write(user, work) and work.published_at is None,
    }
