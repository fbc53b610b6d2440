"""What every page knows about the product."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from skillweek import __version__
from skillweek.core import clock


def product(request: HttpRequest) -> dict[str, Any]:
    """Version, demo mark, and the languages to switch between."""
    demo_now = clock.now() if clock.is_shifted() else None
    return {"version": __version__, "demo": settings.DEMO, "demo_now": demo_now, "languages": settings.LANGUAGES}
