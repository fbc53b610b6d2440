"""A unit's week of an earlier edition as drafts of a new one: its plan and its activities (A8, B3).

A school's own people take their own week. A manager of the host may prepare it for everybody, also while the new
edition is not open yet. Nothing is handed in, nothing that somebody wrote is replaced, doing it twice adds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.activities import access
from skillweek.activities.domain.activities import MAX_ACTIVITIES, plan_for
from skillweek.activities.domain.common import record
from skillweek.activities.domain.copying import Copied, sessions_moved, tags_kept, values_kept
from skillweek.activities.domain.sessions import put_sessions
from skillweek.activities.domain.snapshots import PLAN_FIELDS
from skillweek.activities.domain.values import put_tags, put_values
from skillweek.activities.integrity import refresh_findings
from skillweek.activities.models import Activity, Plan
from skillweek.content.domain.assets import draft_assets, hide_assets
from skillweek.core import audit
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.organisations.access import can_manage_edition
from skillweek.organisations.models import Organisation


@dataclass
class Renewed:
    """What came of one unit: the plan if it was filled, new drafts, and what was left, in sentences."""

    organisation: Organisation
    plan: Plan | None = None
    activities: list[Activity] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def may_renew(user: Any, organisation: Organisation, edition: Edition) -> bool:
    """Whether the person may take this unit's earlier week into ``edition``."""
    if edition.state == Edition.State.CLOSED:
        return False
    own = access.can_write_for(user, organisation) and access.is_open(edition)
    return own or can_manage_edition(user)


def not_taken_yet(organisation: Organisation, source: Edition, target: Edition) -> list[Activity]:
    """The unit's activities of ``source`` to copy: not cancelled, not yet copied into ``target``."""
    taken = Activity.objects.filter(edition=target, organisation=organisation, copied_from__isnull=False)
    rows = Activity.objects.filter(edition=source, organisation=organisation, cancelled_at=None)
    return list(rows.exclude(pk__in=taken.values("copied_from")).order_by("pk"))


@transaction.atomic
def renew_week(
    organisation: Organisation, source: Edition, target: Edition, *, actor: Any, plan: bool = True,
    activities: bool = True,
) -> Renewed:  # fmt: skip
    """Copy the unit's plan and activities of ``source`` into ``target`` as drafts.

    Sessions keep their time of day on the same day of the week of activities. A plan that holds anything is left as it
    is. Raises NotAllowed, or DomainError when both editions are the same.
    """
    if source.pk == target.pk:
        raise DomainError(_("请选择另一届作为来源。"), field="source")
    if not may_renew(actor, organisation, target):
        raise NotAllowed(_("您不能为“%(unit)s”复制往届方案，或者这一届现在不接收方案。") % {"unit": organisation})
    renewed = Renewed(organisation)
    if plan:
        _renew_plan(renewed, source, target, actor)
    if activities:
        rows = not_taken_yet(organisation, source, target)
        room = MAX_ACTIVITIES - Activity.objects.filter(edition=target, organisation=organisation).count()
        for row in rows[: max(0, room)]:
            renewed.activities.append(_renew_activity(row, target, actor, renewed.notes))
    return renewed


def _renew_plan(renewed: Renewed, source: Edition, target: Edition, actor: Any) -> None:
    old = Plan.objects.filter(edition=source, organisation=renewed.organisation).first()
    if old is None or not any(getattr(old, name) for name in PLAN_FIELDS):
        return
    made = Plan.objects.select_for_update().get(pk=plan_for(renewed.organisation, target).pk)
    if not made.is_editable or any(getattr(made, name) for name in PLAN_FIELDS):
        renewed.notes.append(_("本届方案已有内容，没有改动。"))
        return
    for name in PLAN_FIELDS:
        setattr(made, name, getattr(old, name))
    made.arrangements = moved_days(old.arrangements, source, target)
    made.version += 1
    made.save()
    record("plan.copy", made, actor, source=old.pk)
    renewed.plan = made


def moved_days(arrangements: dict[str, str], source: Edition, target: Edition) -> dict[str, str]:
    """Arrangements by day (ISO) on the same day of the other week; days that the other week does not have are left."""
    places = {day.isoformat(): number for number, day in enumerate(source.days)}
    days: list[date] = target.days
    return {
        days[places[day]].isoformat(): text
        for day, text in sorted(arrangements.items())
        if day in places and places[day] < len(days)
    }


def _renew_activity(source: Activity, target: Edition, actor: Any, notes: list[str]) -> Activity:
    made = Activity(edition=target, organisation=source.organisation, plan=plan_for(source.organisation, target))
    copied = Copied(made)
    days = (target.starts_on - source.edition.starts_on).days
    put_values(made, values_kept(source, made, days, copied))
    made.copied_from = source
    made.save()
    put_tags(made, tags_kept(source, target, copied))
    put_sessions(made, sessions_moved(source, target, days, copied))
    refresh_findings(made)
    made.save()
    draft_assets(made.description, made.cover_id, owner=made)
    audit.record(
        "activity.copy", made, actor=actor, organisation_id=made.organisation_id,
        data={"from": source.pk, "days": days},
    )  # fmt: skip
    notes += [f"{made.title}：{note}" for note in copied.notes]
    return made


def untouched(target: Edition, source: Edition, organisation: Organisation | None = None) -> Any:
    """Drafts in ``target`` that are exactly as they were copied from ``source``: what taking back would delete."""
    rows = Activity.objects.filter(
        edition=target, copied_from__edition=source, state=Activity.State.DRAFT, published_at=None, version=1
    )
    return rows.filter(organisation=organisation) if organisation is not None else rows


@transaction.atomic
def take_back_copies(
    target: Edition, source: Edition, *, actor: Any, organisation: Organisation | None = None
) -> int:  # fmt: skip
    """Delete copies that nobody has changed since; returns how many. Of one unit, or for the host of all.

    Raises NotAllowed.
    """
    allowed = may_renew(actor, organisation, target) if organisation is not None else can_manage_edition(actor)
    if not allowed or target.state == Edition.State.CLOSED:
        raise NotAllowed(_("您不能撤销这次复制。"))
    count = 0
    for activity in untouched(target, source, organisation).select_for_update(of=("self",)):
        if activity.sessions.filter(bookings__isnull=False).exists():
            raise Conflict(_("已有人预约，不能撤销。"))
        audit.record("activity.copy_undone", activity, actor=actor, organisation_id=activity.organisation_id)
        hide_assets(owner=activity, drafts_too=True)
        activity.delete()
        count += 1
    return count + _take_back_plans(target, source, actor, organisation)


def _take_back_plans(target: Edition, source: Edition, actor: Any, organisation: Organisation | None) -> int:
    """Empty the plans that are still exactly what was copied."""
    plans = Plan.objects.filter(edition=target, state=Plan.State.DRAFT)
    if organisation is not None:
        plans = plans.filter(organisation=organisation)
    olds = set(Plan.objects.filter(edition=source).values_list("pk", flat=True))
    count = 0
    for plan in plans.select_for_update(of=("self",)):
        last = audit.history_of(plan).first()
        is_copy = last is not None and last.verb == "plan.copy" and last.data.get("version") == plan.version
        if last is None or not is_copy or last.data.get("source") not in olds:
            continue
        for name in PLAN_FIELDS:
            setattr(plan, name, {} if name == "arrangements" else "")
        plan.version += 1
        plan.save()
        record("plan.copy_undone", plan, actor)
        count += 1
    return count
