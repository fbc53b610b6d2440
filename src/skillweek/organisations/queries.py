"""Reads for the pages: the tree, one unit's people, contacts, history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import AuditEvent
from skillweek.organisations.access import answering_roles, contacts_visible_to, visible_to, writing_roles
from skillweek.organisations.models import (
    Invitation,
    Kind,
    Membership,
    Organisation,
    OrganisationQuerySet,
    Role,
    User,
)

#: Verb → words for the history of a unit.
VERBS = {
    "organisation.add": _("建立单位"),
    "organisation.change": _("修改资料"),
    "organisation.move": _("移动到别的上级单位"),
    "organisation.deactivate": _("停用单位"),
    "organisation.reactivate": _("恢复单位"),
    "invitation.create": _("邀请人员"),
    "invitation.resend": _("重新发送邀请"),
    "invitation.correct": _("更正邀请"),
    "invitation.revoke": _("撤回邀请"),
    "invitation.accept": _("接受邀请"),
    "membership.start": _("开始角色"),
    "membership.end": _("结束角色"),
    "membership.change_role": _("更换角色"),
    "membership.hand_over": _("发起交接"),
    "membership.hand_over_cancel": _("取消交接"),
    "membership.handed_over": _("完成交接"),
    "user.reset_second_factor": _("重置两步验证"),
}


def people_with(roles: Iterable[str], *organisations: Organisation | int) -> list[User]:
    """The active people who hold one of the roles in any of these units (rows or ids), each once."""
    rows = User.objects.filter(
        is_active=True, memberships__organisation__in=organisations, memberships__is_active=True,
        memberships__role__in=list(roles),
    )  # fmt: skip
    return list(rows.distinct())


def people_who_answer(organisation: Organisation) -> list[User]:
    """Those who speak for the unit: a school's liaisons and managers, a bureau's deciders."""
    return people_with(answering_roles(organisation), organisation)


def people_who_write(organisation: Organisation) -> list[User]:
    """Those who write in the unit's name: whoever files for a school, a bureau's deciders."""
    return people_with(writing_roles(organisation), organisation)


@dataclass(frozen=True)
class UnitFilter:
    """What the tree page is narrowed to; empty means all."""

    text: str = ""
    kind: str = ""
    line: str = ""
    school_type: str = ""
    district: str = ""
    below: int = 0
    lacking: bool = False
    inactive: bool = False

    @property
    def is_set(self) -> bool:
        """Whether anything is narrowed."""
        return self != UnitFilter()

    @property
    def is_narrow(self) -> bool:
        """Whether one of the rarer conditions is used."""
        return bool(self.line or self.school_type or self.district or self.inactive)


def units(user: Any, chosen: UnitFilter) -> OrganisationQuerySet:
    """Visible units in tree order, with ``people`` (active roles) and ``has_liaison``."""
    query = visible_to(user)
    if not chosen.inactive:
        query = query.filter(is_active=True)
    for key in ("kind", "line", "school_type", "district"):
        if value := getattr(chosen, key):
            query = query.filter(**{key: value})
    if chosen.text:
        text = chosen.text
        query = query.filter(Q(name__icontains=text) | Q(short_name__icontains=text) | Q(code__icontains=text))
    if chosen.below:
        above = Organisation.objects.filter(pk=chosen.below).first()
        query = query.filter(path__startswith=above.path) if above else query.none()
    liaisons = Membership.objects.filter(
        organisation=OuterRef("pk"), role=Role.LIAISON, is_active=True, user__is_active=True
    )
    counted = (
        Membership.objects.filter(organisation=OuterRef("pk"), is_active=True)
        .order_by()
        .values("organisation")
        .annotate(number=Count("pk"))
        .values("number")
    )
    query = query.annotate(
        people=Coalesce(Subquery(counted), 0),
        has_liaison=Exists(liaisons),
    )
    if chosen.lacking:
        query = query.filter(kind=Kind.SCHOOL, has_liaison=False)
    result: OrganisationQuerySet = query
    return result


def districts(user: Any) -> list[str]:
    """District names to filter by."""
    return sorted(set(visible_to(user).exclude(district="").values_list("district", flat=True)))


@dataclass
class Node:
    """One unit of the tree page with those below it on the same page."""

    unit: Any
    children: list[Node] = field(default_factory=list)
    #: Names of the units above that are not on the page.
    above: str = ""
    open: bool = False


def as_tree(page: list[Any], *, is_open: bool) -> list[Node]:
    """Nest a page of units in tree order; one query for the names above its topmost ones."""
    roots: list[Node] = []
    stack: list[Node] = []
    for unit in page:
        node = Node(unit, open=is_open)
        while stack and not unit.path.startswith(stack[-1].unit.path):
            stack.pop()
        (stack[-1].children if stack else roots).append(node)
        stack.append(node)
    step = Organisation.steplen
    wanted = {node.unit.path[:end] for node in roots for end in range(step, len(node.unit.path), step)}
    names = {unit.path: str(unit) for unit in Organisation.objects.filter(path__in=wanted)}
    for node in roots:
        path = node.unit.path
        node.above = " › ".join(names[path[:end]] for end in range(2 * step, len(path), step) if path[:end] in names)
    return roots


def people_of(organisation: Organisation) -> list[Membership]:
    """Active roles in a unit, strongest first, with a hand-over under way as ``handover``."""
    rows = list(
        Membership.objects.filter(organisation=organisation, is_active=True)
        .select_related("user", "organisation")
        .order_by("pk")
    )
    under_way = {row.replaces_id: row for row in Invitation.objects.pending().filter(replaces__in=rows)}
    order = [Role.MANAGER, Role.REVIEWER, Role.LIAISON, Role.MEMBER]
    for row in rows:
        row.handover = under_way.get(row.pk)  # type: ignore[attr-defined]
    return sorted(rows, key=lambda row: order.index(Role(row.role)))


def history_of_unit(organisation: Organisation, limit: int = 30) -> list[AuditEvent]:
    """What was decided about a unit and its people, newest first, each with ``words``."""
    rows = list(AuditEvent.objects.filter(organisation_id=organisation.pk, verb__in=VERBS)[:limit])
    for row in rows:
        row.words = VERBS[row.verb]  # type: ignore[attr-defined]
    return rows


#: Who answers for a unit; of a school only the liaison.
_CONTACT_ROLES = (Role.LIAISON, Role.MANAGER, Role.REVIEWER)


@dataclass(frozen=True)
class Contact:
    """One line of the contact table; ``state`` is ``active``, ``invited`` or ``none``."""

    unit: Organisation
    name: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""
    state: str = "active"


def contact_units(user: Any, text: str = "", kind: str = "") -> OrganisationQuerySet:
    """The units of the contact table (A7)."""
    query = contacts_visible_to(user)
    if kind:
        query = query.filter(kind=kind)
    if text:
        by_person = Membership.objects.filter(
            organisation=OuterRef("pk"),
            is_active=True,
            role__in=_CONTACT_ROLES,
            user__name__icontains=text,
        )
        query = query.filter(
            Q(name__icontains=text) | Q(short_name__icontains=text) | Q(district__icontains=text) | Exists(by_person)
        )
    result: OrganisationQuerySet = query
    return result


def contacts_of(page: list[Organisation]) -> list[Contact]:
    """Contacts of these units in their order, two queries: liaisons, else a bureau's people, else who is invited."""
    members: dict[int, list[Membership]] = defaultdict(list)
    active = Membership.objects.filter(
        organisation__in=page, role__in=_CONTACT_ROLES, is_active=True, user__is_active=True
    )
    for row in active.select_related("user").order_by("pk"):
        members[row.organisation_id].append(row)
    invited: dict[int, list[Invitation]] = defaultdict(list)
    for invitation in Invitation.objects.pending().filter(organisation__in=page, role=Role.LIAISON).order_by("pk"):
        invited[invitation.organisation_id].append(invitation)
    contacts: list[Contact] = []
    for unit in page:
        contacts += _contacts(unit, members[unit.pk], invited[unit.pk])
    return contacts


def _contacts(unit: Organisation, members: list[Membership], invited: list[Invitation]) -> list[Contact]:
    rows = [row for row in members if row.role == Role.LIAISON] or ([] if unit.is_school else members)
    if rows:
        return [
            Contact(unit, row.user.name, row.get_role_display(), row.user.phone or "", row.user.email or "")
            for row in rows
        ]
    if invited:
        return [Contact(unit, row.name, row.get_role_display(), row.phone, row.email, "invited") for row in invited]
    return [Contact(unit, state="none")]
