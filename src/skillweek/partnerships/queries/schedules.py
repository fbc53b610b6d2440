"""A meeting's schedule as people read it: the grid, one party's own, what is in the way (E3, E4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from skillweek.content.access import is_open
from skillweek.core.clock import now
from skillweek.partnerships.models import Meeting, Pairing, Party, Slot, Table


def talks_of(meeting: Meeting) -> QuerySet[Pairing]:
    """Every talk with both sides and its table."""
    rows = Pairing.objects.filter(meeting=meeting).select_related(
        "slot", "enterprise__enterprise", "enterprise__table", "guest__organisation", "guest__participant"
    )
    return rows.defer("enterprise__enterprise__logo").order_by("slot__starts_at", "enterprise__table__position", "seat")


@dataclass
class Line:
    """One table's day: the enterprise that sits there, and for each slot who comes."""

    party: Party
    cells: list[tuple[Slot, list[Pairing]]] = field(default_factory=list)


def grid(meeting: Meeting) -> list[Line]:
    """Tables down, slots across."""
    slots = list(meeting.slots.all())
    by_place: dict[tuple[int, int], list[Pairing]] = defaultdict(list)
    for talk in talks_of(meeting):
        by_place[(talk.enterprise_id, talk.slot_id)].append(talk)
    rows = meeting.parties.filter(enterprise__isnull=False, state=Party.State.ACCEPTED)
    parties = rows.select_related("enterprise", "table").defer("enterprise__logo").order_by("table__position", "pk")
    return [Line(party, [(slot, by_place.get((party.pk, slot.pk), [])) for slot in slots]) for party in parties]


def own_talks(party: Party) -> QuerySet[Pairing]:
    """One party's own schedule in time's order."""
    rows = talks_of(party.meeting)
    return rows.filter(enterprise=party) if party.is_enterprise else rows.filter(guest=party)


def is_shown(meeting: Meeting) -> bool:
    """Whether those who take part see the schedule."""
    if meeting.state == Meeting.State.PUBLISHED:
        return True
    return meeting.is_direct and meeting.state == Meeting.State.OPEN


def takes_applications(meeting: Meeting) -> bool:
    """Whether people and enterprises may apply now."""
    is_shown_now = meeting.state in (Meeting.State.OPEN, Meeting.State.PUBLISHED)
    return is_shown_now and now() <= meeting.apply_until and is_open(meeting.edition)


def conflicts(meeting: Meeting) -> list[str]:
    """What the organiser should look at before publishing, one sentence each."""
    found = []
    parties = list(meeting.parties.select_related("enterprise", "organisation", "table").defer("enterprise__logo"))
    accepted = [party for party in parties if party.state == Party.State.ACCEPTED]
    waiting = [party for party in parties if party.state == Party.State.APPLIED]
    if waiting:
        found.append(_("%(count)d 家企业还没有确认。") % {"count": len(waiting)})
    met = set(meeting.pairings.values_list("enterprise", flat=True))
    met |= set(meeting.pairings.values_list("guest", flat=True))
    if met and not meeting.is_direct:
        lonely = [party.label for party in accepted if party.pk not in met]
        if lonely:
            found.append(_("还没有面谈：%(names)s。") % {"names": _("、").join(lonely[:12])})
    return found + _elsewhere(meeting) + _double_rooms(meeting)


def _elsewhere(meeting: Meeting) -> list[str]:
    """Who sits in another meeting at the same time."""
    others = Pairing.objects.filter(
        meeting__edition=meeting.edition_id, meeting__day=meeting.day, meeting__state__in=("open", "published")
    ).exclude(meeting=meeting)
    busy: dict[tuple[str, Any], list[tuple[Any, Any, str]]] = defaultdict(list)
    for talk in others.select_related("slot", "meeting", "enterprise", "guest"):
        for party in (talk.enterprise, talk.guest):
            busy[_who(party)].append((talk.slot.starts_at, talk.slot.ends_at, talk.meeting.title))
    found = []
    for talk in talks_of(meeting):
        for party in (talk.enterprise, talk.guest):
            for start, end, title in busy.get(_who(party), ()):
                if start < talk.slot.ends_at and talk.slot.starts_at < end:
                    found.append(_("%(who)s同一时间在“%(title)s”也有面谈。") % {"who": party.label, "title": title})
    return list(dict.fromkeys(found))


def _who(party: Party) -> tuple[str, Any]:
    if party.enterprise_id:
        return "enterprise", party.enterprise_id
    return ("school", party.organisation_id) if party.organisation_id else ("person", party.participant_id)


def _double_rooms(meeting: Meeting) -> list[str]:
    """Tables that another meeting at the same place uses at the same time."""
    spans = list(meeting.slots.order_by("starts_at"))
    if not spans:
        return []
    names = set(meeting.tables.values_list("room", "label"))
    rows = Table.objects.filter(
        meeting__edition=meeting.edition_id, meeting__day=meeting.day, meeting__place=meeting.place,
        meeting__state__in=("open", "published"), meeting__slots__starts_at__lt=spans[-1].ends_at,
        meeting__slots__ends_at__gt=spans[0].starts_at,
    ).exclude(meeting=meeting)  # fmt: skip
    return sorted(
        {
            _("%(table)s同一时间也给了“%(title)s”。") % {"table": row, "title": row.meeting.title}
            for row in rows.select_related("meeting")
            if (row.room, row.label) in names
        }
    )


@dataclass(frozen=True)
class Free:
    """One slot with one enterprise as a visitor sees it."""

    slot: Slot
    left: int
    is_mine: bool
    is_over: bool


def places(meeting: Meeting, enterprise: Party, mine: Party | None, moment: Any) -> list[Free]:
    """How many seats each slot still has."""
    counts = {
        row["slot"]: row["n"]
        for row in Pairing.objects.filter(enterprise=enterprise).values("slot").annotate(n=Count("pk"))
    }
    own = set(mine.talks.filter(enterprise=enterprise).values_list("slot", flat=True)) if mine is not None else set()
    return [
        Free(slot, max(0, meeting.seats - counts.get(slot.pk, 0)), slot.pk in own, slot.starts_at <= moment)
        for slot in meeting.slots.all()
    ]


def seats_left(meeting: Meeting, moment: Any) -> dict[int, int]:
    """Enterprise party → seats that are still free in slots to come. Two queries."""
    coming = meeting.slots.filter(starts_at__gt=moment).order_by().values("pk")
    taken = Pairing.objects.filter(meeting=meeting, slot__in=coming).order_by()
    counts = dict(taken.values_list("enterprise").annotate(n=Count("pk")))
    places = len(coming) * meeting.seats
    rows = meeting.parties.filter(enterprise__isnull=False, state=Party.State.ACCEPTED, table__isnull=False)
    return {pk: max(0, places - counts.get(pk, 0)) for pk in rows.values_list("pk", flat=True)}


def sheets(meeting: Meeting, parties: Iterable[Party]) -> list[tuple[Party, list[Pairing]]]:
    """Everybody who has talks, with them in time's order. One query."""
    own: dict[int, list[Pairing]] = defaultdict(list)
    for talk in talks_of(meeting):
        own[talk.enterprise_id].append(talk)
        own[talk.guest_id].append(talk)
    return [(party, own[party.pk]) for party in parties if party.pk in own]
