"""Verbs on the roster: keep an upload, show what it would do, apply exactly that (A6)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.organisations.access import scope_of
from skillweek.organisations.domain.invitations import correct_invitation, invite
from skillweek.organisations.domain.tree import add_organisation, change_organisation, move_organisation
from skillweek.organisations.models import Invitation, Organisation, Role, RosterUpload
from skillweek.organisations.roster.outcome import Action, Outcome, Plan
from skillweek.organisations.roster.planning import plan_import
from skillweek.organisations.roster.reading import read_roster

#: How long unconfirmed rows, which hold people's numbers, are kept.


def can_import(user: Any) -> bool:
    """Whether the person imports rosters at all: a manager of a bureau."""
    scope = scope_of(user)
    return bool(set(scope.managing_paths) & set(scope.deciding_paths))


@transaction.atomic
def keep_upload(user: Any, *, name: str, content: bytes) -> RosterUpload:
    """Read an uploaded file and keep its rows for the dry run. Raises NotAllowed, or DomainError about the file."""
    if not can_import(user):
        raise NotAllowed(_("导入名册要由主管部门的管理员来做。"))
    rows = read_roster(name, content)
    return RosterUpload.objects.create(user=user, name=name[-200:], rows=rows)


def dry_run(upload: RosterUpload) -> Plan:
    """What confirming would do now; remembers that the person saw exactly this."""
    plan = plan_import(upload.user, upload.rows)
    digest = plan.digest()
    if upload.seen_digest != digest:
        upload.seen_digest = digest
        upload.save(update_fields=["seen_digest"])
    return plan


@transaction.atomic
def confirm_import(upload: RosterUpload, *, seen: str, send: bool = True) -> dict[str, int]:
    """Apply the plan with the digest ``seen``, all or nothing; rows with errors are left out. Returns counts.

    ``send``: whether invitations with an address are mailed. Raises Conflict when the plan is no longer what was shown
    (the tree changed meanwhile, or it was confirmed already): nothing is written then.
    """
    upload = RosterUpload.objects.select_for_update(of=("self",)).select_related("user").get(pk=upload.pk)
    if upload.confirmed_at is not None:
        raise Conflict(_("这份名册已经导入，不用再确认。"))
    plan = plan_import(upload.user, upload.rows)
    if plan.digest() != seen:
        raise Conflict(
            _("预检之后有人改动了单位或人员，结果与您看到的不一样。请核对新的预检结果后再确认。"), code="stale"
        )
    if not plan.does_something:
        raise DomainError(_("没有需要导入的变化。"))
    ordered = sorted(plan.outcomes, key=_top_down)
    for outcome in ordered:
        if outcome.action in (Action.NEW, Action.UPDATE):
            _apply(upload.user, outcome, send)
    upload.confirmed_at = now()
    upload.rows = []  # numbers and addresses are where they belong now
    upload.result = plan.counts
    upload.save()
    audit.record("roster.import", upload, actor=upload.user, data=plan.counts)
    return plan.counts


def _top_down(outcome: Outcome) -> tuple[int, int]:
    depth = {"host": 0, "city_bureau": 1, "district_bureau": 2}.get(outcome.kind, 3)
    return depth, outcome.row


def _apply(actor: Any, outcome: Outcome, send: bool) -> None:
    """Do one row by the same verbs that the pages use."""
    if outcome.is_new:
        parent = Organisation.objects.get(code__iexact=outcome.parent)
        unit = add_organisation(actor, parent, outcome.fields, kind=outcome.kind, code=outcome.code)
    else:
        unit = Organisation.objects.get(code__iexact=outcome.code)
        if outcome.moves:
            target = Organisation.objects.get(code__iexact=outcome.parent)
            unit = move_organisation(actor, unit, target, reason=_("名册导入"))
        if outcome.changes and outcome.fields:
            unit = change_organisation(actor, unit, outcome.fields)
    person = outcome.person
    if outcome.liaison == "invite":
        invite(actor, unit, role=Role.LIAISON, send=send, **person)
    elif outcome.liaison == "correct" and outcome.invitation_id is not None:
        invitation = Invitation.objects.get(pk=outcome.invitation_id)
        correct_invitation(actor, invitation, send=send, **person)


def discard_upload(upload: RosterUpload) -> None:
    """Throw the rows away."""
    upload.delete()
