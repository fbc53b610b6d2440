"""Telling a unit what was decided about what it wrote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from skillweek.content.models import ReviewedText
from skillweek.core.clock import now
from skillweek.notifications.domain.telling import notify
from skillweek.organisations.models import User


def tell_decision(text: ReviewedText, kind: str, people: Iterable[User], *, actor: Any, note: str, url: str) -> None:
    """Tell the unit's people with a message of ``kind`` (fields ``title``, ``who``, ``note``); who decided is not told.

    ``url`` leads to the text in the workspace. Each decision is told anew, the same one on the same revision too.
    """
    notify(
        [user for user in people if user.pk != getattr(actor, "pk", None)],
        kind=kind,
        context={"title": text.title, "who": str(actor or ""), "note": note},
        url=url,
        dedupe_key=f"{kind}:{text._meta.model_name}:{text.pk}:{text.revision}:{now().isoformat()}",
        organisation=text.organisation,
    )
