"""Who is told what (E3, E4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillweek.notifications.domain import notify
from skillweek.organisations.models import Kind, Organisation
from skillweek.organisations.queries import people_who_answer
from skillweek.participation.telling import tell as tell_participant
from skillweek.partnerships.models import Enterprise, FollowUp, Meeting, Need, Pairing, Party, ProfileChange, Slot

Words = str | Callable[[], str]


def _key(edition_id: int, rest: str) -> str:
    return f"partners:{edition_id}:{rest}"[:150]


def tell_verifiers(enterprise: Enterprise, kind: str, *, text: Words, once: str) -> None:
    """Tell those who verify the enterprise; where its own unit has nobody, the host."""
    people = people_who_answer(enterprise.home)
    if not people:
        host = Organisation.objects.filter(kind=Kind.HOST, is_active=True).first()
        people = people_who_answer(host) if host is not None else []
    notify(
        people, kind=kind, context={"who": enterprise.name, "title": enterprise.name, "text": text},
        url=reverse("partnerships:enterprise", args=[enterprise.pk]),
        dedupe_key=_key(enterprise.edition_id, f"{kind}:{enterprise.pk}:{once}"), organisation=enterprise.home,
    )  # fmt: skip


def tell_enterprise(enterprise: Enterprise, kind: str, *, url: str, once: str, **context: Any) -> None:
    """Tell the person who speaks for an enterprise."""
    if enterprise.user is None:
        return
    notify(
        [enterprise.user], kind=kind, context=context, url=url, dedupe_key=_key(enterprise.edition_id, once)
    )  # fmt: skip


def tell_decision(enterprise: Enterprise) -> None:
    """Tell an enterprise whether it is verified."""
    tell_enterprise(
        enterprise, "partner.decided", url=reverse("partnerships_public:mine"), text=enterprise.remark,
        title=lambda: str(enterprise.get_state_display()), once=f"decided:{enterprise.pk}:{enterprise.decided_at}",
    )  # fmt: skip


def tell_change(enterprise: Enterprise, change: ProfileChange, *, accepted: bool) -> None:
    """Tell an enterprise whether its changed profile is shown."""
    tell_enterprise(
        enterprise, "partner.change_decided", url=reverse("partnerships_public:mine"), text=change.remark,
        title=lambda: _("已通过") if accepted else str(change.get_state_display()),
        once=f"change:{enterprise.pk}:{enterprise.version}:{change.version}",
    )  # fmt: skip


def tell_need(need: Need) -> None:
    """Tell an enterprise what became of what it handed in."""
    tell_enterprise(
        need.enterprise, "partner.need_decided", url=reverse("partnerships_public:my_need", args=[need.pk]),
        title=need.title, who=lambda: str(need.get_state_display()), text=need.reason,
        once=f"need:{need.pk}:{need.version}",
    )  # fmt: skip


def tell_organisers(meeting: Meeting, kind: str, *, who: str, once: str) -> None:
    """Tell those who hold a meeting."""
    notify(
        people_who_answer(meeting.organisation), kind=kind, context={"title": meeting.title, "who": who},
        url=reverse("partnerships:meeting", args=[meeting.pk]),
        dedupe_key=_key(meeting.edition_id, f"{kind}:{meeting.pk}:{once}"), organisation=meeting.organisation,
    )  # fmt: skip


def tell_parties(meeting: Meeting, kind: str, *, text: str, once: str) -> None:
    """Tell everybody who takes part in a meeting."""
    rows = meeting.parties.filter(state__in=(Party.State.APPLIED, Party.State.ACCEPTED))
    for party in rows.select_related("meeting__edition", "enterprise__user", "organisation", "participant__edition"):
        tell_party(party, kind, text=text, once=once)


def tell_party(party: Party, kind: str, *, text: Words, once: str, slot: Slot | None = None) -> None:
    """Tell an enterprise, a school or a person about a meeting."""
    meeting = party.meeting
    context: dict[str, Any] = {"title": meeting.title, "text": text, "place": meeting.place, "when": ""}
    if slot is not None:
        zone = ZoneInfo(meeting.edition.zone)
        context["when"] = lambda: date_format(slot.starts_at.astimezone(zone), "SHORT_DATETIME_FORMAT")
    key = f"{kind}:{meeting.pk}:{party.pk}:{once}"
    if party.enterprise is not None:
        url = reverse("partnerships_public:my_meeting", args=[meeting.pk])
        tell_enterprise(party.enterprise, kind, url=url, once=key, **context)
    elif party.organisation is not None:
        notify(
            people_who_answer(party.organisation), kind=kind, context=context,
            url=f"{reverse('partnerships:meeting', args=[meeting.pk])}?unit={party.organisation_id}",
            dedupe_key=_key(meeting.edition_id, key), organisation=party.organisation,
        )  # fmt: skip
    elif party.participant is not None:
        tell_participant(
            party.participant, kind=kind, context=context,
            url=reverse("partnerships_public:meeting", args=[meeting.pk]), dedupe_key=f"partners:{key}"[:120],
        )  # fmt: skip


def remind_talk(talk: Pairing) -> None:
    """Tell both sides of a talk that it is tomorrow."""
    for party, other in ((talk.enterprise, talk.guest), (talk.guest, talk.enterprise)):
        tell_party(party, "partner.reminder", text=other.label, once=f"remind:{talk.pk}:{talk.slot_id}", slot=talk.slot)


def remind_follow_up(follow_up: FollowUp) -> None:
    """Ask both sides of an intention how it went."""
    intention = follow_up.intention
    once = f"{follow_up.pk}:{follow_up.reminded_at:%Y%m%d}"
    context = {"title": str(intention), "text": intention.text[:200]}
    notify(
        people_who_answer(intention.organisation), kind="partner.follow_up", context=context,
        url=reverse("partnerships:intention", args=[intention.pk]),
        dedupe_key=_key(intention.edition_id, f"follow:{once}"), organisation=intention.organisation,
    )  # fmt: skip
    if intention.enterprise is not None:
        url = f"{reverse('partnerships_public:mine')}?edition={intention.edition.slug}"
        tell_enterprise(intention.enterprise, "partner.follow_up", url=url, once=f"follow_e:{once}", **context)
