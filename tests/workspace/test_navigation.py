"""The entry of the navigation that is marked as the present one (E1–E11)."""

from __future__ import annotations

import re

import pytest

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.participation.switches import all_switches
from tests.factories import client_of

_MARKED = re.compile(r'class="sidebar-link" href="([^"]+)" aria-current="page"')


@pytest.mark.parametrize(
    ("page", "entry"),
    [
        ("/w/", "/w/"),
        ("/w/statistics/taking-part/", "/w/statistics/taking-part/"),
        ("/w/press/visits/", "/w/press/"),
        ("/w/quiz/bank/", "/w/take-part/"),
        ("/w/contests/relays/", "/w/take-part/"),
        ("/w/partners/meetings/", "/w/take-part/"),
    ],
)
def test_each_page_stands_below_its_entry(edition: Edition, liaison: User, page: str, entry: str) -> None:
    assert _MARKED.findall(client_of(liaison).get(page).content.decode()) == [entry]


def test_every_room_that_is_switched_on_stands_below_taking_part_or_an_entry_of_its_own(
    edition: Edition, liaison: User
) -> None:
    browser = client_of(liaison)
    links = re.findall(r'<a class="panel switch-card" href="([^"]+)"', browser.get("/w/take-part/").content.decode())
    assert len(links) >= len({switch.url_name for switch in all_switches()}) > 8
    marked = {link: _MARKED.findall(browser.get(link, follow=True).content.decode()) for link in links}
    assert set(map(tuple, marked.values())) == {("/w/take-part/",), ("/w/press/",)}, marked
