"""What waits in the rooms of taking part comes to the home page after it (E1–E11)."""

from __future__ import annotations

import pytest
from django.test import Client

from skillweek.editions.models import Edition
from tests.contests import make as contests
from tests.factories import Tree, client_of, person
from tests.participation import make

pytestmark = pytest.mark.requirement("E1")


def test_the_home_page_asks_for_what_waits_and_the_part_tells_it(
    tree: Tree, edition: Edition, settings: object
) -> None:
    settings.REQUIRE_TWO_FACTOR = False  # type: ignore[attr-defined]
    call = contests.call(edition, tree.school_a)
    contests.waiting(call, make.participant(edition))
    desk = client_of(person(tree.school_a, "manager"))
    home = desk.get("/w/").content.decode()
    assert 'hx-get="/w/take-part/waiting/"' in home
    assert "有 1 项等您审核或处理" in desk.get("/w/take-part/waiting/").content.decode()
    other = client_of(person(tree.school_b, "manager"))
    assert other.get("/w/take-part/waiting/").content.decode().strip() == ""
    assert Client().get("/w/take-part/waiting/").status_code == 302
