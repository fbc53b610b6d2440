"""What the pages of this room share."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from skillweek.contests import access
from skillweek.contests.domain.entries import Owner
from skillweek.contests.models import Call, Entry
from skillweek.core.asked import number_in
from skillweek.organisations.models import Organisation
from skillweek.participation.who import current


def public_call(pk: int) -> Call:
    """The call that strangers may see. Raises Http404."""
    rows = Call.objects.public().select_related("edition", "organisation")
    found: Call = get_object_or_404(rows, pk=pk)
    return found


def workspace_call(request: HttpRequest, pk: int) -> Call:
    """The call that this person may look into. Raises Http404."""
    rows = access.calls_visible_to(request.user).select_related("edition", "organisation")
    found: Call = get_object_or_404(rows, pk=pk)
    return found


def owned_entry(request: HttpRequest, pk: int) -> Entry:
    """The entry of whoever asks. Raises Http404 for anybody else's."""
    rows = Entry.objects.select_related("call__edition", "call__organisation", "participant__edition", "organisation")
    entry: Entry = get_object_or_404(rows, pk=pk)
    if not access.owns(request, entry):
        raise Http404
    return entry


def owner_for(request: HttpRequest, call: Call) -> Owner | None:
    """Who enters: the school named by ``for`` of the form, else the verified person; None for a stranger.

    Raises Http404 for a school the person does not file for.
    """
    if number := number_in(request.POST.get("for") or request.GET.get("for")):
        school: Organisation = get_object_or_404(access.entering_organisations(request.user), pk=number)
        return Owner(organisation=school, user=request.user)
    participant = current(request, call.edition)
    return Owner(participant=participant) if participant is not None else None


def client_id_of(request: HttpRequest) -> UUID:
    """The page's own id for what it makes. Raises Http404 for a forged one."""
    try:
        return UUID(request.POST.get("client_id", ""))
    except ValueError:
        raise Http404 from None
