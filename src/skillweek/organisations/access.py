"""Who may see and decide what (A5, A6). Nothing else in the product decides it; the default answer is no.

A person's reach follows from active memberships in active organisations:

- *own*: the organisations they hold a role in;
- *below*: the subtrees under organisations in which they are reviewer or manager.

The host stands at the root of the tree, so its reviewers and managers reach everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from skillweek.organisations.models import Kind, Membership, Organisation, OrganisationQuerySet, Role, User

FILING_ROLES = frozenset({Role.MEMBER, Role.LIAISON, Role.MANAGER})
SUBMITTING_ROLES = frozenset({Role.LIAISON, Role.MANAGER})
DECIDING_ROLES = frozenset({Role.REVIEWER, Role.MANAGER})


@dataclass(frozen=True)
class Scope:
    """What one person reaches, read once per request.

    ``roles`` maps organisation id → roles; ``paths`` maps the same ids → tree paths;
    ``deciding_paths`` are the tree paths of organisations whose subtree they review.
    """

    roles: dict[int, frozenset[str]] = field(default_factory=dict)
    paths: dict[int, str] = field(default_factory=dict)
    deciding_paths: tuple[str, ...] = ()
    managing_paths: tuple[str, ...] = ()
    is_host_manager: bool = False
    has_bureau_role: bool = False


def scope_of(user: Any) -> Scope:
    """Return the person's reach, cached on the user object. Anonymous and inactive people reach nothing."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Scope()
    cached: Scope | None = getattr(user, "_skillweek_scope", None)
    if cached is None:
        cached = user._skillweek_scope = _read_scope(user)
    return cached


def forget_scope(user: Any) -> None:
    """Drop the cached reach after memberships changed."""
    user.__dict__.pop("_skillweek_scope", None)


def _read_scope(user: User) -> Scope:
    rows = Membership.objects.filter(user=user, is_active=True, organisation__is_active=True).values_list(
        "organisation_id", "organisation__path", "organisation__kind", "role"
    )
    roles: dict[int, set[str]] = {}
    paths: dict[int, str] = {}
    deciding, managing = set(), set()
    host_manager = bureau = False
    for organisation_id, path, kind, role in rows:
        roles.setdefault(organisation_id, set()).add(role)
        paths[organisation_id] = path
        if kind != Kind.SCHOOL:
            bureau = True
            if role in DECIDING_ROLES:
                deciding.add(path)
        if role == Role.MANAGER:
            managing.add(path)
            host_manager = host_manager or kind == Kind.HOST
    return Scope(
        roles={key: frozenset(value) for key, value in roles.items()},
        paths=paths,
        deciding_paths=tuple(sorted(deciding)),
        managing_paths=tuple(sorted(managing)),
        is_host_manager=host_manager,
        has_bureau_role=bureau,
    )


def subtree_q(paths: tuple[str, ...], prefix: str = "") -> Q:
    """A filter for organisations at or below any of ``paths``; ``prefix`` as in ``"organisation__"``.

    No path gives a filter that matches nothing.
    """
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{prefix}path__startswith": path})
    return condition


def visible_to(user: Any) -> OrganisationQuerySet:
    """Organisations the person may look into: their own, and those below their bureau roles."""
    scope = scope_of(user)
    reach = Q(pk__in=list(scope.roles)) | subtree_q(scope.deciding_paths)
    query: OrganisationQuerySet = Organisation.objects.filter(reach)
    return query


def reach_q(user: Any, prefix: str = "organisation__") -> Q:
    """The same reach as ``visible_to``, as a filter on rows that belong to an organisation."""
    scope = scope_of(user)
    return Q(**{f"{prefix}pk__in": list(scope.roles)}) | subtree_q(scope.deciding_paths, prefix)


def has_role(user: Any, organisation: Organisation, roles: frozenset[Role] | frozenset[str]) -> bool:
    """Whether the person holds one of ``roles`` in exactly this organisation."""
    return bool(scope_of(user).roles.get(organisation.pk, frozenset()) & roles)


def can_see(user: Any, organisation: Organisation) -> bool:
    """Whether ``visible_to`` would list it."""
    scope = scope_of(user)
    return organisation.pk in scope.roles or organisation.path.startswith(scope.deciding_paths or ("\0",))


def can_file_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person may write this organisation's drafts (C1)."""
    return organisation.is_active and has_role(user, organisation, FILING_ROLES)


def can_submit_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person may hand in this organisation's report (C1)."""
    return organisation.is_active and has_role(user, organisation, SUBMITTING_ROLES)


def can_write_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person writes in this unit's name: whoever files for a school, a bureau's deciders."""
    return organisation.is_active and has_role(user, organisation, writing_roles(organisation))


def can_answer_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person speaks for this unit: whoever hands in for a school, a bureau's deciders."""
    return organisation.is_active and has_role(user, organisation, answering_roles(organisation))


def writing_roles(organisation: Organisation) -> frozenset[Role]:
    """The roles that write in the unit's name."""
    return FILING_ROLES if organisation.is_school else DECIDING_ROLES


def answering_roles(organisation: Organisation) -> frozenset[Role]:
    """The roles that speak for the unit."""
    return SUBMITTING_ROLES if organisation.is_school else DECIDING_ROLES


