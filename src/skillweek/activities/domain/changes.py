"""Verbs on sessions that the public already sees: move, settle, postpone, call off, reinstate (A3).

Each locks the activity first and then its sessions, keeps old and new value in a ``SessionChange``, tells the rooms
above by ``session_changed`` inside the transaction (bookings tells everyone who booked), and tells the organiser's and
joint organisers' people and the line above itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.activities import access_running, kinds_running, offers
from skillweek.activities.domain.session_facts import apply_facts
from skillweek.activities.domain.telling import address_of, concerned, tell
from skillweek.activities.models import Activity, Session, SessionChange
from skillweek.activities.session_words import differences, facts_of, time_words
from skillweek.activities.signals import activity_changed, session_changed
from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.notices.models import Notice
from skillweek.notifications.kinds import Kind

_K: Final = SessionChange.Kind
_REASON: Final = 300
#: Changes named in one message; the rest are counted.
_NAMED: Final = 5
#: In ``SessionChange.new``: called off together with its activity, and so back with it.
_TOGETHER: Final = "with_activity"


def seen_of(session: Session) -> str:
    """A mark of the session as it is now; a form carries it so that nobody overwrites what they have not seen."""
    return hashlib.sha256(json.dumps(facts_of(session), sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def change_session(
    session: Session, new: Mapping[str, Any], *, actor: Any, reason: str, notice: Notice | None = None, seen: str = ""
) -> SessionChange:
    """Give a session another time, place or online link; only what ``new`` names is changed (keys: ``FACTS``).

    A postponed session that gets a time takes place again. What was still open counts as settled. ``seen`` is the mark
    of the state that the person decided on (``seen_of``). Raises NotAllowed, Conflict, or DomainError with its field.
    """
    session = _locked(session, actor, seen)
    _refuse_cancelled(session)
    reason = _reason(reason)
    change = _move(session, new, actor=actor, reason=reason, notice=notice)
    _conclude(session.activity, [change], actor=actor)
    return change


@transaction.atomic
def settle(
    wanted: Sequence[tuple[Session, Mapping[str, Any]]], *, notice: Notice, actor: Any, reason: str = ""
) -> list[SessionChange]:
    """Give city activities the time and place that ``notice`` (a supplement, 另行通知) orders; all or nothing (A3).

    ``wanted`` pairs sessions with what they become: what was open is settled, what was announced moves. Raises
    NotAllowed when one of them is not the city's own, DomainError when the notice is no supplement of the same edition
    or a session stays as it is.
    """
    if notice.kind != Notice.Kind.SUPPLEMENT:
        raise DomainError(_("请选择一份补充通知。"), field="notice")
    if not wanted:
        raise DomainError(_("请至少选择一场活动。"))
    changes: list[SessionChange] = []
    # In the order of their keys, so that two people never wait for each other.
    for session, new in sorted(wanted, key=lambda pair: (pair[0].activity_id, pair[0].pk)):
        session = _locked(session, actor)
        if not access_running.can_settle(actor, session.activity):
            raise NotAllowed(_("只有市级主办单位可以为市级活动发补充通知。"))
        if session.activity.edition_id != notice.edition_id:
            raise DomainError(_("补充通知和活动不属于同一届活动周。"), field="notice")
        _refuse_cancelled(session)
        changes.append(_move(session, new, actor=actor, reason=_reason(reason, needed=False), notice=notice))
    by_activity: dict[int, list[SessionChange]] = {}
    for change in changes:
        by_activity.setdefault(change.session.activity_id, []).append(change)
    for rows in by_activity.values():
        _conclude(rows[0].session.activity, rows, actor=actor)
    return changes


@transaction.atomic
def postpone_session(session: Session, *, actor: Any, reason: str, seen: str = "") -> SessionChange:
    """Put a session off to a time still to be announced. Its old time stays in the change."""
    session = _locked(session, actor, seen)
    _refuse_cancelled(session)
    if session.state == Session.State.POSTPONED:
        raise DomainError(_("这一场已经延期，时间另行通知。"))
    reason = _reason(reason)
    old = facts_of(session)
    session.state, session.starts_at, session.ends_at = Session.State.POSTPONED, None, None
    session.set_day()
    change = _write(session, _K.POSTPONED, old, actor=actor, reason=reason)
    _conclude(session.activity, [change], actor=actor)
    return change


@transaction.atomic
def cancel_session(session: Session, *, actor: Any, reason: str, seen: str = "") -> SessionChange:
    """Call one session off. It stays in sight, marked, so that nobody travels in vain."""
    session = _locked(session, actor, seen)
    _refuse_cancelled(session)
    reason = _reason(reason)
    change = _cancel(session, actor=actor, reason=reason)
    _conclude(session.activity, [change], actor=actor)
    return change


@transaction.atomic
def reinstate_session(session: Session, *, actor: Any, reason: str = "", seen: str = "") -> SessionChange:
    """Have a session that was called off take place after all. Places given back are not given out again by this."""
    session = _locked(session, actor, seen)
    if session.activity.is_cancelled:
        raise DomainError(_("整个活动已经取消。要举行这一场，请先恢复活动。"))
    if session.state != Session.State.CANCELLED:
        raise DomainError(_("这一场没有取消，不用恢复。"))
    change = _restore(session, actor=actor, reason=_reason(reason, needed=False))
    _conclude(session.activity, [change], actor=actor)
    return change


@transaction.atomic
def cancel_activity(activity: Activity, *, actor: Any, reason: str) -> list[SessionChange]:
    """Call the whole activity off with every session that has not ended. Returns the sessions' changes."""
    activity = _locked_activity(activity, actor)
    if activity.is_cancelled:
        raise DomainError(_("这个活动已经取消。"))
    reason = _reason(reason)
    sessions = _sessions_of(activity)
    booked = offers.booked_people(session.pk for session in sessions if _can_still_change(session))
    activity.cancelled_at, activity.cancel_reason = now(), reason
    activity.version += 1
    activity.save(update_fields=["cancelled_at", "cancel_reason", "version", "updated_at"])
    changes = [
        _cancel(session, actor=actor, reason=reason, together=True)
        for session in sessions
        if _can_still_change(session) and session.state != Session.State.CANCELLED
    ]
    audit.record(
        "activity.cancel",
        activity,
        actor=actor,
        organisation_id=activity.organisation_id,
        reason=reason,
        data={"sessions": len(changes)},
    )
    _signal(activity, changes, actor)
    context = {**_names(activity), "reason": reason, "actor": str(actor or ""), "booked": _figure(booked)}
    key = f"activity.cancelled:{activity.pk}:{activity.version}"
    _tell(activity, kinds_running.CANCELLED, context, key, actor)
    return changes


