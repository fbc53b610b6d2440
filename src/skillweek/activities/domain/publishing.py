"""When an activity becomes public, and when it goes from public view (B3, B13).

``published_at`` is set here and nowhere else, after the integrity rules were asked once more.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from skillweek.activities import access
from skillweek.activities.domain.common import locked_activity, must_write_for, record
from skillweek.activities.domain.telling import tell_writers
from skillweek.activities.integrity import error_count, refresh_findings
from skillweek.activities.models import Activity, Partner
from skillweek.activities.signals import activity_published, activity_withdrawn
from skillweek.content.domain.assets import hide_assets, publish_assets
from skillweek.core.clock import now, today_in
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.models import Edition
from skillweek.organisations.models import User

log = logging.getLogger(__name__)
_S = Activity.State


def publish_if_due(activity: Activity) -> bool:
    """Make a locked, approved activity public when its day has come. Returns whether it is public now.

    One with an error is held back: returned to its organiser with the reason, never shown (B13).
    """
    if activity.published_at is not None and activity.withdrawn_at is None:
        return True
    due = activity.publish_on is None or activity.publish_on <= today_in(activity.edition.zone)
    if activity.state != _S.APPROVED or activity.withdrawn_at is not None or not due:
        return False
    activity._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    refresh_findings(activity)
    if error_count(activity.findings):
        _hold_back(activity)
        return False
    activity.published_at = now()
    activity.save(update_fields=["published_at", "findings", "updated_at"])
    show_assets(activity)
    record("activity.publish", activity, None)
    activity_published.send(sender=Activity, activity=activity)
    return True


def _hold_back(activity: Activity) -> None:
    with override("zh-hans"):
        first = next(row for row in activity.findings if row["severity"] == "error")
        reason = _("检查规则调整后发现问题：%(message)s") % {"message": first["message"]}
    activity.state = _S.RETURNED
    activity.decision_note = reason
    activity.decided_at, activity.decided_by = now(), None
    activity.version += 1
    activity.save()
    record("activity.hold_back", activity, None, reason)
    tell_writers(activity, None, "activity.held", note=first["message"])


def publish_due() -> int:
    """Make public whatever is due, each in its own transaction; returns how many became public. Safe to run twice."""
    done = 0
    waiting = Activity.objects.filter(
        state=_S.APPROVED, published_at=None, withdrawn_at=None, edition__state=Edition.State.OPEN
    )
    for edition in Edition.objects.filter(state=Edition.State.OPEN):
        due = Q(publish_on=None) | Q(publish_on__lte=today_in(edition.zone))
        for pk in list(waiting.filter(due, edition=edition).values_list("pk", flat=True)):
            try:
                with transaction.atomic():
                    done += publish_if_due(locked_activity(pk))
            except Exception:
                log.exception("activity %s could not be made public; it will be tried again", pk)
    return done


def show_assets(activity: Activity) -> None:
    """Make the pictures of a public activity fetchable for strangers."""
    joint = activity.partners.filter(state=Partner.State.ACCEPTED, organisation__isnull=False)
    partners = joint.values_list("organisation_id", flat=True)
    publish_assets(activity.description, activity.cover_id, owner=activity, organisations=partners)


@transaction.atomic
def withdraw_activity(activity: Activity, *, by: User, reason: str) -> Activity:
    """Take a public or approved activity down: the line above, or its organiser's liaison or manager. It keeps its
    approval and can be put back by ``put_back``; one that does not take place is cancelled instead.

    Raises DomainError without a reason, Conflict when it is not up, NotAllowed for others.
    """
    fresh = locked_activity(activity.pk)
    must_take_down(by, fresh)
    reason = clean_note(reason, required=_("请写明撤下的原因。"), field="reason")
    if fresh.state != _S.APPROVED or fresh.withdrawn_at is not None:
        raise Conflict(_("这项活动现在没有公开，无需撤下。请刷新查看。"), code="not_public")
    was_public = fresh.published_at is not None
    fresh.withdrawn_at = now()
    fresh.decision_note = reason
    fresh.version += 1
    fresh.save()
    record("activity.take_down", fresh, by, reason)
    if was_public:
        gone(fresh)
    tell_writers(fresh, by, "activity.withdrawn", note=reason)
    return fresh


def gone(activity: Activity) -> None:
    """A public activity went from view: its pictures too, and rooms above are told."""
    hide_assets(owner=activity)
    activity_withdrawn.send(sender=Activity, activity=activity)


@transaction.atomic
def put_back(activity: Activity, *, by: User) -> Activity:
    """Show an activity again that was taken down, checked once more. Only who decides on it may. Raises Conflict,
    NotAllowed, or DomainError ``has_errors``.
    """
    fresh = locked_activity(activity.pk)
    if not access.decides_for(by, fresh.organisation) or not access.is_open(fresh.edition):
        raise NotAllowed(_("只有上级单位的审核员可以恢复公开。"))
    if fresh.state != _S.APPROVED or fresh.withdrawn_at is None:
        raise Conflict(_("这项活动没有被撤下。请刷新查看。"), code="not_withdrawn")
    refresh_findings(fresh)
    if error_count(fresh.findings):
        text = _("活动仍有须改正的问题，请退回主办单位修改。")
        raise DomainError(text, code="has_errors", details=fresh.findings)
    fresh.withdrawn_at = None
    fresh.published_at = None
    fresh.decision_note = ""
    fresh.version += 1
    fresh.save()
    record("activity.put_back", fresh, by)
    publish_if_due(fresh)
    return fresh


def must_take_down(by: User, activity: Activity) -> None:
    """Raise NotAllowed unless ``by`` may take it down."""
    if access.decides_for(by, activity.organisation) and access.is_open(activity.edition):
        return
    must_write_for(by, activity.organisation, activity.edition)
    if not access.can_hand_in_for(by, activity.organisation):
        raise NotAllowed(_("只有上级审核员，或本单位的联络员、管理员可以撤下活动。"))
