"""What the workspace's pages of this room share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from skillweek.judging import access
from skillweek.judging.models import Panel


def panel_of(request: HttpRequest, pk: int) -> Panel:
    """The panel, if the person may see it; else 404."""
    rows = access.panels_visible_to(request.user).select_related("edition", "organisation")
    return get_object_or_404(rows, pk=pk)


def frame(request: HttpRequest, panel: Panel, tab: str) -> dict[str, Any]:
    """The panel, its tabs and what the person may do."""
    return {
        "panel": panel,
        "edition": panel.edition,
        "tab": tab,
        "can_run": access.can_run(request.user, panel),
        "sees_scores": access.can_see_scores(request.user, panel),
    }
