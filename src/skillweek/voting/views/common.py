"""What the workspace's pages of this room share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from skillweek.voting import access
from skillweek.voting.models import Ballot, Hold


def ballot_of(request: HttpRequest, pk: int) -> Ballot:
    """The ballot, if the person may see it; else 404."""
    rows = access.ballots_visible_to(request.user).select_related("edition", "organisation")
    return get_object_or_404(rows, pk=pk)


def frame(request: HttpRequest, ballot: Ballot, tab: str) -> dict[str, Any]:
    """The ballot, its tabs and what the person may do."""
    user = request.user
    watches = access.can_see_holds(user, ballot)
    return {
        "ballot": ballot,
        "edition": ballot.edition,
        "tab": tab,
        "can_write": access.can_write(user, ballot),
        "leads": access.leads(user, ballot),
        "can_decide": access.can_decide(user, ballot),
        "can_watch": access.can_watch(user, ballot),
        "sees_holds": watches,
        "waiting_holds": Hold.objects.filter(ballot=ballot, state=Hold.State.OPEN).count() if watches else 0,
    }
