"""The verbs on units keep the tree's shape (A5)."""

from __future__ import annotations

import pytest

from skillweek.core.errors import DomainError, NotAllowed
from skillweek.organisations.access import can_see, forget_scope
from skillweek.organisations.domain import tree as units
from tests.factories import Tree, client_of, person


@pytest.mark.requirement("A5")
def test_the_tree_keeps_its_shape(tree: Tree) -> None:
    manager = person(tree.host, "manager")
    school = {"name": "新校", "school_type": "secondary"}

    with pytest.raises(DomainError, match="不能放在"):
        units.add_organisation(manager, tree.school_a, school, kind="school", code="N")
    with pytest.raises(DomainError, match="不能放在"):
        units.add_organisation(manager, tree.host, {"name": "区局"}, kind="district_bureau", code="N")
    with pytest.raises(DomainError, match="同一条线"):
        units.add_organisation(manager, tree.siming, {**school, "line": "human_resources"}, kind="school", code="N")
    with pytest.raises(DomainError, match="已被使用"):
        units.add_organisation(manager, tree.siming, school, kind="school", code="s-a")
    with pytest.raises(DomainError, match="最多 120"):
        units.add_organisation(manager, tree.siming, {**school, "name": "长" * 121}, kind="school", code="N")
    with pytest.raises(NotAllowed):
        units.add_organisation(person(tree.siming, "manager"), tree.huli, school, kind="school", code="N")
    with pytest.raises(DomainError, match="已有单位"):
        units.create_host(code="H2", name="又一个")


@pytest.mark.requirement("A5")
def test_moving_a_bureau_takes_schools_lines_and_reviewers_along(tree: Tree) -> None:
    host = person(tree.host, "manager")
    before, after = person(tree.edu, "reviewer"), person(tree.hr, "reviewer")
    units.move_organisation(host, tree.siming, tree.hr, reason="机构改革")

    school = tree.fresh("school_a")
    assert school.line == "human_resources"
    for user in (before, after):
        forget_scope(user)
    assert (can_see(before, school), can_see(after, school)) == (False, True)
    with pytest.raises(NotAllowed):
        units.move_organisation(person(tree.edu, "manager"), tree.huli, tree.hr, reason="抢")
    with pytest.raises(DomainError, match="它自己"):
        units.move_organisation(host, tree.fresh("hr"), tree.fresh("siming"), reason="绕圈")


@pytest.mark.requirement("A5")
def test_a_unit_is_taken_out_from_above_and_comes_back(tree: Tree) -> None:
    own, above = person(tree.siming, "manager"), person(tree.edu, "manager")
    with pytest.raises(NotAllowed):
        units.deactivate_organisation(own, tree.siming, reason="x")
    with pytest.raises(DomainError, match="下属单位在用"):
        units.deactivate_organisation(above, tree.siming, reason="撤销")
    liaison = person(tree.school_a, "liaison")

    units.deactivate_organisation(own, tree.school_a, reason="停办")
    assert client_of(liaison).get(f"/w/organisations/{tree.school_a.pk}/").status_code == 404
    units.deactivate_organisation(above, tree.siming, reason="撤销")
    with pytest.raises(DomainError, match="先恢复"):
        units.reactivate_organisation(above, tree.school_a)
    units.reactivate_organisation(above, tree.siming)
    units.reactivate_organisation(above, tree.school_a)
    assert client_of(liaison).get(f"/w/organisations/{tree.school_a.pk}/").status_code == 200
