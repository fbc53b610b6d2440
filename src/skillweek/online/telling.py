"""Who is told what about online works (B11)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from skillweek.core.clock import now
from skillweek.notifications.domain import notify, tell_decision
from skillweek.online.models import Work
from skillweek.organisations.queries import people_who_answer


def tell_unit(work: Work, outcome: str, *, actor: Any, note: str) -> None:
    """Tell those who answer for the unit about a decision: ``returned``, ``published`` or ``withdrawn``."""
    people, url = people_who_answer(work.organisation), reverse("online:work", args=[work.kind, work.pk])
    tell_decision(work, f"online.{outcome}", people, actor=actor, note=note, url=url)


def tell_waiting(work: Work, kind: str, count: int) -> None:
    """Tell the unit's people that words of the public wait; once for each hour and place."""
    hour = now().strftime("%Y%m%d%H")
    notify(
        people_who_answer(work.organisation),
        kind=kind,
        context={"title": work.title, "count": str(count)},
        url=reverse("online:moderation"),
        dedupe_key=f"{kind}:{work.kind}:{work.pk}:{hour}",
        organisation=work.organisation,
    )
