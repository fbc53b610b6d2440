"""The line above decides on activities: approve, return, reopen, remarks (B3, B13)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.activities import access
from skillweek.activities.domain.common import locked_activity, must_be_as_read, must_review, record
from skillweek.activities.domain.publishing import gone, publish_if_due
from skillweek.activities.domain.telling import tell_deciders, tell_writers
from skillweek.activities.integrity import error_count, refresh_findings
from skillweek.activities.models import Activity, ActivityComment
from skillweek.activities.models.plan import ReviewState
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.organisations.models import User

_S = Activity.State


@transaction.atomic
def approve_activity(activity: Activity, *, by: User, expected_version: int, note: str = "") -> Activity:
    """Approve the activity in the version that the reviewer read; it becomes public at once or on its day (B3).

    Raises DomainError ``has_errors`` while an integrity rule is broken (B13), Conflict when the organiser or another
    reviewer was quicker, NotAllowed for people who do not decide on it.
    """
    fresh = locked_activity(activity.pk)
    must_review(by, fresh)
    note = clean_note(note)
    must_be_as_read(fresh, expected_version)
    approve_locked(fresh, by, note)
    tell_writers(fresh, by, "activity.approved", note=note)
    return fresh


def approve_locked(activity: Activity, by: User, note: str) -> None:
    """Approve a locked activity that was handed in, after judging it anew. Raises DomainError ``has_errors``."""
    refresh_findings(activity)
    if number := error_count(activity.findings):
        text = _("“%(activity)s”有 %(count)s 处须改正，不能通过。请退回主办单位修改。")
        raise DomainError(
            text % {"activity": activity.title, "count": number}, code="has_errors", details=activity.findings
        )
    _decide(activity, _S.APPROVED, by, note)
    record("activity.approve", activity, by, note)
    publish_if_due(activity)


@transaction.atomic
def return_activity(activity: Activity, *, by: User, expected_version: int, reason: str) -> Activity:
    """Send the activity back with a reason; open remarks go with it (B3). Raises like ``approve_activity``."""
    fresh = locked_activity(activity.pk)
    must_review(by, fresh)
    reason = clean_note(reason, required=_("请写明退回原因，主办单位才知道要改什么。"), field="reason")
    must_be_as_read(fresh, expected_version)
    return_locked(fresh, by, reason)
    tell_writers(fresh, by, "activity.returned", note=reason)
    return fresh


def return_locked(activity: Activity, by: User, reason: str) -> None:
    """Return a locked activity that was handed in."""
    _decide(activity, _S.RETURNED, by, reason)
    record("activity.return", activity, by, reason)


@transaction.atomic
def reopen_activity(activity: Activity, *, by: User, reason: str) -> Activity:
    """Take an approval back: the organiser can change everything again, and it goes from public view (B3).

    Raises DomainError without a reason, Conflict when it is not approved, NotAllowed for others.
    """
    fresh = locked_activity(activity.pk)
    must_review(by, fresh)
    reason = clean_note(reason, required=_("请写明撤销通过的原因。"), field="reason")
    if fresh.state != _S.APPROVED:
        raise Conflict(_("这项活动现在不是“已通过”状态，无需撤销。请刷新查看。"), code="not_approved")
    was_public = fresh.published_at is not None and fresh.withdrawn_at is None
    fresh.withdrawn_at = None
    fresh.published_at = None
    _decide(fresh, _S.RETURNED, by, reason)
    record("activity.reopen", fresh, by, reason)
    if was_public:
        gone(fresh)
    tell_writers(fresh, by, "activity.returned", note=reason)
    return fresh


@transaction.atomic
def add_comment(activity: Activity, *, by: User, text: str) -> ActivityComment:
    """Write a remark on an activity: its organiser's people and who decides on it. The other side is told.

    Raises NotAllowed for others, DomainError for an empty or too long text.
    """
    _must_take_part(activity, by)
    text = clean_note(text, required=_("请先写批注内容。"), field="text")
    comment = ActivityComment.objects.create(activity=activity, author=by, text=text)
    record("activity.comment", activity, by, comment=comment.pk)
    tell = tell_writers if access.decides_for(by, activity.organisation) else tell_deciders
    if activity.state != _S.DRAFT:
        tell(activity, by, "activity.commented", note=text)
    return comment


@transaction.atomic
def resolve_comment(comment: ActivityComment, *, by: User) -> ActivityComment:
    """Mark a remark as settled. Safe to repeat. Raises NotAllowed like ``add_comment``."""
    _must_take_part(comment.activity, by)
    fresh = ActivityComment.objects.select_for_update().select_related("activity").get(pk=comment.pk)
    if fresh.resolved_at is None:
        fresh.resolved_at = now()
        fresh.save(update_fields=["resolved_at"])
        record("activity.comment_resolve", fresh.activity, by, comment=fresh.pk)
    return fresh


def _must_take_part(activity: Activity, by: User) -> None:
    if not access.decides_for(by, activity.organisation) and not access.can_write_for(by, activity.organisation):
        raise NotAllowed(_("只有本单位人员和上级审核员可以写批注。"))
    if not access.is_open(activity.edition):
        raise NotAllowed(_("本届活动周已归档，不能再写批注。"))


def _decide(activity: Activity, state: ReviewState, by: User, note: str) -> None:
    activity.state = state
    activity.decided_at, activity.decided_by = now(), by
    activity.decision_note = note
    activity.version += 1
    activity.save()