@transaction.atomic
def reinstate(activity: Activity, *, actor: Any, reason: str = "") -> list[SessionChange]:
    """Have an activity that was called off take place after all, with the sessions that were called off with it and
    have not passed. Returns the sessions' changes.
    """
    activity = _locked_activity(activity, actor)
    if not activity.is_cancelled:
        raise DomainError(_("这个活动没有取消，不用恢复。"))
    reason = _reason(reason, needed=False)
    activity.cancelled_at, activity.cancel_reason = None, ""
    activity.version += 1
    activity.save(update_fields=["cancelled_at", "cancel_reason", "version", "updated_at"])
    changes = [
        _restore(session, actor=actor, reason=reason)
        for session in _sessions_of(activity)
        if _went_together(session) and _can_still_change(session)
    ]
    audit.record(
        "activity.reinstate",
        activity,
        actor=actor,
        organisation_id=activity.organisation_id,
        reason=reason,
        data={"sessions": len(changes)},
    )
    _signal(activity, changes, actor)
    zone = activity.edition.zone
    times = [change.new for change in changes[:_NAMED]]
    context = {
        **_names(activity),
        "changes": lambda: "\n".join(time_words(facts, zone) for facts in times),
        "reason": reason,
        "actor": str(actor or ""),
    }
    key = f"activity.reinstated:{activity.pk}:{activity.version}"
    _tell(activity, kinds_running.REINSTATED, context, key, actor)
    return changes


def _locked_activity(activity: Activity, actor: Any) -> Activity:
    """The activity as it is now, locked, with what checks need; raises NotAllowed."""
    rows = Activity.objects.select_for_update(of=("self",)).select_related("edition", "organisation")
    fresh = rows.get(pk=activity.pk)
    if fresh.state != Activity.State.APPROVED:
        raise Conflict(_("这个活动还没有通过审核，请直接在活动页面修改。"))
    if not access_running.can_change(actor, fresh):
        raise NotAllowed(_("只有主办单位的联络员、管理员和上级审核员可以调整已公布的活动。"))
    return fresh


def _locked(session: Session, actor: Any, seen: str = "") -> Session:
    activity = _locked_activity(session.activity, actor)
    fresh = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    fresh.activity = activity
    if seen and seen_of(fresh) != seen:
        text = _("这一场刚刚被别人改过。请看清现在的时间和地点，再决定要不要改。")
        raise Conflict(text, details=[facts_of(fresh)])
    if not _can_still_change(fresh):
        raise DomainError(_("这一场已经结束，不能再改。"))
    return fresh


def _sessions_of(activity: Activity) -> list[Session]:
    rows = list(Session.objects.select_for_update(of=("self",)).filter(activity=activity).order_by("pk"))
    for session in rows:
        session.activity = activity
    return rows


def _can_still_change(session: Session) -> bool:
    end = session.ends_at or session.starts_at
    return end is None or end > now()


def _refuse_cancelled(session: Session) -> None:
    if session.activity.is_cancelled:
        raise DomainError(_("整个活动已经取消。要举行这一场，请先恢复活动。"))
    if session.state == Session.State.CANCELLED:
        raise DomainError(_("这一场已经取消。要举行，请先点「恢复举行」。"))


