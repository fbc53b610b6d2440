"""The public front door: what the week is about, for everybody."""

from __future__ import annotations

import pytest
from django.test import Client

from skillweek.editions.models import Edition
from tests.factories import Tree, client_of, person


@pytest.mark.requirement("A4")
def test_home_tells_what_the_notice_says(edition: Edition) -> None:
    page = Client().get("/").content.decode()

    assert (edition.title in page, edition.theme in page) == (True, True)
    assert [topic.name for topic in edition.doc.topics if topic.name not in page] == []
    assert [activity.title for activity in edition.doc.national_activities if activity.title not in page] == []


def test_home_leads_visitors_to_the_sign_in_page_and_staff_to_their_work(tree: Tree, edition: Edition) -> None:
    visitor = Client().get("/").content.decode()
    staff = client_of(person(tree.school_a, "liaison")).get("/").content.decode()

    assert ('href="/accounts/login/"' in visitor, 'href="/w/"' in visitor) == (True, False)
    assert ('href="/accounts/login/"' in staff, 'href="/w/"' in staff) == (False, True)


@pytest.mark.django_db
def test_home_stands_before_any_edition_is_open() -> None:
    assert "还没有开放的活动周" in Client().get("/").content.decode()


def test_home_needs_no_cookie(edition: Edition) -> None:
    answer = Client().get("/")

    assert answer.cookies == {}
