"""Who may see, verify, run and record (A5, E3, E4). The default answer is no.

- *Enterprises* are verified, and what they offer is read, by the host and by the bureau or school that invited them.
- *Meetings* belong to the bureau or school that holds them; whoever answers for it runs them.
- *A school* is spoken for by its liaisons and managers, a bureau by its reviewers and managers.
- *Intentions* are recorded by the school they are about, and by the bureaus above it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.content.access import is_open
from skillweek.editions.models import Edition
from skillweek.organisations import access
from skillweek.organisations.models import Kind, Organisation, OrganisationQuerySet
from skillweek.partnerships.models import Enterprise, Intention, Meeting, Need, Pairing, Party

_S = Enterprise.State


def acting_organisations(user: Any) -> OrganisationQuerySet:
    """The units the person speaks for."""
    return access.answers_for(user)


def acts_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person speaks for exactly this unit."""
    return access.can_answer_for(user, organisation)


def is_host_decider(user: Any) -> bool:
    """Whether the person is reviewer or manager of the host."""
    deciding = [pk for pk, roles in access.scope_of(user).roles.items() if roles & access.DECIDING_ROLES]
    return bool(deciding) and Organisation.objects.filter(pk__in=deciding, kind=Kind.HOST).exists()


def enterprises_visible_to(user: Any) -> QuerySet[Enterprise]:
    """Verified ones for everybody with a role; the others for those who verify them. Never unconfirmed addresses."""
    rows = Enterprise.objects.exclude(state=_S.UNCONFIRMED)
    if not access.scope_of(user).roles:
        return rows.none()
    if is_host_decider(user):
        return rows
    return rows.filter(Q(state=_S.VERIFIED) | Q(home__in=acting_organisations(user).order_by().values("pk")))


def answers_for_enterprise(user: Any, enterprise: Enterprise) -> bool:
    """Whether the person belongs to those who verify it, and so reads what nobody has verified yet."""
    return acts_for(user, enterprise.home) or is_host_decider(user)


def can_verify(user: Any, enterprise: Enterprise) -> bool:
    """Whether the person decides on the enterprise and on what it offers."""
    return is_open(enterprise.edition) and answers_for_enterprise(user, enterprise)


def sees_contact(user: Any, enterprise: Enterprise) -> bool:
    """Whether the person reads name and number of the contact: who verifies, and schools that meet or plan with it."""
    if answers_for_enterprise(user, enterprise):
        return True
    mine = acting_organisations(user).order_by().values("pk")
    met = Pairing.objects.filter(
        enterprise__enterprise=enterprise, guest__organisation__in=mine, meeting__state=Meeting.State.PUBLISHED
    )
    held = Party.objects.filter(enterprise=enterprise, meeting__organisation__in=mine)
    return (
        met.exists() or held.exists() or Intention.objects.filter(enterprise=enterprise, organisation__in=mine).exists()
    )


def needs_visible_to(user: Any) -> QuerySet[Need]:
    """Public needs for everybody with a role, all others for those who read them."""
    if not access.scope_of(user).roles:
        return Need.objects.none()
    rows = Need.objects.exclude(state=Need.State.DRAFT).filter(enterprise__state=_S.VERIFIED)
    if is_host_decider(user):
        return rows
    mine = acting_organisations(user).order_by().values("pk")
    return rows.filter(Q(state=Need.State.PUBLIC) | Q(enterprise__home__in=mine))


def meetings_visible_to(user: Any) -> QuerySet[Meeting]:
    """What was announced, and the drafts of units in the person's reach."""
    if not access.scope_of(user).roles:
        return Meeting.objects.none()
    reach = access.visible_to(user).order_by().values("pk")
    return Meeting.objects.filter(~Q(state=Meeting.State.DRAFT) | Q(organisation__in=reach))


def runs_meeting(user: Any, meeting: Meeting) -> bool:
    """Whether the person belongs to those who hold the meeting and so reads who comes; the host for every one."""
    return acts_for(user, meeting.organisation) or is_host_decider(user)


def can_run(user: Any, meeting: Meeting) -> bool:
    """Whether the person changes the meeting now."""
    return is_open(meeting.edition) and runs_meeting(user, meeting)


def intentions_visible_to(user: Any) -> QuerySet[Intention]:
    """Those of units in the person's reach."""
    return Intention.objects.filter(organisation__in=access.visible_to(user).order_by().values("pk"))


def recording_organisations(user: Any) -> OrganisationQuerySet:
    """Schools for which the person records: their own, and those they review."""
    below = access.subtree_q(access.scope_of(user).deciding_paths)
    own = Q(pk__in=acting_organisations(user).order_by().values("pk"))
    rows: OrganisationQuerySet = Organisation.objects.filter(own | below, kind=Kind.SCHOOL, is_active=True)
    return rows


def follows_up(user: Any, intention: Intention) -> bool:
    """Whether the person answers for how it went, also after the edition was closed."""
    return acts_for(user, intention.organisation) or access.can_review(user, intention.organisation)


def can_record(user: Any, intention: Intention) -> bool:
    """Whether the person records and corrects the intention itself."""
    return is_open(intention.edition) and follows_up(user, intention)


def enterprise_of(user: Any, edition: Edition) -> Enterprise | None:
    """The person's enterprise in this edition, verified or not; None for everybody else."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return None
    rows = Enterprise.objects.filter(user=user, edition=edition).select_related("edition", "home")
    found: Enterprise | None = rows.first()
    return found
