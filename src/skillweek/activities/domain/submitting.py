"""Handing in an activity and taking it back (B3, B13)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.activities import access
from skillweek.activities.domain.common import (
    locked_activity,
    must_be_editable,
    must_be_version,
    must_write_for,
    record,
)
from skillweek.activities.domain.snapshots import activity_snapshot
from skillweek.activities.domain.telling import tell_deciders
from skillweek.activities.integrity import error_count, refresh_findings
from skillweek.activities.models import Activity, ActivityVersion
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.organisations.models import User

_S = Activity.State


@transaction.atomic
def submit_activity(activity: Activity, *, by: User, expected_version: int) -> Activity:
    """Hand one activity in as the person saw it in ``expected_version``, keep the version, and return it (B3).

    Raises DomainError ``has_errors`` with the findings in ``details`` while an integrity rule is broken (B13), Conflict
    when it changed meanwhile or is handed in already, NotAllowed for people who may not hand in.
    """
    fresh = locked_activity(activity.pk)
    must_be_editable(by, fresh)
    must_submit(by, fresh)
    must_be_version(fresh, expected_version)
    refresh_findings(fresh)
    must_be_in_order(fresh)
    hand_in(fresh, by)
    tell_deciders(fresh, by, "activity.submitted")
    return fresh


def must_submit(by: User, activity: Activity) -> None:
    """Raise NotAllowed unless ``by`` may hand it in."""
    if not access.can_submit(by, activity):
        raise NotAllowed(_("只有本单位的联络员或管理员可以提交。您填写的内容都已保存，请联络员核对后提交。"))


def must_be_in_order(activity: Activity) -> None:
    """Raise DomainError ``has_errors`` while the findings on a freshly judged activity hold an error (B13)."""
    if number := error_count(activity.findings):
        text = _("“%(activity)s”有 %(count)s 处须改正，改好后才能提交和公开。已填写的内容都已保存。")
        raise DomainError(
            text % {"activity": activity.title or _("未命名的活动"), "count": number},
            code="has_errors",
            details=activity.findings,
        )


def hand_in(activity: Activity, by: User) -> None:
    """Set a locked, judged activity to submitted and keep what was handed in."""
    moment = now()
    activity.state = _S.SUBMITTED
    activity.submitted_at, activity.submitted_by = moment, by
    activity.first_submitted_at = activity.first_submitted_at or moment
    activity.decided_at = activity.decided_by = None
    activity.version += 1
    activity.save()
    last = activity.versions.order_by("-number").values_list("number", flat=True).first() or 0
    ActivityVersion.objects.create(
        activity=activity,
        number=last + 1,
        snapshot=activity_snapshot(activity),
        submitted_by=by,
        submitted_at=moment,
    )
    record("activity.submit", activity, by, submission=last + 1)


@transaction.atomic
def withdraw_submission(activity: Activity, *, by: User) -> Activity:
    """Take back what was handed in and nobody has decided on; it is a draft again (returned before: returned again).

    Raises Conflict when it was decided meanwhile, NotAllowed for people who may not.
    """
    fresh = locked_activity(activity.pk)
    must_write_for(by, fresh.organisation, fresh.edition)
    if not access.can_hand_in_for(by, fresh.organisation):
        raise NotAllowed(_("只有本单位的联络员或管理员可以撤回。"))
    if fresh.state != _S.SUBMITTED:
        raise Conflict(_("这项活动现在不在待审核状态，无需撤回。请刷新查看。"), code="not_submitted")
    fresh.state = _S.DRAFT
    fresh.version += 1
    fresh.save()
    record("activity.withdraw_submission", fresh, by)
    return fresh
