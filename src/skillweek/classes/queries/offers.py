"""Classes as parents, families and schools look for them (E5, E6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from skillweek.activities.models import Activity, Session
from skillweek.activities.queries.public import public_activities
from skillweek.bookings.asking import GRADE_NAMES
from skillweek.bookings.queries.places import State, booking_states
from skillweek.classes.models import ClassSetting
from skillweek.editions.models import Edition
from skillweek.editions.schema_classes import ClassPreset


def ideas_of(edition: Edition, *, groups: bool | None = None) -> list[str]:
    """The ideas whose activities are classes; ``groups``: only those that school classes book, or only the others."""
    rows = edition.doc.class_presets
    return [row.idea for row in rows if groups is None or (row.books != "families") == groups]


def class_name(edition: Edition, *, are_groups: bool) -> str:
    """What classes for school classes and families, or those for families alone, are called in this edition."""
    names = [row.name for row in edition.doc.class_presets if (row.books != "families") == are_groups]
    return _("、").join(names) or (_("亲子和班级体验") if are_groups else _("家长听课"))


def preset_by_code(edition: Edition, code: str) -> ClassPreset | None:
    """The preset with this code."""
    return next((row for row in edition.doc.class_presets if row.code == code), None)


@dataclass(frozen=True)
class ClassFilter:
    """What a family looks for. Nonsense in the address is passed over."""

    grade: int = 0
    district: str = ""
    day: str = ""
    is_free: bool = False
    #: Only sessions that school classes may book.
    for_groups: bool = False

    @classmethod
    def from_query(cls, data: Mapping[str, str], edition: Edition) -> ClassFilter:
        """Read ``grade`` (1–12), ``district``, ``day``, ``free``, ``groups``."""
        grade, district = data.get("grade", ""), data.get("district", "")
        day = data.get("day", "")
        return cls(
            int(grade) if grade.isascii() and grade.isdigit() and int(grade) in GRADE_NAMES else 0,
            district if district in {row.code for row in edition.doc.districts} else "",
            day if day in {one.isoformat() for one in edition.days} else "",
            data.get("free") == "1",
            data.get("groups") == "1",
        )

    @property
    def is_set(self) -> bool:
        """Whether anything is asked."""
        return self != ClassFilter()


@dataclass(frozen=True)
class Slot:
    """One session and what can be done about it now."""

    session: Session
    state: State


@dataclass
class Offered:
    """One class with the sessions that fit."""

    activity: Activity
    grade_from: int
    grade_to: int
    bring: str
    slots: list[Slot] = field(default_factory=list)

    @property
    def grades(self) -> str:
        """小学一年级–小学六年级."""
        first, last = str(GRADE_NAMES[self.grade_from]), str(GRADE_NAMES[self.grade_to])
        return first if first == last else f"{first}–{last}"


def offered(edition: Edition, preset: ClassPreset, wanted: ClassFilter) -> list[Offered]:
    """The classes of a preset that fit, in order of their next session; in a constant number of queries."""
    activities = public_activities(edition).filter(idea_code=preset.idea, cancelled_at=None)
    settings = {row.activity_id: row for row in ClassSetting.objects.filter(activity__in=activities)}
    sessions = list(_sessions(activities, wanted))
    states = booking_states(sessions)
    found: dict[int, Offered] = {}
    for session in sessions:
        state = states[session.pk]
        if state.code in ("over", "cancelled") or (wanted.is_free and state.code != "open"):
            continue
        own: Any = settings.get(session.activity_id) or preset
        if wanted.grade and not own.grade_from <= wanted.grade <= own.grade_to:
            continue
        made = found.setdefault(
            session.activity_id,
            Offered(session.activity, own.grade_from, own.grade_to, getattr(own, "bring", "")),
        )
        made.slots.append(Slot(session, state))
    return list(found.values())


def _sessions(activities: QuerySet[Activity], wanted: ClassFilter) -> QuerySet[Session]:
    rows = Session.objects.filter(activity__in=activities)
    if wanted.district:
        rows = rows.filter(district=wanted.district)
    if wanted.day:
        rows = rows.filter(day=wanted.day)
    if wanted.for_groups:
        rows = rows.filter(Q(booking=Session.Booking.GROUPS) | Q(booking=Session.Booking.OPEN, allows_groups=True))
    related = rows.select_related("activity__edition", "activity__organisation", "activity__cover")
    return related.order_by(F("starts_at").asc(nulls_last=True), "pk")
