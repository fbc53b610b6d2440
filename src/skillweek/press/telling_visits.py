"""Who is told what about visits to schools (E9)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from skillweek.core.clock import now
from skillweek.notifications.domain import notify
from skillweek.organisations.queries import people_who_answer
from skillweek.participation.telling import tell
from skillweek.press.models import SchoolVisit


def span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """2023-05-15 09:00–11:00 on the clocks of ``zone``."""
    start, end = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    last = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M}–{last}"


def when(visit: SchoolVisit) -> str:
    """Day and hours of a visit."""
    return span(visit.starts_at, visit.ends_at, visit.edition.zone)


def tell_school(visit: SchoolVisit, kind: str, *, text: Any = "", once: str = "") -> None:
    """Tell those who answer for the school. The visitor's name stands in the message, which is erased with it."""
    notify(
        people_who_answer(visit.organisation), kind=kind,
        context={"title": visit.organisation.name, "who": visit.label, "when": when(visit), "text": text},
        url=reverse("press:visit", args=[visit.pk]),
        dedupe_key=f"press:{visit.edition_id}:{kind}:{visit.pk}:{once or now().isoformat()}",
        organisation=visit.organisation,
    )  # fmt: skip


def tell_visitor(visit: SchoolVisit, kind: str, *, text: Any = "", once: str = "") -> None:
    """Tell whoever asked: a journalist's account, or the contact a creator proved."""
    context = {"title": visit.organisation.name, "who": lambda: str(visit.get_state_display()), "when": when(visit)}
    context["text"] = text
    url, key = reverse("press_public:visit", args=[visit.pk]), f"{kind}:{visit.pk}:{once or now().isoformat()}"
    if visit.journalist is not None and visit.journalist.user is not None:
        notify(
            [visit.journalist.user], kind=kind, context=context, url=url,
            dedupe_key=f"press:{visit.edition_id}:{key}", organisation=visit.organisation,
        )  # fmt: skip
    elif visit.participant is not None:
        tell(visit.participant, kind=kind, url=url, dedupe_key=f"press:{key}", context=context)
