"""What jurors are told: the invitation and the reminder (E1, E10)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from skillweek.bookings.tokens import token_from
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.judging.models import Juror
from skillweek.notifications.domain import notify, notify_contact


def prefix(edition: Edition) -> str:
    """How the keys of messages to jurors without an account begin, by which they are erased."""
    return f"jury:{edition.pk}:"


def invite(juror: Juror) -> None:
    """Ask somebody to judge; once for each link."""
    _tell(juror, "jury.invite", {}, f"invite:{juror.pk}:{juror.token_hash[:12]}")


def remind(juror: Juror, lacking: int) -> None:
    """Say how many sheets are missing."""
    _tell(juror, "jury.remind", {"number": str(lacking)}, f"remind:{juror.pk}:{now():%Y%m%d%H%M}")


def _tell(juror: Juror, kind: str, more: dict[str, Any], once: str) -> None:
    panel = juror.panel
    due = panel.due_at.astimezone(ZoneInfo(panel.edition.zone))
    context = {"title": panel.title, "due": f"{due:%Y-%m-%d %H:%M}", "unit": panel.organisation.name, **more}
    key = f"{prefix(panel.edition)}{once}"
    if juror.user is not None:
        url = reverse("judging_public:panel", args=[panel.pk])
        notify([juror.user], kind=kind, context=context, url=url, dedupe_key=key, organisation=panel.organisation)
    elif juror.nonce and juror.email:
        url = reverse("judging_public:enter", args=[token_from(juror.nonce)])
        notify_contact(
            email=juror.email, name=juror.name, kind=kind, context=context, url=url, dedupe_key=key,
            organisation=panel.organisation,
        )  # fmt: skip
