"""Who is told what about calls and entries (E1, E7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from skillweek.activities.domain.telling import line_above, people_of
from skillweek.activities.domain.telling import tell as tell_people
from skillweek.contests import kinds
from skillweek.contests.models import Call, Entry
from skillweek.notifications.kinds import Kind
from skillweek.participation.telling import tell as tell_participant

Words = str | Callable[[], str]


def call_waits(call: Call, *, actor: Any) -> None:
    """The line above is asked to look at a call."""
    _call(call, kinds.CALL_WAITING, line_above(call.organisation), text=str(call.organisation), actor=actor)


def call_decided(call: Call, *, actor: Any) -> None:
    """The organisation hears what became of its call."""
    people = people_of([call.organisation_id])
    _call(call, kinds.CALL_DECIDED, people, result=lambda: str(call.get_state_display()), text=call.note, actor=actor)


def entry_withdrawn(entry: Entry, text: str) -> None:
    """The organisation hears that a public work went."""
    call = entry.call
    context = {"title": call.title, "work": str(entry), "result": "", "text": text}
    tell_people(
        people_of([call.organisation_id]), kinds.WITHDRAWN, context, url=reverse("contests:entry", args=[entry.pk]),
        dedupe_key=_key(entry, "withdrawn"), organisation=call.organisation,
    )  # fmt: skip


def entrant(entry: Entry, kind: Kind, *, result: Words = "", text: Words = "", url: str = "", once: str = "") -> None:
    """Tell whoever entered it: the person of the public, or the school's people."""
    context = {"title": entry.call.title, "work": str(entry), "result": result, "text": text}
    url, key = url or reverse("contests_public:mine", args=[entry.pk]), _key(entry, kind.code, once)
    if entry.participant is not None:
        tell_participant(entry.participant, kind=kind.code, context=context, url=url, dedupe_key=key)
    elif entry.organisation is not None:
        people = people_of([entry.organisation.pk])
        tell_people(people, kind, context, url=url, dedupe_key=key, organisation=entry.organisation)


def _call(call: Call, kind: Kind, people: Any, *, actor: Any, result: Words = "", text: Words = "") -> None:
    context = {"title": call.title, "work": "", "result": result, "text": text}
    tell_people(
        people, kind, context, url=reverse("contests:call", args=[call.pk]), organisation=call.organisation, but=actor,
        dedupe_key=f"contest:{call.edition_id}:{kind.code}:{call.pk}:{call.version}",
    )  # fmt: skip


def _key(entry: Entry, *parts: str) -> str:
    return ":".join(["contest", str(entry.call.edition_id), str(entry.pk), str(entry.version), *filter(None, parts)])
