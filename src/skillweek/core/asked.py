"""What a page asked for in its address or form, read with care: one way for every room."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

#: Every number of this many digits fits a 64-bit column.
_MAX_DIGITS: Final = 18


def number_in(text: object) -> int | None:
    """The row number a page sent, or None for anything else: `²` is a digit to Python, and 10²⁰ fits no column."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else None


def back_to(request: HttpRequest, default: str) -> str:
    """Where a form asks to return to, if that is on this site."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if target and safe else default
