"""The plan's verbs: write, hand in with its activities, take back, return with remarks, approve (B3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skillweek.activities import access
from skillweek.activities.domain.activities import plan_for
from skillweek.activities.domain.common import (
    locked_activity,
    locked_plan,
    must_be_as_read,
    must_be_editable,
    must_be_open,
    must_be_version,
    must_review,
    must_write_for,
    record,
)
from skillweek.activities.domain.review import approve_locked, return_locked
from skillweek.activities.domain.snapshots import PLAN_FIELDS, plan_snapshot
from skillweek.activities.domain.submitting import hand_in
from skillweek.activities.domain.telling import tell_deciders, tell_submitters, tell_writers
from skillweek.activities.domain.values import clean_text
from skillweek.activities.integrity import error_count, refresh_findings
from skillweek.activities.models import Activity, ActivityComment, Plan, PlanComment, PlanVersion
from skillweek.activities.models.plan import ReviewState
from skillweek.activities.plan_findings import plan_findings
from skillweek.core.clock import now, today_in
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User

_S = Plan.State
#: Longest texts, in characters.
_LONG: Final = {"title": 200, "leader_name": 60, "leader_phone": 40}
_LONGEST = 10_000
#: Parts that a remark can be about.
PARTS: Final = PLAN_FIELDS


@transaction.atomic
def open_plan(organisation: Organisation, edition: Edition, *, by: User) -> Plan:
    """The organisation's plan, begun now if there is none. Raises NotAllowed for people who do not write for it."""
    must_write_for(by, organisation, edition)
    return plan_for(organisation, edition)


@transaction.atomic
def save_plan(plan: Plan, values: Mapping[str, Any], *, by: User, expected_version: int) -> Plan:
    """Write fields of the plan; ``arrangements`` maps days (ISO) to texts, days that are not named stay.

    Raises DomainError with ``field``, Conflict ``changed`` or ``not_editable`` (nothing is written), NotAllowed.
    """
    fresh = locked_plan(plan.pk)
    must_be_editable(by, fresh)
    must_be_version(fresh, expected_version)
    changed = {name for name, value in values.items() if _put(fresh, name, value)}
    if changed:
        fresh.version += 1
        fresh.save()
        record("plan.save", fresh, by, fields=sorted(changed))
    return fresh


def _put(plan: Plan, name: str, given: Any) -> bool:
    if name not in PLAN_FIELDS:
        raise DomainError(_("没有这一项，请刷新页面。"), field=name)
    before = getattr(plan, name)
    if name == "arrangements":
        plan.arrangements = _arrangements(plan, given)
    else:
        value = clean_text(given).strip()
        if len(value) > (limit := _LONG.get(name, _LONGEST)):
            text = _("内容有 %(count)s 个字符，最多 %(limit)s 个。请精简。")
            raise DomainError(text % {"count": len(value), "limit": limit}, field=name)
        setattr(plan, name, value)
    return bool(getattr(plan, name) != before)


def _arrangements(plan: Plan, given: Mapping[str, str]) -> dict[str, str]:
    days = {day.isoformat() for day in plan.edition.days}
    arrangements = dict(plan.arrangements)
    for day, text in given.items():
        if day not in days:
            raise DomainError(_("这一天不在活动周内，请刷新页面。"), field="arrangements")
        if len(text) > _LONGEST:
            message = _("内容有 %(count)s 个字符，最多 %(limit)s 个。请精简。")
            raise DomainError(message % {"count": len(text), "limit": _LONGEST}, field=f"day-{day}")
        if text := clean_text(text).strip():
            arrangements[day] = text
        else:
            arrangements.pop(day, None)
    return dict(sorted(arrangements.items()))


@transaction.atomic
def submit_plan(plan: Plan, *, by: User, expected_version: int, leave_out: bool = False) -> Plan:
    """Hand in the plan and, in one go, its activities that are not handed in yet; returns the plan (B3).

    An activity with errors is never handed in: without ``leave_out`` that refuses the whole plan with the findings in
    ``details``; with it those stay drafts. Late is flagged by the first submission, never refused.

    Raises DomainError ``has_errors``, Conflict ``changed`` or ``not_editable``, NotAllowed.
    """
    fresh = locked_plan(plan.pk)
    must_be_editable(by, fresh)
    if not access.can_submit(by, fresh):
        raise NotAllowed(_("只有本单位的联络员或管理员可以提交。您填写的内容都已保存，请联络员核对后提交。"))
    must_be_version(fresh, expected_version)
    ready, broken = _judged(fresh)
    if broken and not leave_out:
        number = len(broken)
        text = ngettext(
            "有 %(count)s 项活动还有须改正的地方：%(names)s。请改好，或选择“先不提交这些活动”。",
            "有 %(count)s 项活动还有须改正的地方：%(names)s。请改好，或选择“先不提交这些活动”。",
            number,
        )
        names = "、".join(activity.title or _("未命名的活动") for activity in broken[:5])
        details = [finding for activity in broken for finding in activity.findings]
        raise DomainError(text % {"count": number, "names": names}, code="activities_have_errors", details=details)
    findings = plan_findings(fresh, [*ready, *_handed_in(fresh)])
    if number := error_count(findings):
        text = _("方案有 %(count)s 处须补充，补好后再提交。已填写的内容都已保存。")
        raise DomainError(text % {"count": number}, code="has_errors", details=findings)
    for activity in ready:
        hand_in(activity, by)
    _hand_in(fresh, by)
    late = _("已过方案报送截止日期。") if fresh.is_late else ""
    tell_deciders(fresh, by, "plan.submitted", late=late)
    return fresh


