"""What the workspace pages share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme

from skillweek.editions.models import Edition
from skillweek.notices.access import issuing_units, receiving_units, visible_to, written_by
from skillweek.notices.models import Notice
from skillweek.organisations.models import Kind

#: Every number of this many digits fits a 64-bit column.
_MAX_DIGITS = 18


def number_in(text: str | None) -> int | None:
    """The row number a page sent, or None for anything else."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else None


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


def back_to(request: HttpRequest, default: str) -> str:
    """Where a form asks to return to, if that is on this site."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if target and safe else default
