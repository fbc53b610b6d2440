"""Reach follows from the tree alone: seeing, deciding, managing over every pair of units (A5)."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.organisations import access
from skillweek.organisations.models import Kind, Membership, Organisation, Role, User
from tests.factories import Tree, person

_NAMES = ["host", "edu", "hr", "society", "siming", "huli", "school_a", "school_b", "college", "tech"]
_SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.requirement("A5")
@_SLOW
@given(held=st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from(list(Role))), max_size=3, unique=True))
def test_reach_is_exactly_own_units_and_what_stands_below_deciding_roles(
    tree: Tree, held: list[tuple[str, Role]]
) -> None:
    user = person()
    for name, role in held:
        Membership.objects.create(user=user, organisation=getattr(tree, name), role=role)
    roles = [(getattr(tree, name), role) for name, role in held]
    everywhere = list(Organisation.objects.all())

    def below(unit: Organisation, above: Organisation) -> bool:
        return unit.path.startswith(above.path)

    deciding = [unit for unit, role in roles if role in (Role.REVIEWER, Role.MANAGER) and unit.kind != Kind.SCHOOL]
    managed = [unit for unit, role in roles if role == Role.MANAGER]
    own = {unit.pk for unit, _role in roles}
    for unit in everywhere:
        sees = unit.pk in own or any(below(unit, above) for above in deciding)
        assert access.can_see(user, unit) == sees
        assert access.can_review(user, unit) == any(below(unit, above) and unit != above for above in deciding)
        manages = any(below(unit, above) for above in managed if above.kind != Kind.SCHOOL)
        assert access.can_manage_organisations(user, unit) == manages
        mine = {role for place, role in roles if place == unit}
        assert access.can_file_for(user, unit) == bool(mine & {Role.MEMBER, Role.LIAISON, Role.MANAGER})
        assert access.can_submit_for(user, unit) == bool(mine & {Role.LIAISON, Role.MANAGER})
        assert access.can_manage_people(user, unit) == bool(access.grantable_roles(user, unit))
        assert not access.can_manage_people(user, unit) or sees
    assert {unit.pk for unit in access.visible_to(user)} == {u.pk for u in everywhere if access.can_see(user, u)}
    assert {unit.pk for unit in access.contacts_visible_to(user)} >= {unit.pk for unit in access.visible_to(user)}


@pytest.mark.requirement("A5")
def test_nobody_reaches_anything_without_an_active_role(tree: Tree) -> None:
    ended = person(tree.host, "manager")
    Membership.objects.filter(user=ended).update(is_active=False)
    off = person(tree.host, "manager")
    User.objects.filter(pk=off.pk).update(is_active=False)
    out = person(tree.siming, "manager")
    Organisation.objects.filter(pk=tree.siming.pk).update(is_active=False)

    for user in (AnonymousUser(), person(), ended, User.objects.get(pk=off.pk), out):
        assert not access.visible_to(user).exists()
        assert not access.contacts_visible_to(user).exists()
        assert not access.can_see(user, tree.school_a)
        assert not access.can_manage_organisations(user, tree.school_a)
        assert access.grantable_roles(user, tree.school_a) == []
        assert not access.is_bureau_person(user)


@pytest.mark.requirement("A6")
def test_nobody_gives_a_role_stronger_than_their_own(tree: Tree) -> None:
    liaison = person(tree.school_a, "liaison")
    bureau_liaison = person(tree.siming, "liaison")

    assert access.grantable_roles(liaison, tree.school_a) == [Role.MEMBER, Role.LIAISON]
    assert access.grantable_roles(bureau_liaison, tree.siming) == [Role.MEMBER, Role.LIAISON]
    assert access.grantable_roles(bureau_liaison, tree.school_a) == []
    assert access.grantable_roles(person(tree.school_a, "member"), tree.school_a) == []
    assert access.grantable_roles(person(tree.siming, "reviewer"), tree.school_a) == []
    assert Role.REVIEWER not in access.grantable_roles(person(tree.host, "manager"), tree.school_a)
    assert access.grantable_roles(person(tree.edu, "manager"), tree.siming) == list(Role)


@pytest.mark.requirement("A6")
def test_second_factor_is_reset_from_above_only(tree: Tree) -> None:
    above = person(tree.edu, "manager")
    beside = person(tree.huli, "manager")
    colleague = person(tree.siming, "manager")
    target = person(tree.siming, "manager")
    reviewer = person(tree.siming, "reviewer")
    double = person(tree.siming, "reviewer")
    Membership.objects.create(user=double, organisation=tree.hr, role="reviewer")

    assert access.can_reset_second_factor(above, target)
    assert not access.can_reset_second_factor(beside, target)
    assert not access.can_reset_second_factor(colleague, target)
    assert access.can_reset_second_factor(colleague, reviewer)
    assert not access.can_reset_second_factor(target, target)
    assert not access.can_reset_second_factor(above, double)  # also holds a role in another line
    assert access.can_reset_second_factor(person(tree.host, "manager"), double)
    assert access.can_reset_second_factor(person(tree.host, "manager"), person(tree.host, "manager"))
    assert not access.can_reset_second_factor(above, person())
