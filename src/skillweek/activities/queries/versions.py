"""What differs between two submissions of a plan or an activity, in words (B3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from skillweek.activities.domain.snapshots import PLAN_FIELDS
from skillweek.activities.domain.values import FIELDS
from skillweek.activities.models import Activity, ActivityTag, Plan, Session
from skillweek.activities.session_words import place_words, time_words
from skillweek.content.compare import compare, compare_plain
from skillweek.editions.models import Edition

Snapshot = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One field with ``<ins>`` and ``<del>``, safe HTML. ``rich`` is shown as a text of its own."""

    label: str
    html: SafeString
    rich: bool = False


def activity_differences(old: Snapshot, new: Snapshot, edition: Edition) -> list[Difference]:
    """Fields, ticks, sessions and partners that differ, in the form's order."""
    return list(_activity(old, new, edition))


def _activity(old: Snapshot, new: Snapshot, edition: Edition) -> Iterator[Difference]:
    for name in FIELDS:
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        label = field_label(Activity, name)
        if name == "description":
            yield Difference(label, compare(str(before or ""), str(after or "")), rich=True)
        else:
            words = [value_words(name, value, edition) for value in (before, after)]
            yield Difference(label, compare_plain(*words))
    for group, list_name in ActivityTag.LISTS.items():
        ticks = [
            "、".join(edition.doc.label_of(list_name, code) for code in row.get("tags", {}).get(group, []))
            for row in (old, new)
        ]
        if set(old.get("tags", {}).get(group, [])) != set(new.get("tags", {}).get(group, [])):
            yield Difference(str(ActivityTag.Group(group).label), compare_plain(*ticks))
    yield from _sessions(old, new, edition)
    partners = ["、".join(row.get("partners", [])) for row in (old, new)]
    if partners[0] != partners[1]:
        yield Difference(_("合作单位"), compare_plain(*partners))


def field_label(model: type[Activity] | type[Plan], name: str) -> str:
    """What a field is called on screen."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def value_words(name: str, value: Any, edition: Edition) -> str:
    """A field's value as people read it."""
    if value in (None, ""):
        return ""
    if name == "kind":
        return str(Activity.Kind(value).label)
    if name == "is_free":
        return _("不收费") if value else _("收费")
    if name == "public_benefit":
        return _("已承诺") if value else _("未承诺")
    if name == "idea_code":
        return edition.doc.label_of("ideas", value)
    if name == "city_code":
        return edition.doc.label_of("city_activities", value)
    if name == "cover":
        return _("图片") + f" {str(value)[:8]}"
    return str(value)


def _sessions(old: Snapshot, new: Snapshot, edition: Edition) -> Iterator[Difference]:
    before = {row["uid"]: row for row in old.get("sessions", [])}
    after = {row["uid"]: row for row in new.get("sessions", [])}
    for number, (uid, row) in enumerate(after.items(), 1):
        words = session_words(row, edition)
        was = session_words(before[uid], edition) if uid in before else ""
        if words != was:
            yield Difference(_("第%(number)s场") % {"number": number}, compare_plain(was, words))
    for uid, row in before.items():
        if uid not in after:
            yield Difference(_("场次"), compare_plain(session_words(row, edition), ""))


def session_words(row: Snapshot, edition: Edition) -> str:
    """One session of a snapshot in one line."""
    booking = str(Session.Booking(row.get("booking") or Session.Booking.NONE).label)
    places = _("名额 %(count)s") % {"count": row["capacity"]} if row.get("capacity") else ""
    parts = [str(row.get("label") or ""), time_words(row, edition.zone), place_words(row), booking, places]
    return " · ".join(part for part in parts if part)


def plan_differences(old: Snapshot, new: Snapshot, edition: Edition) -> list[Difference]:
    """Parts of the plan, days, and activities that came or went."""
    found = []
    for name in PLAN_FIELDS:
        if name == "arrangements":
            continue
        if old.get(name) != new.get(name):
            label = field_label(Plan, name)
            found.append(Difference(label, compare_plain(str(old.get(name) or ""), str(new.get(name) or ""))))
    days = [row.get("arrangements") or {} for row in (old, new)]
    for day in sorted({*days[0], *days[1]}):
        if days[0].get(day) != days[1].get(day):
            found.append(Difference(day, compare_plain(days[0].get(day, ""), days[1].get(day, ""))))
    found += _activities(old, new, edition)
    return found


def _activities(old: Snapshot, new: Snapshot, edition: Edition) -> list[Difference]:
    before = {row["id"]: row for row in old.get("activities", [])}
    after = {row["id"]: row for row in new.get("activities", [])}
    found = []
    for pk, row in after.items():
        if pk not in before:
            found.append(Difference(_("新增活动"), compare_plain("", row["title"])))
        elif changes := activity_differences(before[pk], row, edition):
            labels = "、".join(change.label for change in changes)
            found.append(Difference(row["title"], compare_plain("", _("有改动：%(what)s") % {"what": labels})))
    found += [
        Difference(_("移除活动"), compare_plain(row["title"], "")) for pk, row in before.items() if pk not in after
    ]
    return found
