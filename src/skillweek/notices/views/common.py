"""What the workspace pages share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from skillweek.editions.models import Edition
from skillweek.notices.access import issuing_units, receiving_units, visible_to, written_by
from skillweek.notices.models import Notice
from skillweek.organisations.models import Kind

#: Every number of this many digits fits a 64-bit column.
_MAX_DIGITS = 18


def typed(request: HttpRequest, name: str) -> str:
    """What stands in a search box: trimmed, at most 100 characters, without what databases refuse."""
    return request.GET.get(name, "").replace("\0", "").strip()[:100]


def working_edition() -> Edition | None:
    """The edition that notices are written in: the open one, else the one being prepared."""
    return Edition.objects.current() or Edition.objects.filter(state=Edition.State.DRAFT).first()


def readable(request: HttpRequest, pk: int) -> Notice:
    """The notice if the person may read it, else 404."""
    return get_object_or_404(visible_to(request.user).select_related("organisation", "edition", "parent"), pk=pk)


def writable(request: HttpRequest, pk: int) -> Notice:
    """The notice if the person may edit it, else 404."""
    return get_object_or_404(written_by(request.user).select_related("organisation", "edition", "parent"), pk=pk)


def tabs(request: HttpRequest) -> dict[str, Any]:
    """Which of 收到的 and 发出的 the person has."""
    return {
        "receives": receiving_units(request.user).exclude(kind=Kind.HOST).exists(),
        "issues": issuing_units(request.user).exists(),
    }