def _judged(plan: Plan) -> tuple[list[Activity], list[Activity]]:
    """The plan's activities that are to be handed in, locked and judged: those in order, and those with errors."""
    ready: list[Activity] = []
    broken: list[Activity] = []
    for pk in (
        plan.activities.filter(state__in=(_S.DRAFT, _S.RETURNED), cancelled_at=None)
        .order_by("pk")
        .values_list("pk", flat=True)
    ):
        activity = locked_activity(pk)
        refresh_findings(activity)
        (broken if error_count(activity.findings) else ready).append(activity)
    return ready, broken


def _handed_in(plan: Plan) -> list[Activity]:
    return list(plan.activities.filter(state__in=(_S.SUBMITTED, _S.APPROVED), cancelled_at=None))


def _hand_in(plan: Plan, by: User) -> None:
    moment = now()
    due = plan.edition.doc.plans_due_on
    if plan.first_submitted_at is None:
        plan.first_submitted_at = moment
        plan.is_late = due is not None and today_in(plan.edition.zone) > due
    plan.state = _S.SUBMITTED
    plan.submitted_at, plan.submitted_by = moment, by
    plan.decided_at = plan.decided_by = None
    plan.version += 1
    plan.save()
    last = plan.versions.order_by("-number").values_list("number", flat=True).first() or 0
    activities = list(
        plan.activities.filter(state__in=(_S.SUBMITTED, _S.APPROVED))
        .prefetch_related("tags", "sessions", "partners__organisation")
        .order_by("pk")
    )
    PlanVersion.objects.create(
        plan=plan, number=last + 1, snapshot=plan_snapshot(plan, activities), submitted_by=by, submitted_at=moment
    )
    record("plan.submit", plan, by, submission=last + 1, late=plan.is_late, activities=len(activities))


@transaction.atomic
def withdraw_plan(plan: Plan, *, by: User) -> Plan:
    """Take the plan back while nobody has decided; its activities stay handed in and are taken back one by one.

    Raises Conflict when it was decided meanwhile, NotAllowed for people who may not.
    """
    fresh = locked_plan(plan.pk)
    must_write_for(by, fresh.organisation, fresh.edition)
    if not access.can_hand_in_for(by, fresh.organisation):
        raise NotAllowed(_("只有本单位的联络员或管理员可以撤回。"))
    if fresh.state != _S.SUBMITTED:
        raise Conflict(_("方案现在不在待审核状态，无需撤回。请刷新查看。"), code="not_submitted")
    fresh.state = _S.DRAFT
    fresh.version += 1
    fresh.save()
    record("plan.withdraw", fresh, by)
    return fresh


@transaction.atomic
def return_plan(
    plan: Plan,
    *,
    by: User,
    expected_version: int,
    reason: str,
    parts: Mapping[str, str] | None = None,
    activities: Mapping[int, str] | None = None,
) -> Plan:
    """Send the plan back with a reason, remarks on its parts, and on activities, which go back with it (B3).

    ``parts`` maps names of ``PARTS`` to remarks, ``activities`` ids of handed-in activities to remarks; empty remarks
    count as none. Activities without a remark stay in the queue. Raises like ``approve_plan``.
    """
    fresh = locked_plan(plan.pk)
    must_review(by, fresh)
    reason = clean_note(reason, required=_("请写明退回原因，主办单位才知道要改什么。"), field="reason")
    must_be_as_read(fresh, expected_version)
    for part, text in (parts or {}).items():
        if part not in PARTS:
            raise DomainError(_("没有这一项，请刷新页面。"), field=part)
        if text := clean_note(text, field=f"part-{part}"):
            PlanComment.objects.create(plan=fresh, part=part, author=by, text=text)
    returned = [_return_with(fresh, pk, text, by) for pk, text in sorted((activities or {}).items())]
    _decide(fresh, _S.RETURNED, by, reason)
    record("plan.return", fresh, by, reason, activities=[pk for pk in returned if pk])
    tell_writers(fresh, by, "plan.returned", note=reason)
    return fresh


