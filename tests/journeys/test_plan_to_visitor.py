"""From a school's plan to a family at the door, on phones: the real product and mail, then no network (B3–B9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.factories import PASSWORD, person
from tests.journeys import planning, visiting
from tests.journeys.conftest import Person, Site
from tests.notifications.conftest import postbox

__all__ = ["postbox"]

#: Monday of the week before, ten in the morning; the session's Monday, shortly before it begins; the day after.
BEFORE = datetime(2023, 5, 8, 2, 0, tzinfo=UTC)
ON_THE_DAY = datetime(2023, 5, 15, 0, 40, tzinfo=UTC)
AFTER = datetime(2023, 5, 16, 1, 0, tzinfo=UTC)


@pytest.fixture
def mailing_site(site: Site, postbox: Any, settings: Any) -> Site:
    """The product, a week before, with its mail going to a real server."""
    site.moment = BEFORE
    site.more = {"EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}"}
    return site


@pytest.mark.timeout(900)
@pytest.mark.requirement("B3", "B5", "B7", "B8", "B9", "B13", "C9")
def test_a_plan_becomes_an_activity_and_a_family_comes(
    mailing_site: Site, someone: Callable[..., Person], tree: Any, edition: Any, postbox: Any
) -> None:
    site = mailing_site
    person(tree.school_a, "liaison", email="liaison@example.org", name="林老师")
    person(tree.siming, "reviewer", email="district@example.org")
    person(tree.school_a, "member", email="teacher@example.org", name="王老师")
    site.start()
    school = someone(phone=True)
    school.sign_in("liaison@example.org", PASSWORD)
    before = (school.clicks, school.fields)
    planning.plan_an_activity(school)
    planned = (school.clicks - before[0], school.fields - before[1])
    planning.write_the_plan(school)
    district = someone(phone=True)
    district.sign_in("district@example.org", PASSWORD)
    planning.return_the_plan(district)
    planning.mend_the_plan(school)
    planning.approve_the_plan(district)

    parent = someone(phone=True)
    visiting.find_by_search(parent)
    found = (parent.clicks, parent.fields)
    visiting.book_two_places(parent)
    booked = (parent.clicks - found[0], parent.fields - found[1])
    link = visiting.open_the_mail(parent, site, postbox)

    site.restart(ON_THE_DAY)
    teacher = someone(phone=True)
    teacher.sign_in("teacher@example.org", PASSWORD)
    before = (teacher.clicks, teacher.fields)
    visiting.check_in_without_network(teacher)
    checked_in = (teacher.clicks - before[0], teacher.fields - before[1])

    site.restart(AFTER)
    before = (parent.clicks, parent.fields)
    visiting.leave_feedback(parent, link)
    said = (parent.clicks - before[0], parent.fields - before[1])
    school = someone(phone=True)
    school.sign_in("liaison@example.org", PASSWORD)
    before = (school.clicks, school.fields)
    visiting.take_over_the_figures(school)
    taken = (school.clicks - before[0], school.fields - before[1])
    print(  # noqa: T201
        f"\n(clicks, fields): an activity {planned}, finding it {found}, booking {booked}, "
        f"the door {checked_in}, feedback {said}, figures {taken}"
    )
    assert found <= (3, 1)
    assert booked[0] <= 7
    assert checked_in <= (4, 1)
    assert taken <= (3, 0)
