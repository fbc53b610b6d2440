"""Who is told what about leads (D3)."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from skillweek.core.clock import now
from skillweek.notifications.domain import notify
from skillweek.organisations.access import DECIDING_ROLES
from skillweek.organisations.models import Kind, Organisation, User
from skillweek.organisations.queries import people_who_answer, people_with
from skillweek.press.models import Journalist, Lead

Words = str | Callable[[], str]


def accreditors() -> list[User]:
    """The host's reviewers and managers."""
    host = Organisation.objects.filter(kind=Kind.HOST, is_active=True).first()
    return people_with(DECIDING_ROLES, host) if host is not None else []


def tell_organisation(lead: Lead, kind: str, *, who: Words, text: Words, once: str) -> None:
    """Tell those who answer for the lead."""
    notify(
        people_who_answer(lead.organisation), kind=kind, context={"title": lead.title, "who": who, "text": text},
        url=reverse("press:lead", args=[lead.pk]), dedupe_key=f"press:{lead.edition_id}:{kind}:{lead.pk}:{once}",
        organisation=lead.organisation,
    )  # fmt: skip


def tell_journalist(journalist: Journalist, lead: Lead, kind: str, *, who: Words, text: Words, once: str) -> None:
    """Tell one journalist about a lead."""
    if journalist.user is None:
        return
    notify(
        [journalist.user], kind=kind, context={"title": lead.title, "who": who, "text": text},
        url=reverse("press_public:lead", args=[lead.pk]),
        dedupe_key=f"press:{lead.edition_id}:{kind}:{lead.pk}:{once}", organisation=lead.organisation,
    )  # fmt: skip


def tell_decision(journalist: Journalist) -> None:
    """Tell a journalist whether they are accredited."""
    if journalist.user is None:
        return
    notify(
        [journalist.user], kind="journalist.decided", url=reverse("press_public:index"),
        context={"result": lambda: str(journalist.get_state_display()), "text": journalist.remark},
        dedupe_key=f"press:{journalist.edition_id}:journalist:{journalist.pk}:{now().isoformat()}",
    )  # fmt: skip