def _reason(text: str, *, needed: bool = True) -> str:
    reason = " ".join(text.replace("\0", "").split())
    if needed and not reason:
        raise DomainError(_("请写明原因，预约的市民会看到。"), field="reason")
    if len(reason) > _REASON:
        raise DomainError(_("说明最多 %(limit)s 个字。") % {"limit": _REASON}, field="reason")
    return reason


def _move(session: Session, new: Mapping[str, Any], *, actor: Any, reason: str, notice: Notice | None) -> SessionChange:
    old = facts_of(session)
    was_open = session.is_time_open or session.is_place_open
    was_postponed = session.state == Session.State.POSTPONED
    apply_facts(session, new)
    if was_postponed and session.starts_at is not None:
        session.state = Session.State.PLANNED
    if facts_of(session) == old:
        raise DomainError(_("时间和地点都没有变，不用保存。"))
    settled = was_open and not was_postponed and not _lost_something(old, session)
    return _write(session, _K.SETTLED if settled else _K.MOVED, old, actor=actor, reason=reason, notice=notice)


def _lost_something(old: Mapping[str, Any], session: Session) -> bool:
    """Whether a time or place that was known became another: then it is a move, whatever else was settled."""
    now_is = facts_of(session)
    known = [name for name in ("starts_at", "place") if old.get(name)]
    return any(old[name] != now_is[name] for name in known)


def _cancel(session: Session, *, actor: Any, reason: str, together: bool = False) -> SessionChange:
    old = facts_of(session)
    session.state = Session.State.CANCELLED
    return _write(session, _K.CANCELLED, old, actor=actor, reason=reason, together=together)


def _restore(session: Session, *, actor: Any, reason: str) -> SessionChange:
    old = facts_of(session)
    last = session.changes.filter(kind=_K.CANCELLED).first()
    was = str(last.old.get("state", "")) if last else ""
    session.state = was if was in (Session.State.PLANNED, Session.State.POSTPONED) else Session.State.PLANNED
    return _write(session, _K.RESTORED, old, actor=actor, reason=reason)


def _went_together(session: Session) -> bool:
    last = session.changes.first()
    return session.state == Session.State.CANCELLED and last is not None and bool(last.new.get(_TOGETHER))


def _write(
    session: Session,
    kind: str,
    old: dict[str, Any],
    *,
    actor: Any,
    reason: str,
    notice: Notice | None = None,
    together: bool = False,
) -> SessionChange:
    session.save()
    new = facts_of(session)
    change = SessionChange.objects.create(
        session=session,
        kind=kind,
        notice=notice,
        old=old,
        new={**new, _TOGETHER: True} if together else new,
        reason=reason,
        actor=actor,
    )
    audit.record(
        f"session.{kind}",
        session,
        actor=actor,
        organisation_id=session.activity.organisation_id,
        reason=reason,
        data={"old": old, "new": new, "notice": notice.pk if notice else None},
    )
    return change


def _signal(activity: Activity, changes: Iterable[SessionChange], actor: Any) -> None:
    """Tell the rooms above; nobody outside has seen an activity that is not published yet."""
    for change in changes:
        session_changed.send(sender=Session, session=change.session, change=change, actor=actor)
    if activity.published_at is not None:
        activity_changed.send(sender=Activity, activity=activity)


def _conclude(activity: Activity, changes: Sequence[SessionChange], *, actor: Any) -> None:
    """What follows every change of sessions: the rooms above, then the people of the house, in one message."""
    booked = offers.booked_people(change.session_id for change in changes)
    _signal(activity, changes, actor)
    first = changes[0]
    context = {
        **_names(activity),
        "what": lambda: str(first.get_kind_display()),
        "changes": lambda: "\n".join(_lines(changes, activity.edition.zone)),
        "reason": first.reason,
        "notice": first.notice.title if first.notice else "",
        "actor": str(actor or ""),
        "booked": _figure(booked),
    }
    key = f"activity.session_changed:{first.pk}"
    _tell(activity, kinds_running.SESSION_CHANGED, context, key, actor)


def _lines(changes: Sequence[SessionChange], zone: str) -> list[str]:
    lines = [f"{row.label}：{row.old} → {row.new}" for change in changes[:_NAMED] for row in differences(change, zone)]
    if len(changes) > _NAMED:
        lines.append(_("另有 %(count)s 场") % {"count": len(changes) - _NAMED})
    return lines


def _figure(number: int) -> str:
    """Empty for nobody, so that the sentence about them is left out."""
    return str(number) if number else ""


def _names(activity: Activity) -> dict[str, str]:
    return {"activity": activity.title, "organiser": activity.organisation.name}


def _tell(activity: Activity, kind: Kind, context: Mapping[str, Any], key: str, actor: Any) -> None:
    tell(
        concerned(activity),
        kind,
        context,
        url=address_of(activity),
        dedupe_key=key,
        organisation=activity.organisation,
        but=actor,
    )
