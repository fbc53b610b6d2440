"""Who changes what is already approved, assesses it, chooses highlights and reads coverage (A3, B5, B6, B12)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.activities.access import decides_for, is_open
from skillweek.activities.models import Activity, Partner
from skillweek.notices.access import can_publish
from skillweek.organisations import access
from skillweek.organisations.models import Kind, Organisation, OrganisationQuerySet

_S = Activity.State


def can_change(user: Any, activity: Activity) -> bool:
    """Whether the person may move, postpone or cancel sessions of this approved activity now: liaisons and managers of
    its organiser, and whoever decides on its plans, because the line above calls things off too (a storm). For the
    city's own activities that is the host (A3, B2).
    """
    return activity.state == _S.APPROVED and is_open(activity.edition) and can_answer_for(user, activity)


def can_answer_for(user: Any, activity: Activity) -> bool:
    """The same without looking at how far the activity is."""
    return access.can_submit_for(user, activity.organisation) or decides_for(user, activity.organisation)


def can_settle(user: Any, activity: Activity) -> bool:
    """Whether the person may settle what this city activity left open, by a supplement (A3): the host's people."""
    return activity.kind == Activity.Kind.CITY and can_change(user, activity) and can_issue_supplements(user)


def can_issue_supplements(user: Any) -> bool:
    """Whether the person publishes notices in the host's name."""
    held = list(access.scope_of(user).roles)
    hosts = Organisation.objects.filter(pk__in=held, kind=Kind.HOST, is_active=True)
    return any(can_publish(user, host) for host in hosts)


def can_assess(user: Any, activity: Activity) -> bool:
    """Whether the person gives marks to this activity (B5): the line above, for feature activities handed in."""
    feature = activity.kind == Activity.Kind.FEATURE
    return feature and activity.state in (_S.SUBMITTED, _S.APPROVED) and decides_for(user, activity.organisation)


def can_see_marks(user: Any, activity: Activity) -> bool:
    """Whether the person reads marks: only who decides on it. The organiser never does (ADR 0105)."""
    return decides_for(user, activity.organisation)


def can_choose_highlights(user: Any) -> bool:
    """Whether the person chooses and orders the city's highlights (B5): reviewers and managers of the host."""
    held = [pk for pk, mine in access.scope_of(user).roles.items() if mine & access.DECIDING_ROLES]
    return bool(held) and Organisation.objects.filter(pk__in=held, kind=Kind.HOST, is_active=True).exists()


def covered_q(user: Any, prefix: str = "") -> Q:
    """``covered_units`` as a filter on rows that belong to an organisation; ``prefix`` as in ``"organisation__"``."""
    scope = access.scope_of(user)
    return access.subtree_q(scope.deciding_paths, prefix) | Q(**{f"{prefix}pk__in": list(scope.roles)})


def covered_units(user: Any) -> OrganisationQuerySet:
    """Active units whose coverage the person reads: all below their bureau roles, and their own (B6)."""
    units: OrganisationQuerySet = Organisation.objects.filter(covered_q(user), is_active=True)
    return units


def can_remind_of_gaps(user: Any, organisation: Organisation) -> bool:
    """Whether the person reminds this unit of what is missing: a reviewer strictly above it."""
    return access.can_review(user, organisation)


def can_invite_partners(user: Any, activity: Activity) -> bool:
    """Whether the person asks others to join: who writes for the organiser, at any time before the edition closes."""
    return is_open(activity.edition) and not activity.is_cancelled and access.can_file_for(user, activity.organisation)


def partners_visible_to(user: Any) -> QuerySet[Partner]:
    """Joint parts of the person's own units, of their own activities, and of activities that they decide on."""
    roles = list(access.scope_of(user).roles)
    own = Q(organisation__in=roles) | Q(activity__organisation__in=roles)
    below = access.subtree_q(access.scope_of(user).deciding_paths, "activity__organisation__")
    handed_in = ~Q(activity__state=_S.DRAFT) | Q(activity__first_submitted_at__isnull=False)
    return Partner.objects.filter(own | (below & handed_in))


def can_answer_invitation(user: Any, partner: Partner) -> bool:
    """Whether the person says yes or no for the invited organisation: its liaison or manager."""
    organisation = partner.organisation
    return organisation is not None and access.can_submit_for(user, organisation)


def can_report_part(user: Any, partner: Partner) -> bool:
    """Whether the person reports the invited organisation's part: anybody who writes for it, once it said yes."""
    organisation = partner.organisation
    accepted = partner.state == Partner.State.ACCEPTED and is_open(partner.activity.edition)
    return organisation is not None and accepted and access.can_file_for(user, organisation)
