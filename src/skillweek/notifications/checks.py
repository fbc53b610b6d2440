"""Finds placeholders that no kind knows before anybody gets a message with a hole in it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from skillweek.notifications.kinds import PARTS, all_kinds, unknown


@register("notifications")
def kinds_are_whole(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Every placeholder in every language is a variable of its kind, and every variable has a sample."""
    found: list[CheckMessage] = []
    for kind in all_kinds():
        for language, _name in settings.LANGUAGES:
            for part in PARTS:
                for name in unknown(kind.default(part, language), kind):
                    text = f"{kind.code}: {part} ({language}) uses {{{name}}}, which is not among its variables"
                    found.append(Error(text, id="notifications.E001"))
        missing = sorted(set(kind.variables) - set(kind.sample))
        if missing:
            found.append(Warning(f"{kind.code}: no sample for {', '.join(missing)}", id="notifications.W001"))
        if len(kind.code) > 40:
            found.append(Error(f"{kind.code}: longer than 40 characters", id="notifications.E002"))
    return found
