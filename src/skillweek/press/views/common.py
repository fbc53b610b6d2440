"""What the pages of this room share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from skillweek.organisations.access import scope_of
from skillweek.press import access


def tabs(request: HttpRequest) -> dict[str, Any]:
    """Which parts of the room this person uses."""
    return {
        "has_role": bool(scope_of(request.user).roles),
        "decides": access.is_decider(request.user),
        "accredits": access.is_accreditor(request.user),
    }
