"""Verbs on uploaded tables of activities: keep one, show what it would do, apply exactly that (B3)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.activities import access
from skillweek.activities.domain.activities import create_activity, save_activity
from skillweek.activities.domain.common import must_write_for
from skillweek.activities.domain.sessions import SessionValues
from skillweek.activities.models import Activity, ActivityUpload
from skillweek.activities.transfer.layout import LAYOUT
from skillweek.activities.transfer.outcome import Outcome, Plan
from skillweek.activities.transfer.planning import plan_import
from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.tables.reading import read_rows
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation

#: How long unconfirmed rows, which hold people's numbers, are kept.


def can_import(user: Any) -> bool:
    """Whether the person imports activities at all: who writes for some organisation."""
    return bool(access.planning_organisations(user))


@transaction.atomic
def keep_upload(
    user: Any, organisation: Organisation, edition: Edition, *, name: str, content: bytes
) -> ActivityUpload:
    """Read an uploaded file and keep its rows for the dry run; rows without a unit are ``organisation``'s.

    Raises NotAllowed, or DomainError (field ``file``) about the file.
    """
    must_write_for(user, organisation, edition)
    rows = read_rows(content, LAYOUT)
    return ActivityUpload.objects.create(
        user=user, edition=edition, organisation=organisation, name=name[-200:], rows=rows
    )


def dry_run(upload: ActivityUpload) -> Plan:
    """What confirming would do now; remembers that the person saw exactly this."""
    plan = plan_import(upload)
    digest = plan.digest()
    if upload.seen_digest != digest:
        upload.seen_digest = digest
        upload.save(update_fields=["seen_digest"])
    return plan


@transaction.atomic
def confirm_import(upload: ActivityUpload, *, seen: str) -> dict[str, int]:
    """Apply the plan with the digest ``seen``, all or nothing; activities with an error are left out. Returns counts.

    Everything becomes a draft of its organisation. Raises Conflict when the plan is no longer what was shown, or it was
    confirmed already: nothing is written then.
    """
    rows = ActivityUpload.objects.select_for_update(of=("self",)).select_related("user", "edition", "organisation")
    upload = rows.get(pk=upload.pk)
    if upload.confirmed_at is not None:
        raise Conflict(_("这份表格已经导入，不用再确认。"))
    if not access.is_open(upload.edition):
        raise NotAllowed(_("“%(edition)s”现在不接收方案和活动。") % {"edition": upload.edition})
    plan = plan_import(upload)
    if plan.digest() != seen:
        text = _("预检之后有人改动了活动，结果与您看到的不一样。请核对新的预检结果后再确认。")
        raise Conflict(text, code="stale")
    if not plan.does_something:
        raise DomainError(_("没有需要导入的变化。"))
    for group in plan.groups():
        _apply(upload, group)
    counts = plan.counts
    upload.confirmed_at = now()
    upload.rows = []  # numbers and names are where they belong now
    upload.result = counts
    upload.save()
    audit.record("activity.import", upload, actor=upload.user, organisation_id=upload.organisation_id, data=counts)
    return counts


def _apply(upload: ActivityUpload, group: list[Outcome]) -> None:
    """Make or change one activity by the same verbs that the pages use."""
    head = next(outcome for outcome in group if outcome.row == outcome.head)
    if head.activity_id:
        activity = Activity.objects.get(pk=head.activity_id)
    else:
        organisation = Organisation.objects.get(pk=head.unit_id)
        activity = create_activity(organisation, upload.edition, by=upload.user, title=head.title)
    there = activity.sessions.filter(series=None).order_by("pk").values_list("pk", flat=True)
    added = [SessionValues(None, outcome.session) for outcome in group if outcome.adds_session]
    save_activity(
        activity,
        by=upload.user,
        expected_version=activity.version,
        values=head.values,
        tags=head.tags,
        sessions=[*(SessionValues(pk) for pk in there), *added] if added else None,
    )


def discard_upload(upload: ActivityUpload) -> None:
    """Throw the rows away."""
    upload.delete()
