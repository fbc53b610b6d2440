"""What every page knows about the product."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from skillweek import __version__
from skillweek.core import clock

#: Holds "large" for readers who want larger text.
TEXT_SIZE_COOKIE = "text_size"


def product(request: HttpRequest) -> dict[str, Any]:
    """Version, demo mark, the languages to switch between, and the size of text."""
    demo_now = clock.now() if clock.is_shifted() else None
    return {
        "version": __version__,
        "demo": settings.DEMO,
        "demo_now": demo_now,
        "languages": settings.LANGUAGES,
        "is_large_text": request.COOKIES.get(TEXT_SIZE_COOKIE) == "large",
    }
