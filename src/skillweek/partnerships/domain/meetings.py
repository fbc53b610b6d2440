"""Meetings: prepare, announce, publish, cancel (E3, E4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.partnerships import telling
from skillweek.partnerships.access import acts_for, can_run
from skillweek.partnerships.domain.common import lock_meeting, must_be_version
from skillweek.partnerships.models import Meeting, Pairing, Party, Slot, Table

_S = Meeting.State
MOST_SLOTS: Final = 40
MOST_TABLES: Final = 200
_NAMES: Final = (
    "title", "about", "guests", "mode", "day", "place", "apply_until", "seats", "most_wishes", "most_talks",
    "asks_consent",
)  # fmt: skip


@dataclass(frozen=True)
class Times:
    """``count`` slots of ``minutes`` with ``gap`` minutes between them, the first at ``first``."""

    first: time
    minutes: int
    gap: int
    count: int


def read_tables_text(text: str) -> list[tuple[str, str]]:
    """``"201 会议室：1 号桌、2 号桌"`` a line → ``[("201 会议室", "1 号桌"), …]``. Raises DomainError (``tables``)."""
    found: list[tuple[str, str]] = []
    for line in text.replace("\0", "").replace("：", ":").splitlines():
        room, _colon, labels = line.strip().partition(":")
        room = room.strip()[:60]
        if not room:
            continue
        names = [name.strip()[:20] for name in labels.replace("，", "、").replace(",", "、").split("、")]
        for name in names if any(names) else ["1"]:
            if name and (room, name) not in found:
                found.append((room, name))
    if not found:
        raise DomainError(_("请至少写一个桌位，例如“201 会议室：1 号桌、2 号桌”。"), field="tables")
    if len(found) > MOST_TABLES:
        raise DomainError(_("桌位最多 %(count)d 个。") % {"count": MOST_TABLES}, field="tables")
    return found


@transaction.atomic
def save_meeting(
    meeting: Meeting, *, actor: Any, times: Times, tables: list[tuple[str, str]], expected: int | None = None,
    **values: Any,
) -> Meeting:  # fmt: skip
    """Make or change a meeting with its slots and tables. Once talks stand in it, slots and guests stay as they are.

    Raises DomainError naming the field, Conflict when it changed meanwhile.
    """
    must_be_open(meeting.edition)
    if not acts_for(actor, meeting.organisation):
        raise NotAllowed(_("对接会由主办它的单位安排。"))
    if meeting.pk:
        row = lock_meeting(meeting.pk)
        must_be_version(row, expected)
        if row.state == _S.CANCELLED:
            raise Conflict(_("已取消的对接会不能再改。"), code="cancelled")
        row.version += 1
    else:
        row = meeting
    has_talks = bool(row.pk) and row.pairings.exists()
    has_parties = bool(row.pk) and row.parties.exists()
    for name in _NAMES:
        if name in ("guests", "mode") and has_parties and getattr(row, name) != values[name]:
            raise DomainError(_("已经有人报名，不能再改见面的对象和安排方式。"), field=name)
        if name == "seats" and has_talks and values[name] < row.seats:
            raise DomainError(_("已经排了日程，每桌人数只能增加。"), field=name)
        setattr(row, name, values[name])
    if row.apply_until.astimezone(ZoneInfo(row.edition.zone)).date() > row.day:
        raise DomainError(_("截止时间要在活动当天结束之前。"), field="apply_until")
    row.save()
    _set_slots(row, times, has_talks)
    _set_tables(row, tables)
    record("meeting.save", row, actor=actor, organisation_id=row.organisation_id)
    return row


def slot_times(meeting: Meeting, times: Times) -> list[tuple[datetime, datetime]]:
    """Beginning and end of each slot. Raises DomainError (``count``) when they do not fit the day."""
    if not 1 <= times.count <= MOST_SLOTS or times.minutes < 1 or times.gap < 0:
        raise DomainError(_("时段数量应在 1 到 %(count)d 之间。") % {"count": MOST_SLOTS}, field="count")
    zone = ZoneInfo(meeting.edition.zone)
    start = datetime.combine(meeting.day, times.first, tzinfo=zone)
    step, span = timedelta(minutes=times.minutes + times.gap), timedelta(minutes=times.minutes)
    found = [(start + index * step, start + index * step + span) for index in range(times.count)]
    if found[-1][1].astimezone(zone).date() != meeting.day:
        raise DomainError(_("时段排到了第二天，请减少段数或缩短时间。"), field="count")
    return found


def _set_slots(meeting: Meeting, times: Times, has_talks: bool) -> None:
    wanted = slot_times(meeting, times)
    present = [(slot.starts_at, slot.ends_at) for slot in meeting.slots.all()]
    if wanted == present:
        return
    if has_talks:
        raise DomainError(_("已经排了日程，不能再改日期和时段。请先清空日程。"), field="count")
    meeting.slots.all().delete()
    Slot.objects.bulk_create([Slot(meeting=meeting, starts_at=start, ends_at=end) for start, end in wanted])


def _set_tables(meeting: Meeting, tables: list[tuple[str, str]]) -> None:
    present = {(row.room, row.label): row for row in meeting.tables.select_related("party")}
    for key, row in present.items():
        if key in tables:
            continue
        if Party.objects.filter(table=row).exists():
            raise DomainError(
                _("%(table)s已经安排了企业，请先换桌再删除。") % {"table": row}, field="tables"
            )  # fmt: skip
        row.delete()
    for position, (room, label) in enumerate(tables):
        Table.objects.update_or_create(meeting=meeting, room=room, label=label, defaults={"position": position})


def _run(meeting: Meeting, actor: Any) -> Meeting:
    row = lock_meeting(meeting.pk)
    if not can_run(actor, row):
        raise NotAllowed(_("对接会由主办它的单位安排。"))
    return row


@transaction.atomic
def announce(meeting: Meeting, *, actor: Any) -> Meeting:
    """Show it to the public and let people apply."""
    row = _run(meeting, actor)
    if row.state != _S.DRAFT:
        raise Conflict(_("已经公布过。请刷新查看。"), code="same")
    row.state = _S.OPEN
    row.version += 1
    row.save()
    record("meeting.announce", row, actor=actor, organisation_id=row.organisation_id)
    return row


@transaction.atomic
def publish(meeting: Meeting, *, actor: Any) -> Meeting:
    """Show everybody their own schedule and tell them; again after changes tells them again."""
    row = _run(meeting, actor)
    if row.is_direct:
        raise Conflict(_("先到先得的面谈不用公布日程，约上就有效。"), code="direct")
    if row.state not in (_S.OPEN, _S.PUBLISHED):
        raise Conflict(_("请先公布对接会，再公布日程。"), code="state")
    if not row.pairings.exists():
        raise Conflict(_("日程还是空的，请先排日程。"), code="empty")
    row.state, row.published_at = _S.PUBLISHED, now()
    row.version += 1
    row.save()
    record("meeting.publish", row, actor=actor, organisation_id=row.organisation_id)
    telling.tell_parties(row, "partner.schedule", text="", once=f"schedule:{row.version}")
    return row


@transaction.atomic
def cancel(meeting: Meeting, *, actor: Any, reason: str) -> Meeting:
    """Call it off and tell everybody who applied."""
    reason = clean_note(reason, required=_("请写明原因，报名的人会看到。"), field="reason")[:500]
    row = _run(meeting, actor)
    if row.state == _S.CANCELLED:
        raise Conflict(_("已经取消。请刷新查看。"), code="same")
    if row.state == _S.DRAFT:
        raise Conflict(_("草稿还没有公布，直接删除即可。"), code="draft")
    row.state, row.reason = _S.CANCELLED, reason
    row.version += 1
    row.save()
    record("meeting.cancel", row, actor=actor, organisation_id=row.organisation_id, reason=reason)
    telling.tell_parties(row, "partner.cancelled", text=reason, once="cancelled")
    return row


@transaction.atomic
def delete_draft(meeting: Meeting, *, actor: Any) -> None:
    """Delete what was never announced."""
    row = _run(meeting, actor)
    if row.state != _S.DRAFT:
        raise Conflict(_("公布过的对接会不能删除，可以取消。"), code="state")
    record("meeting.delete", row, actor=actor, organisation_id=row.organisation_id)
    Pairing.objects.filter(meeting=row).delete()
    row.delete()
