"""The foundation stands: the tree has the lines of authority that the rows ask for."""

import pytest

from skillweek.organisations.access import can_review, can_see, visible_to
from tests.factories import Tree, person


@pytest.mark.requirement("A5")
def test_each_line_sees_exactly_its_own(tree: Tree) -> None:
    siming = person(tree.siming, "reviewer")
    hr = person(tree.hr, "reviewer")
    host = person(tree.host, "reviewer")

    assert {o.code for o in visible_to(siming)} == {"EDU-SM", "S-A"}
    assert {o.code for o in visible_to(hr)} == {"HR", "S-T"}
    assert visible_to(host).count() == 10
    assert can_review(siming, tree.school_a)
    assert not can_review(siming, tree.siming)
    assert not can_see(siming, tree.school_b)
