"""The questionnaire on the web: without an account, counted and forgotten."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.test import Client

from skillweek.careers.access import opening_for
from skillweek.careers.domain.counting import count, set_open
from skillweek.careers.models import Opening, Tally
from skillweek.careers.questions import items
from skillweek.careers.scoring import Result
from skillweek.core.errors import NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.participation import figures, offers, switches
from tests import factories
from tests.bookings import make as bookings
from tests.factories import Tree

pytestmark = pytest.mark.django_db
HANDS = {item.code: "2" if item.type == "R" else "0" for item in items()}


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR = False


@pytest.fixture
def opening(tree: Tree, edition: Edition, liaison: User) -> Opening:
    """School A offers it."""
    return set_open(tree.school_a, edition, actor=liaison, is_on=True)


def test_answers_lead_to_a_result_and_leave_a_number(tree: Tree, edition: Edition, opening: Opening) -> None:
    web = Client()
    page = web.get("/careers/").content.decode()
    assert page.count("<fieldset>") == 36 and "示例第一职业学校" in page
    sent = web.post("/careers/", HANDS)
    assert sent["Location"] == "/careers/result/12-0-0-0-0-0/"
    shown = Client().get(sent["Location"]).content.decode()
    assert "您的兴趣偏动手型" in shown and "装备制造大类" in shown
    row = Tally.objects.get()
    assert (row.organisation, row.type, row.number) == (tree.school_a, "R", 1)
    assert not web.cookies.get("sessionid") and not AuditEvent.objects.filter(verb__startswith="career.answer").exists()
    columns = {field.name for field in Tally._meta.get_fields()}
    assert columns == {"id", "edition", "organisation", "day", "type", "number"}


def test_missing_answers_are_named_and_the_others_stay(opening: Opening) -> None:
    sent = Client().post("/careers/", {**HANDS, "r1": "", "c6": "9"})
    page = sent.content.decode()
    assert sent.status_code == 400 and 'href="#q1"' in page and 'href="#q36"' in page
    assert page.count(" checked") == 34 and not Tally.objects.exists()


def test_a_school_counts_its_own_link(tree: Tree, edition: Edition, opening: Opening, host: User) -> None:
    set_open(tree.host, edition, actor=host, is_on=True)
    Client().post("/careers/?school=S-A", HANDS)
    Client().post("/careers/", HANDS)
    Client().post("/careers/?school=S-B", HANDS)
    units = Organisation.objects.all()
    figure = figures.find("careers.answers")
    assert figure is not None
    assert figure.numbers(edition, units) == {tree.school_a.pk: 1, tree.host.pk: 2}
    assert sum(row.amount for row in figure.rows(edition, tree.host)) == 2
    [switch] = [one for one in switches.all_switches() if one.code == "careers"]
    assert switch.count(edition, units) == 2


@pytest.fixture
def host(tree: Tree) -> User:
    """Reviewer of the host."""
    return factories.person(tree.host, "reviewer")


def test_nobody_answers_where_it_is_not_open(tree: Tree, edition: Edition, liaison: User) -> None:
    assert "测评还没有开通" in Client().get("/careers/").content.decode()
    Client().post("/careers/", HANDS)
    assert not Tally.objects.exists() and opening_for(edition) is None
    set_open(tree.school_a, edition, actor=liaison, is_on=True)
    assert [one.kind for one in offers.offers_of(edition) if one.kind == "careers"] == ["careers"]
    set_open(tree.school_a, edition, actor=liaison, is_on=False)
    assert not [one for one in offers.offers_of(edition) if one.kind == "careers"]


def test_only_those_who_answer_for_the_unit_open_it(tree: Tree, edition: Edition) -> None:
    for actor in (
        factories.person(tree.school_a, "member"), factories.person(tree.school_b, "liaison"),
        factories.person(tree.siming, "reviewer"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            set_open(tree.school_a, edition, actor=actor, is_on=True)


def test_a_closed_edition_is_frozen(tree: Tree, edition: Edition, opening: Opening, liaison: User) -> None:
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    with pytest.raises(NotAllowed):
        set_open(tree.school_a, Edition.objects.get(), actor=liaison, is_on=False)
    count(Opening.objects.select_related("edition", "organisation").get(), Result((1, 0, 0, 0, 0, 0)))
    assert not Tally.objects.exists()


def test_a_result_names_activities_of_this_week(tree: Tree, edition: Edition) -> None:
    fits = bookings.session(bookings.activity(edition, tree.school_a, title="焊接体验"))
    bookings.session(bookings.activity(edition, tree.school_a, title="绘本故事会"))
    page = Client().get("/careers/result/12-0-0-0-0-0/").content.decode()
    assert fits.activity.title in page and "绘本故事会" not in page
    flat = Client().get("/careers/result/6-6-6-6-6-6/").content.decode()
    assert "六种兴趣差不多" in flat and "焊接体验" not in flat
    assert Client().get("/careers/result/99-0-0-0-0-0/").status_code == 404


def test_the_workspace_switches_prints_and_counts(tree: Tree, edition: Edition, liaison: User) -> None:
    web = factories.client_of(liaison)
    assert web.get(f"/w/careers/{tree.school_a.pk}/poster/").status_code == 404
    web.post(f"/w/careers/{tree.school_a.pk}/switch/", {"on": "1"})
    assert "<svg" in web.get(f"/w/careers/{tree.school_a.pk}/poster/").content.decode()
    Client().post("/careers/", HANDS)
    page = web.get("/w/careers/").content.decode()
    assert "共 1 人次" in page and "school=S-A" in page
    assert web.post(f"/w/careers/{tree.school_b.pk}/switch/", {"on": "1"}).status_code == 404


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="on SQLite transactions write one after the other anyway")
@pytest.mark.django_db(transaction=True)
def test_answers_at_once_are_all_counted(tree: Tree, edition: Edition, liaison: User) -> None:
    assert connection.vendor == "postgresql"
    row = set_open(tree.school_a, edition, actor=liaison, is_on=True)

    def answer() -> None:
        try:
            count(row, Result((3, 0, 0, 0, 0, 0)))
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=answer) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Tally.objects.get().number == 8
