"""Who may see, write, publish, acknowledge and pass on notices (A2, A5). The default answer is no.

A notice is issued by a bureau to units of its own line and area. Everybody of the bureau writes; its reviewers and
managers publish. A unit acknowledges (签收) through its liaison, reviewer or manager: the signature binds the unit, so
a member (填报员) may read but not sign.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from skillweek.editions.models import Edition
from skillweek.notices.models import Notice, Receipt
from skillweek.organisations import access
from skillweek.organisations.access import DECIDING_ROLES, SUBMITTING_ROLES, has_role, scope_of, subtree_q
from skillweek.organisations.models import Kind, Organisation, OrganisationQuerySet

#: What recipients and the line above may read: anything that went out once, withdrawn ones too.
OUT = Q(published_at__isnull=False)
#: Roles that sign for a unit.
SIGNING_ROLES = SUBMITTING_ROLES | DECIDING_ROLES


def issuing_units(user: Any) -> OrganisationQuerySet:
    """The active bureaus in whose name the person writes notices, in the tree's order."""
    units: OrganisationQuerySet = Organisation.objects.filter(
        pk__in=list(scope_of(user).roles), is_active=True
    ).exclude(kind=Kind.SCHOOL)
    return units


def receiving_units(user: Any) -> OrganisationQuerySet:
    """The units whose received notices the person reads: those they hold a role in."""
    units: OrganisationQuerySet = Organisation.objects.filter(pk__in=list(scope_of(user).roles))
    return units


def can_write(user: Any, organisation: Organisation) -> bool:
    """Whether the person drafts notices in this unit's name: anybody of an active bureau."""
    issues = organisation.kind != Kind.SCHOOL and organisation.is_active
    return issues and organisation.pk in scope_of(user).roles


def can_publish(user: Any, organisation: Organisation) -> bool:
    """Whether the person publishes, corrects and withdraws notices in this unit's name."""
    return can_write(user, organisation) and has_role(user, organisation, DECIDING_ROLES)


def can_change(user: Any, notice: Notice) -> bool:
    """Whether the person changes or discards this draft now: a scheduled one goes out by itself, so deciders alone."""
    own = can_write(user, notice.organisation)
    return own and (notice.state != Notice.State.SCHEDULED or can_publish(user, notice.organisation))


def written_by(user: Any) -> QuerySet[Notice]:
    """Notices that the person may edit, in every state: those of their own bureaus."""
    return Notice.objects.filter(organisation__in=issuing_units(user))


def issued_visible_to(user: Any) -> QuerySet[Notice]:
    """Issued notices the person may read: their own bureaus' in every state; of bureaus below, those that went out."""
    scope = scope_of(user)
    below = subtree_q(scope.deciding_paths, "organisation__") & OUT
    return Notice.objects.filter(Q(organisation__in=list(scope.roles)) | below)


def visible_to(user: Any) -> QuerySet[Notice]:
    """Notices the person may read: issued ones, and those that reached a unit of theirs or below them.

    Drafts stay with the bureau that writes them.
    """
    scope = scope_of(user)
    reached = Receipt.objects.filter(access.reach_q(user), notice=OuterRef("pk"))
    below = subtree_q(scope.deciding_paths, "organisation__") | Exists(reached)
    return Notice.objects.filter(Q(organisation__in=list(scope.roles)) | (OUT & below))


def receipts_visible_to(user: Any) -> QuerySet[Receipt]:
    """Receipts the person may look at: of their own units and those below; as issuer, all of the notice's."""
    scope = scope_of(user)
    own_notice = Q(notice__organisation__in=list(scope.roles))
    return Receipt.objects.filter(access.reach_q(user) | own_notice)


def remindable_by(user: Any, notice: Notice) -> QuerySet[Receipt]:
    """Receipts of ``notice`` whose units the person may remind: as issuer all, else those strictly below them."""
    receipts = Receipt.objects.filter(notice=notice)
    if can_publish(user, notice.organisation):
        return receipts
    scope = scope_of(user)
    own = Q(organisation__path__in=scope.deciding_paths)
    return receipts.filter(subtree_q(scope.deciding_paths, "organisation__")).exclude(own)


def can_follow(user: Any, notice: Notice) -> bool:
    """Whether the person has a table of receipts: the issuer's people, and deciders with recipients below them."""
    return can_write(user, notice.organisation) or remindable_by(user, notice).exists()


def can_acknowledge(user: Any, organisation: Organisation) -> bool:
    """Whether the person signs for this unit (签收): its liaison, reviewer or manager."""
    return organisation.is_active and has_role(user, organisation, SIGNING_ROLES)


def can_pass_on(user: Any, organisation: Organisation) -> bool:
    """Whether the person passes a received notice on to this unit's own units: those who sign for a bureau."""
    return organisation.kind != Kind.SCHOOL and can_acknowledge(user, organisation)


def is_open(notice: Notice) -> bool:
    """Whether the notice's edition still takes changes: an archived one is frozen (A8)."""
    return bool(notice.edition.state != Edition.State.CLOSED)