def writes_for(user: Any) -> OrganisationQuerySet:
    """The units of which ``can_write_for`` is true."""
    return _with_roles(user, FILING_ROLES)


def answers_for(user: Any) -> OrganisationQuerySet:
    """The units of which ``can_answer_for`` is true."""
    return _with_roles(user, SUBMITTING_ROLES)


def _with_roles(user: Any, of_schools: frozenset[Role]) -> OrganisationQuerySet:
    roles = scope_of(user).roles
    school = Q(kind=Kind.SCHOOL, pk__in=[pk for pk, held in roles.items() if held & of_schools])
    bureau = ~Q(kind=Kind.SCHOOL) & Q(pk__in=[pk for pk, held in roles.items() if held & DECIDING_ROLES])
    rows: OrganisationQuerySet = Organisation.objects.filter(school | bureau, is_active=True)
    return rows


def can_review(user: Any, organisation: Organisation) -> bool:
    """Whether the person decides on what this organisation hands in: a reviewer strictly above it (C10)."""
    return any(
        organisation.path.startswith(path) and organisation.path != path for path in scope_of(user).deciding_paths
    )


def can_manage_people(user: Any, organisation: Organisation) -> bool:
    """Whether the person invites and removes others here: its liaison or manager, or a manager above (A6)."""
    if has_role(user, organisation, SUBMITTING_ROLES):
        return True
    return bool(organisation.path.startswith(scope_of(user).managing_paths or ("\0",)))


def can_manage_organisations(user: Any, organisation: Organisation) -> bool:
    """Whether the person edits this organisation or adds units below it: a manager of a bureau at or above it."""
    scope = scope_of(user)
    paths = tuple(path for path in scope.managing_paths if path in scope.deciding_paths)
    return bool(organisation.path.startswith(paths or ("\0",)))


def is_manager_above(user: Any, organisation: Organisation) -> bool:
    """Whether the person is a manager of a bureau strictly above this organisation."""
    paths = scope_of(user).managing_paths
    return any(organisation.path.startswith(path) and organisation.path != path for path in paths)


def grantable_roles(user: Any, organisation: Organisation) -> list[Role]:
    """Roles the person may give to others here (A6), none for outsiders.

    A manager of this organisation or of one above gives any role that means something here; a liaison brings in members
    and other liaisons, never a role stronger than their own. A school reviews nobody, so it has no reviewers.
    """
    roles = [Role.MEMBER, Role.LIAISON, Role.MANAGER] if organisation.is_school else list(Role)
    if organisation.path.startswith(scope_of(user).managing_paths or ("\0",)):
        return roles
    if has_role(user, organisation, frozenset({Role.LIAISON})):
        return [Role.MEMBER, Role.LIAISON]
    return []


def can_end(user: Any, membership: Membership) -> bool:
    """Whether the person may end this role: one that they may give, or their own."""
    return membership.user_id == user.pk or membership.role in grantable_roles(user, membership.organisation)


def can_reset_second_factor(user: Any, colleague: User) -> bool:
    """Whether the person may remove a colleague's second factor after a lost phone (A6).

    Every role the colleague holds must lie below one that the person manages, so that nobody reaches a stronger account
    through a weaker one. Managers of the host, who have nobody above, do it for each other.
    """
    if user.pk == colleague.pk:
        return False
    scope = scope_of(user)
    rows = list(Membership.objects.filter(user=colleague, is_active=True).select_related("organisation"))
    return bool(rows) and all(_manages_holder(user, scope, row) for row in rows)


def _manages_holder(user: Any, scope: Scope, row: Membership) -> bool:
    organisation = row.organisation
    if is_manager_above(user, organisation):
        return True
    own = organisation.path in scope.managing_paths
    return own and (row.role != Role.MANAGER or organisation.kind == Kind.HOST)


def can_reset_password(user: Any, colleague: User) -> bool:
    """Whether the person may give a colleague a link to set a new password (A6).

    All roles of the colleague must be ones that the person could give, so that nobody climbs through another account.
    """
    if user.pk == colleague.pk:
        return False
    rows = list(Membership.objects.filter(user=colleague, is_active=True).select_related("organisation"))
    return bool(rows) and all(row.role in grantable_roles(user, row.organisation) for row in rows)


def contacts_visible_to(user: Any) -> OrganisationQuerySet:
    """Organisations whose contacts the person may read in full (A7): all they see, and the line above their own."""
    scope = scope_of(user)
    step = Organisation.steplen
    above = {path[:end] for path in scope.paths.values() for end in range(step, len(path), step)}
    query: OrganisationQuerySet = Organisation.objects.filter(
        Q(pk__in=list(scope.roles)) | subtree_q(scope.deciding_paths) | Q(path__in=sorted(above)), is_active=True
    )
    return query


def can_manage_edition(user: Any) -> bool:
    """Whether the person edits the edition's data: a manager of the host (A4)."""
    return scope_of(user).is_host_manager


def is_bureau_person(user: Any) -> bool:
    """Whether the person holds any role outside schools, and so needs two factors (A6)."""
    return scope_of(user).has_bureau_role
