"""Whom this room tells, and telling them: under review, and about what was changed after approval (A3, B3, B12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from skillweek.activities.domain.common import deciders_for, submitters_of, writers_of
from skillweek.activities.models import Activity, Partner, Plan
from skillweek.notifications.domain import notify
from skillweek.notifications.kinds import Kind
from skillweek.organisations.models import Organisation, Role, User

_RUNNING = (Role.LIAISON, Role.MANAGER)
_ABOVE = (Role.REVIEWER, Role.MANAGER)


def people_of(organisation_ids: Iterable[int]) -> list[User]:
    """Liaisons and managers of these organisations; where there is none, everybody who writes for it. Two queries."""
    found = {user.pk: user for people in people_by_unit(organisation_ids).values() for user in people}
    return [found[key] for key in sorted(found)]


def people_by_unit(organisation_ids: Iterable[int]) -> dict[int, list[User]]:
    """The same for each organisation that has anybody: id → people. Two queries."""
    ids = set(organisation_ids)
    rows = User.objects.filter(
        is_active=True, memberships__is_active=True, memberships__organisation__in=ids
    ).values_list("pk", "memberships__organisation_id", "memberships__role")
    first: dict[int, set[int]] = {}
    others: dict[int, set[int]] = {}
    for user_id, organisation_id, role in rows:
        if organisation_id in ids:
            (first if role in _RUNNING else others).setdefault(organisation_id, set()).add(user_id)
    chosen = {unit: first.get(unit) or others[unit] for unit in {*first, *others}}
    users = User.objects.in_bulk({user for people in chosen.values() for user in people})
    return {unit: [users[user] for user in sorted(people)] for unit, people in chosen.items()}


def line_above(organisation: Organisation) -> list[User]:
    """Reviewers and managers of the unit right above this one; nobody stands above the host."""
    if len(organisation.path) <= Organisation.steplen:
        return []
    here = Q(
        memberships__organisation__path=organisation.path[: -Organisation.steplen],
        memberships__role__in=_ABOVE,
        memberships__is_active=True,
    )
    return list(User.objects.filter(here, is_active=True).distinct().order_by("pk"))


def concerned(activity: Activity) -> list[User]:
    """Everybody of the house whom a change concerns: organiser, joint organisers who said yes, the line above."""
    partners = Partner.objects.filter(activity=activity, state=Partner.State.ACCEPTED, organisation__isnull=False)
    ids = [activity.organisation_id, *partners.values_list("organisation_id", flat=True)]
    found = {user.pk: user for user in [*people_of(ids), *line_above(activity.organisation)]}
    return [found[key] for key in sorted(found)]


def tell(
    people: Iterable[User],
    kind: Kind,
    context: Mapping[str, Any],
    *,
    url: str,
    dedupe_key: str,
    organisation: Organisation | None = None,
    but: Any = None,
) -> int:
    """Tell these people, except ``but`` who did it themselves. Returns how many messages were made.

    Values of ``context`` may be functions that make text in the reader's language.
    """
    recipients = [user for user in people if user.pk != getattr(but, "pk", None)]
    made = notify(
        recipients,
        kind=kind.code,
        context=dict(context),
        url=url,
        dedupe_key=dedupe_key,
        organisation=organisation,
    )
    return len(made)


def address_of(activity: Activity) -> str:
    """The workspace page of an activity."""
    try:
        return reverse("activities:activity", args=[activity.pk])
    except NoReverseMatch:
        return ""


def tell_deciders(thing: Activity | Plan, by: Any, kind: str, *, note: str = "", late: str = "") -> None:
    """Tell the nearest people above who decide, not the one who acts."""
    people = [person for person in deciders_for(thing.organisation) if person.pk != getattr(by, "pk", None)]
    _tell_outcome(people, thing, by, kind, note, late)


def tell_writers(thing: Activity | Plan, by: Any, kind: str, *, note: str = "") -> None:
    """Tell the organiser's people, not the one who acts."""
    people = [person for person in writers_of(thing.organisation) if person.pk != getattr(by, "pk", None)]
    _tell_outcome(people, thing, by, kind, note, "")


def tell_submitters(thing: Activity | Plan, by: Any, kind: str) -> int:
    """Tell the organiser's liaisons and managers. Returns how many were told for the first time in this version."""
    return _tell_outcome(submitters_of(thing.organisation), thing, by, kind, "", "")


def _tell_outcome(people: Iterable[User], thing: Activity | Plan, by: Any, kind: str, note: str, late: str) -> int:
    name = "plan" if isinstance(thing, Plan) else "activity"
    made = notify(
        people,
        kind=kind,
        context={
            name: str(thing),
            "school": str(thing.organisation),
            "who": str(by) if by is not None else "",
            "note": note,
            "late": late,
        },
        url=reverse("activities:plan_open" if name == "plan" else "activities:activity", args=[thing.pk]),
        dedupe_key=f"{kind}:{thing.pk}:{thing.version}",
        organisation=thing.organisation,
    )
    return len(made)
