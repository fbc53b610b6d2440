"""What the pages of this room share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from skillweek.editions.models import Edition
from skillweek.organisations.access import scope_of
from skillweek.press import access


def chosen_edition(request: HttpRequest) -> Edition:
    """The edition named by ``?edition=``, else the current one, else the latest. Raises Http404 where there is none."""
    if slug := request.GET.get("edition", "").replace("\0", ""):
        return get_object_or_404(Edition.objects.exclude(state=Edition.State.DRAFT), slug=slug)
    found = Edition.objects.current() or Edition.objects.exclude(state=Edition.State.DRAFT).first()
    if found is None:
        raise Http404
    return found


def number_in(value: object) -> int:
    """The id in an address or a form; 0 for nonsense."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def tabs(request: HttpRequest) -> dict[str, Any]:
    """Which parts of the room this person uses."""
    return {
        "has_role": bool(scope_of(request.user).roles),
        "decides": access.is_decider(request.user),
        "accredits": access.is_accreditor(request.user),
    }
