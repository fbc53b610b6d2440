"""Starting from what was done before: copy one activity, or a week of them, into an edition (B3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import escape
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.activities.access import visible_to
from skillweek.activities.domain.activities import create_activity, save_activity
from skillweek.activities.domain.common import must_write_for
from skillweek.activities.domain.sessions import FIELDS as SESSION_FIELDS
from skillweek.activities.domain.sessions import SessionValues
from skillweek.activities.domain.values import FIELDS
from skillweek.activities.models import Activity, ActivityTag, Session
from skillweek.content.html import asset_ids, plain_text
from skillweek.core import audit
from skillweek.core.errors import DomainError, NotAllowed, TooMuch
from skillweek.editions.models import Edition
from skillweek.organisations.models import Kind, Organisation

#: Activities copied in one go.
MAX_AT_ONCE: Final = 100
#: What only the organiser itself takes along: its people, its plan for safety, its money.
_OWN: Final = frozenset(
    {"cover", "person_in_charge", "phone_in_charge", "safety_plan", "funding_source", "enquiry_phone"}
)
#: Answered anew each time.
_NEVER: Final = frozenset({"public_benefit"})


@dataclass
class Copied:
    """A new draft, and what could not be taken along, in sentences."""

    activity: Activity
    notes: list[str] = field(default_factory=list)


def may_copy(user: Any, source: Activity) -> bool:
    """Whether the person may start from this activity: one they may open, or one that everybody may read."""
    public = source.state == Activity.State.APPROVED and source.published_at is not None
    return (public and source.withdrawn_at is None) or visible_to(user).filter(pk=source.pk).exists()


@transaction.atomic
def copy_activity(
    source: Activity,
    *,
    organisation: Organisation,
    edition: Edition,
    actor: Any,
    with_sessions: bool = True,
    shift_days: int | None = None,
) -> Copied:
    """Make a draft of ``organisation`` in ``edition`` from another activity, of this or another edition or unit.

    Sessions move by ``shift_days`` at the same time of day; None puts them on the same day of the edition's week.
    Ticks that the edition does not offer are left out and named. From another unit only what the public reads is
    taken. Raises NotAllowed, or what ``create_activity`` raises.
    """
    must_write_for(actor, organisation, edition)
    if not may_copy(actor, source):
        raise NotAllowed(_("您不能查看要复制的活动。"))
    made = create_activity(organisation, edition, by=actor, title=source.title)
    copied = Copied(made)
    days = shift_days if shift_days is not None else (edition.starts_on - source.edition.starts_on).days
    sessions = sessions_moved(source, edition, days, copied) if with_sessions else []
    saved = save_activity(
        made,
        by=actor,
        expected_version=made.version,
        values=values_kept(source, made, days, copied),
        tags=tags_kept(source, edition, copied),
        sessions=sessions,
    )
    saved.copied_from = source
    saved.save(update_fields=["copied_from"])
    audit.record(
        "activity.copy", saved, actor=actor, organisation_id=organisation.pk, data={"from": source.pk, "days": days}
    )
    copied.activity = saved
    return copied


@transaction.atomic
def copy_activities(
    sources: Sequence[Activity], *, organisation: Organisation, edition: Edition, actor: Any, with_sessions: bool = True
) -> list[Copied]:
    """Copy several, all or nothing; see ``copy_activity``. Sessions land on the same day of the week."""
    if not sources:
        raise DomainError(_("请至少勾选一个活动。"))
    if len(sources) > MAX_AT_ONCE:
        raise TooMuch(_("一次最多复制 %(limit)s 个活动，请分几次。") % {"limit": MAX_AT_ONCE})
    return [
        copy_activity(source, organisation=organisation, edition=edition, actor=actor, with_sessions=with_sessions)
        for source in sources
    ]


def values_kept(source: Activity, target: Activity, days: int, copied: Copied) -> dict[str, Any]:
    """The fields that ``target`` takes over; what is left is noted in ``copied``."""
    same_unit = source.organisation_id == target.organisation_id
    doc = target.edition.doc
    values = {}
    for name in FIELDS:
        if name not in _NEVER and (same_unit or name not in _OWN):
            values[name] = getattr(source, name)
    if values["kind"] == Activity.Kind.CITY and target.organisation.kind != Kind.HOST:
        values["kind"] = Activity.Kind.REGULAR
    for name, rows in (("idea_code", doc.ideas), ("city_code", doc.city_activities)):
        if values[name] and values[name] not in {row.code for row in rows}:
            copied.notes.append(_("本届没有原来参考的清单项，没有带过来。"))
            values[name] = ""
    if source.publish_on is not None:
        values["publish_on"] = source.publish_on + timedelta(days=days)
    if not same_unit and asset_ids(source.description):
        # Pictures are another unit's: the words come, its pictures stay.
        lines = plain_text(source.description).splitlines()
        values["description"] = "".join(f"<p>{escape(line)}</p>" for line in lines if line.strip())
        copied.notes.append(_("介绍里的图片属于原单位，没有带过来。"))
    return values


def tags_kept(source: Activity, edition: Edition, copied: Copied) -> dict[str, list[str]]:
    """The ticks that ``edition`` offers too."""
    kept: dict[str, list[str]] = {}
    lost = 0
    for group, list_name in ActivityTag.LISTS.items():
        known = {row.code for row in getattr(edition.doc, list_name)}
        codes = source.codes(group)
        kept[group] = [code for code in codes if code in known]
        lost += len(codes) - len(kept[group])
    if lost:
        copied.notes.append(_("有 %(count)s 个分类本届没有，没有带过来。") % {"count": lost})
    return kept


def sessions_moved(source: Activity, edition: Edition, days: int, copied: Copied) -> list[SessionValues]:
    """The sessions that were not cancelled, ``days`` later at the same time of day."""
    old_zone, new_zone = ZoneInfo(source.edition.zone), ZoneInfo(edition.zone)
    districts = {row.code for row in edition.doc.districts}
    rows = []
    outside = 0
    for session in source.sessions.exclude(state=Session.State.CANCELLED).order_by("starts_at", "pk"):
        values = {name: getattr(session, name) for name in SESSION_FIELDS}
        for name, value in values.items():
            if isinstance(value, datetime):
                values[name] = _moved(value, days, old_zone, new_zone)
        if values.get("district") not in districts:
            values["district"] = ""
        rows.append(SessionValues(None, values))
        start = values["starts_at"]
        outside += start is not None and not _within(start.date(), edition)
    if outside:
        copied.notes.append(_("有 %(count)s 场不在活动周内，请核对日期。") % {"count": outside})
    return rows


def _moved(moment: datetime, days: int, old: ZoneInfo, new: ZoneInfo) -> datetime:
    """The same time on the clock, ``days`` later."""
    local = moment.astimezone(old).replace(tzinfo=None) + timedelta(days=days)
    return local.replace(tzinfo=new)


def _within(day: date, edition: Edition) -> bool:
    return edition.starts_on <= day <= edition.ends_on
