"""Who may see, write, hand in, decide on and run plans and activities (A5, B3, B12, B13). The default answer is no."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.activities.models import Activity, Partner, Plan
from skillweek.editions.models import Edition
from skillweek.organisations import access
from skillweek.organisations.models import Kind, Organisation

_S = Activity.State


def visible_to(user: Any) -> QuerySet[Activity]:
    """Activities the person may open in the workspace: all of their own units; of units below, those handed in; those
    in which one of their units is a joint organiser, as soon as it is asked and until it says no.
    """
    scope = access.scope_of(user)
    partner = Partner.objects.filter(organisation__in=list(scope.roles)).exclude(state=Partner.State.DECLINED)
    joint = Q(pk__in=partner.values("activity"))
    return Activity.objects.filter(_own_or_handed_in(user) | joint)


def plans_visible_to(user: Any) -> QuerySet[Plan]:
    """Plans the person may read: all of their own units; of units below, those handed in."""
    return Plan.objects.filter(_own_or_handed_in(user))


def _own_or_handed_in(user: Any) -> Q:
    """A draft is its organisation's own. One that was returned was handed in before and stays in sight."""
    scope = access.scope_of(user)
    own = Q(organisation__in=list(scope.roles))
    below = access.subtree_q(scope.deciding_paths, "organisation__") & (
        ~Q(state=_S.DRAFT) | Q(first_submitted_at__isnull=False)
    )
    return own | below


def planning_organisations(user: Any) -> list[Organisation]:
    """The active organisations for which the person plans, in the tree's order. Bureaus and the host plan too (B2)."""
    ids = [pk for pk, roles in access.scope_of(user).roles.items() if roles & access.FILING_ROLES]
    return list(Organisation.objects.filter(pk__in=ids, is_active=True))


def can_write_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person writes this organisation's plan and activities (B3)."""
    return access.can_file_for(user, organisation)


def can_hand_in_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person hands in what this organisation plans: its liaison or manager."""
    return access.can_submit_for(user, organisation)


def can_edit(user: Any, thing: Activity | Plan) -> bool:
    """Whether the person may change this plan or activity now: of their unit, not handed in, the edition not closed."""
    taken_down = isinstance(thing, Activity) and thing.is_cancelled
    return thing.is_editable and not taken_down and is_open(thing.edition) and can_write_for(user, thing.organisation)


def can_submit(user: Any, thing: Activity | Plan) -> bool:
    """Whether the person may hand this plan or activity in now: a liaison or manager of its organisation."""
    return can_edit(user, thing) and access.can_submit_for(user, thing.organisation)


def can_withdraw(user: Any, thing: Activity | Plan) -> bool:
    """Whether the person may take back what was handed in: nobody has decided yet."""
    waiting = thing.state == _S.SUBMITTED and is_open(thing.edition)
    return waiting and access.can_submit_for(user, thing.organisation)


def decides_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person decides on what this organisation plans: a reviewer strictly above it, or, because nobody
    stands above the host, a reviewer or manager of the host for the city's own (B2).
    """
    if access.can_review(user, organisation):
        return True
    return organisation.kind == Kind.HOST and access.has_role(user, organisation, access.DECIDING_ROLES)


def can_review(user: Any, thing: Activity | Plan) -> bool:
    """Whether the person decides on this plan or activity. Drafts that were never handed in are nobody else's."""
    handed_in = thing.state != _S.DRAFT or thing.first_submitted_at is not None
    return handed_in and decides_for(user, thing.organisation)


def can_run(user: Any, activity: Activity) -> bool:
    """Whether the person runs it on the day (check-in, lists of names): staff of its organiser and of joint organisers
    that said yes (B9, B12). The line above reads figures, not names.
    """
    roles = access.scope_of(user).roles
    if activity.organisation_id in roles and activity.organisation.is_active:
        return True
    accepted = Partner.objects.filter(activity=activity, state=Partner.State.ACCEPTED, organisation__is_active=True)
    return accepted.filter(organisation__in=list(roles)).exists()


def runs_q(user: Any, prefix: str = "") -> Q:
    """``can_run`` as a filter on rows that belong to an activity; ``prefix`` as in ``"session__activity__"``."""
    roles = list(access.scope_of(user).roles)
    accepted = Partner.objects.filter(organisation__in=roles, state=Partner.State.ACCEPTED)
    return Q(**{f"{prefix}organisation__in": roles}) | Q(**{f"{prefix}pk__in": accepted.values("activity")})


def can_arrange(user: Any, activity: Activity) -> bool:
    """Whether the person adds sessions to an approved activity or changes how they are booked."""
    fine = activity.state == _S.APPROVED and not activity.is_cancelled and is_open(activity.edition)
    return fine and access.can_submit_for(user, activity.organisation)


def can_see_integrity(user: Any, activity: Activity) -> bool:
    """Whether the person reads the safety plan, who is in charge and where the money comes from (B13): the organiser
    and the line above, not the joint organisers.
    """
    own = access.has_role(user, activity.organisation, frozenset(_ALL_ROLES))
    return own or decides_for(user, activity.organisation)


def is_open(edition: Edition) -> bool:
    """Whether the edition still takes plans: while it is prepared and while it runs, until it is closed."""
    return edition.state == Edition.State.OPEN


_ALL_ROLES = access.FILING_ROLES | access.DECIDING_ROLES
