"""Sessions of an activity that is being planned: add, change, take away (B8). After approval see ``changes``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.activities import access
from skillweek.activities.domain.common import locked_activity, must_be_editable, must_write_for, record
from skillweek.activities.domain.snapshots import SESSION_FIELDS, session_snapshot
from skillweek.activities.domain.values import clean_text
from skillweek.activities.integrity import refresh_findings
from skillweek.activities.models import Activity, Session
from skillweek.activities.signals import session_shrinking
from skillweek.core.errors import Conflict, DomainError, NotAllowed, TooMuch
from skillweek.organisations.models import User

#: Fields that people write; the state is changed by postponing and cancelling only.
FIELDS: Final = tuple(name for name in SESSION_FIELDS if name != "state")
#: What an approved activity's sessions may still be given without a change notice: how they are booked.
BOOKING_FIELDS: Final = frozenset(
    {"capacity", "booking", "booking_opens_at", "booking_closes_at", "max_party", "allows_groups", "has_waiting_list"}
)
MAX_SESSIONS = 500


@dataclass(frozen=True)
class SessionValues:
    """One session as a form holds it. ``pk`` None is a new one; ``values`` are fields by name."""

    pk: int | None
    values: Mapping[str, Any] = field(default_factory=dict)


def shrink(session: Session, capacity: int | None) -> None:
    """Ask who keeps bookings whether the session may go (``capacity`` None) or hold fewer people.

    Raises Conflict with their sentence when it may not.
    """
    for _receiver, answer in session_shrinking.send(sender=Session, session=session, capacity=capacity):
        if answer:
            raise Conflict(str(answer), code="booked", field="capacity")


@transaction.atomic
def save_session(activity: Activity, values: Mapping[str, Any], *, by: User, session: Session | None = None) -> Session:
    """Add a session or change one. After approval new sessions may still be added, and how one is booked may change;
    its time and place then go by ``change_session``, which tells those who booked.

    Raises DomainError with ``field``, Conflict when it is booked or not to be changed now, NotAllowed, TooMuch.
    """
    fresh = locked_activity(activity.pk)
    approved = fresh.state == Activity.State.APPROVED
    if approved:
        must_arrange(by, fresh)
    else:
        must_be_editable(by, fresh)
    if session is not None:
        session = fresh.sessions.filter(pk=session.pk).first()
        if session is None:
            raise Conflict(_("这一场已被删除。请刷新查看。"), code="deleted")
        moved = {name for name in values if name not in BOOKING_FIELDS and values[name] != getattr(session, name)}
        if approved and moved:
            text = _("活动已通过审核，时间和地点请用“变更场次”修改，系统会通知已预约的人。")
            raise Conflict(text, code="use_change")
    saved, _changed = put_session(fresh, session, values)
    judged(fresh)
    record("activity.session", fresh, by, session=str(saved.uid))
    return saved


@transaction.atomic
def remove_session(session: Session, *, by: User) -> None:
    """Take a session out of an activity that is being planned. Raises Conflict when it is booked, NotAllowed."""
    fresh = locked_activity(session.activity_id)
    must_be_editable(by, fresh)
    shrink(session, None)
    kept = session_snapshot(session)
    fresh.sessions.filter(pk=session.pk).delete()
    judged(fresh)
    record("activity.session_remove", fresh, by, session=kept)


def must_arrange(by: User, activity: Activity) -> None:
    """Raise unless ``by`` may add sessions to an approved activity: its liaison or manager, while it takes place."""
    must_write_for(by, activity.organisation, activity.edition)
    if activity.is_cancelled:
        raise Conflict(_("这项活动已取消，不能再修改。"), code="cancelled")
    if not access.can_arrange(by, activity):
        raise NotAllowed(_("活动已通过审核，只有本单位的联络员或管理员可以增加场次、调整名额。"))


def judged(activity: Activity) -> None:
    """Judge a locked activity again after its sessions changed, and store it as a new version."""
    activity._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    refresh_findings(activity)
    activity.version += 1
    activity.save(update_fields=["findings", "version", "updated_at"])


def put_sessions(activity: Activity, wanted: Sequence[SessionValues]) -> bool:
    """Make the sessions outside series exactly these; the activity is locked. Returns whether anything changed.

    A number that is not of this activity is a new session: a colleague's removal never loses what was typed.
    """
    have = {session.pk: session for session in activity.sessions.filter(series=None)}
    if len(wanted) > MAX_SESSIONS:
        raise TooMuch(_("一项活动最多 %(count)s 场。") % {"count": MAX_SESSIONS}, code="too_many_sessions")
    changed = False
    kept = set()
    for number, row in enumerate(wanted):
        session = have.get(row.pk) if row.pk is not None and row.pk not in kept else None
        try:
            saved, different = put_session(activity, session, row.values)
        except DomainError as error:
            error.field = f"session-{number}-{error.field}"
            raise
        kept.add(saved.pk)
        changed = changed or different
    for pk, session in have.items():
        if pk not in kept:
            shrink(session, None)
            session.delete()
            changed = True
    return changed


def put_session(
    activity: Activity, session: Session | None, values: Mapping[str, Any], *, is_new: bool = False
) -> tuple[Session, bool]:
    """Write one session of a locked activity; returns it and whether it differs from before."""
    target = session or Session(activity=activity)
    target.activity = activity
    stored = None if is_new else session
    before = None if stored is None else session_snapshot(stored)
    fewer = values.get("capacity")
    if stored is not None and fewer is not None and (stored.capacity is None or fewer < stored.capacity):
        shrink(stored, fewer)
    for name, given in values.items():
        if name not in FIELDS:
            raise DomainError(_("没有这一项，请刷新页面。"), field=name)
        setattr(target, name, clean_text(given).strip() if isinstance(given, str) else given)
    must_be_valid(target)
    target.set_day()
    if before is not None and session_snapshot(target) == before:
        return target, False
    target.save()
    return target, True


def must_be_valid(session: Session) -> None:
    try:
        session.clean_fields(exclude=["activity", "series", "uid"])
    except ValidationError as error:
        name, problems = next(iter(error.message_dict.items()))
        raise DomainError(problems[0], field=name) from error
    start, end = session.starts_at, session.ends_at
    if end is not None and start is None:
        raise DomainError(_("写了结束时间，请同时写开始时间；时间未定的，请选“时间另行通知”。"), field="starts_at")
    if start is not None and end is not None and end <= start:
        raise DomainError(_("结束时间要晚于开始时间。"), field="ends_at")
    opens, closes = session.booking_opens_at, session.booking_closes_at
    if opens is not None and closes is not None and closes <= opens:
        raise DomainError(_("预约截止要晚于预约开始。"), field="booking_closes_at")
    if session.capacity == 0:
        raise DomainError(_("名额至少 1 个；不需要预约的，请选“无需预约”。"), field="capacity")
    _must_lie_somewhere(session)


def _must_lie_somewhere(session: Session) -> None:
    latitude, longitude = session.latitude, session.longitude
    if (latitude is None) != (longitude is None):
        raise DomainError(_("地图位置要有经度和纬度两个数，或者都不填。"), field="latitude")
    if latitude is not None and not -90 <= latitude <= 90:
        raise DomainError(_("纬度在 -90 到 90 之间，请检查是否与经度写反了。"), field="latitude")
    if longitude is not None and not -180 <= longitude <= 180:
        raise DomainError(_("经度在 -180 到 180 之间。"), field="longitude")
    known = {row.code for row in session.activity.edition.doc.districts}
    if session.district and session.district not in known:
        raise DomainError(_("请从列表中选择所在区。"), field="district")


def restore_sessions(activity: Activity, rows: Sequence[Mapping[str, Any]]) -> None:
    """Make sessions from snapshots, with their stable names."""
    for row in rows:
        session = Session(activity=activity, uid=UUID(row["uid"]))
        for name in SESSION_FIELDS:
            value = row.get(name)
            is_time = name.endswith("_at") and isinstance(value, str)
            setattr(session, name, datetime.fromisoformat(value) if is_time and value else value)
        session.set_day()
        session.save()