def _return_with(plan: Plan, pk: int, text: str, by: User) -> int | None:
    text = clean_note(text, field=f"activity-{pk}")
    if not text or not plan.activities.filter(pk=pk).exists():
        return None
    activity = locked_activity(pk)
    if activity.state != _S.SUBMITTED:
        return None
    ActivityComment.objects.create(activity=activity, author=by, text=text)
    return_locked(activity, by, text)
    return pk


@transaction.atomic
def approve_plan(
    plan: Plan, *, by: User, expected_version: int, note: str = "", with_activities: bool = True
) -> tuple[Plan, list[Activity]]:
    """Approve the plan in the version that the reviewer read and, with it, its activities that wait (B3).

    Returns the plan and the activities that were left waiting because they break an integrity rule (B13): a plan can
    be approved without them. Raises Conflict when the organiser or a colleague was quicker, NotAllowed for others.
    """
    fresh = locked_plan(plan.pk)
    must_review(by, fresh)
    note = clean_note(note)
    must_be_as_read(fresh, expected_version)
    left = []
    waiting = fresh.activities.filter(state=_S.SUBMITTED).order_by("pk").values_list("pk", flat=True)
    for pk in list(waiting) if with_activities else []:
        activity = locked_activity(pk)
        try:
            approve_locked(activity, by, "")
        except DomainError:
            left.append(activity)
    _decide(fresh, _S.APPROVED, by, note)
    record("plan.approve", fresh, by, note, left=[activity.pk for activity in left])
    tell_writers(fresh, by, "plan.approved", note=note)
    return fresh, left


@transaction.atomic
def reopen_plan(plan: Plan, *, by: User, reason: str) -> Plan:
    """Take the plan's approval back so that its organisation can change it; its activities stay as they are."""
    fresh = locked_plan(plan.pk)
    must_review(by, fresh)
    reason = clean_note(reason, required=_("请写明撤销通过的原因。"), field="reason")
    if fresh.state != _S.APPROVED:
        raise Conflict(_("方案现在不是“已通过”状态，无需撤销。请刷新查看。"), code="not_approved")
    _decide(fresh, _S.RETURNED, by, reason)
    record("plan.reopen", fresh, by, reason)
    tell_writers(fresh, by, "plan.returned", note=reason)
    return fresh


@transaction.atomic
def comment_plan(plan: Plan, *, by: User, text: str, part: str = "") -> PlanComment:
    """Write a remark on the plan or one part of it: its organisation's people and who decides on it."""
    own = access.can_write_for(by, plan.organisation)
    if not own and not access.decides_for(by, plan.organisation):
        raise NotAllowed(_("只有本单位人员和上级审核员可以写批注。"))
    if not access.is_open(plan.edition):
        raise NotAllowed(_("本届活动周已归档，不能再写批注。"))
    if part and part not in PARTS:
        raise DomainError(_("没有这一项，请刷新页面。"), field="part")
    text = clean_note(text, required=_("请先写批注内容。"), field="text")
    comment = PlanComment.objects.create(plan=plan, part=part, author=by, text=text)
    record("plan.comment", plan, by, comment=comment.pk)
    return comment


@transaction.atomic
def resolve_plan_comment(comment: PlanComment, *, by: User) -> PlanComment:
    """Mark a remark as settled. Safe to repeat."""
    plan = comment.plan
    if not access.can_write_for(by, plan.organisation) and not access.decides_for(by, plan.organisation):
        raise NotAllowed(_("只有本单位人员和上级审核员可以处理批注。"))
    must_be_open(plan.edition)
    fresh = PlanComment.objects.select_for_update().get(pk=comment.pk)
    if fresh.resolved_at is None:
        fresh.resolved_at = now()
        fresh.save(update_fields=["resolved_at"])
        record("plan.comment_resolve", plan, by, comment=fresh.pk)
    return fresh


@transaction.atomic
def ask_for_submission(plan: Plan, *, by: User) -> int:
    """A member has written everything and asks the liaison to hand it in. Returns how many people were told."""
    must_be_editable(by, plan)
    record("plan.ask", plan, by)
    return tell_submitters(plan, by, "plan.ask")


def _decide(plan: Plan, state: ReviewState, by: User, note: str) -> None:
    plan.state = state
    plan.decided_at, plan.decided_by = now(), by
    plan.decision_note = note
    plan.version += 1
    plan.save()
