"""Counting visits exactly and without following anybody (B11)."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.online.domain import visiting
from skillweek.online.domain.visiting import Subject
from skillweek.online.models import DaySalt, VisitCount, VisitMark
from skillweek.organisations.models import Organisation
from skillweek.participation.figures import find
from tests import factories
from tests.factories import Tree, client_of, person
from tests.online import make

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"
TABLET = "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1"
HERE = {"Sec-Fetch-Site": "same-origin", "User-Agent": PHONE}


def subject(edition: Edition, school: Organisation, number: int = 1) -> Subject:
    return Subject(f"tour:{number}", edition, school.pk, "走进校园")


@pytest.mark.requirement("B11")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    views=st.lists(
        st.tuples(
            st.sampled_from(
                ["1.2.3.4", "1.2.3.5", "2001:db8:1:2::1", "2001:db8:1:2::9", "2001:db8:1:3::1", "::ffff:1.2.3.4"]
            ),
            st.sampled_from([PHONE, TABLET, "", "curl/8.0", "Mozilla/5.0 (compatible; Baiduspider/2.0)"]),
            st.integers(1, 2),
            st.integers(0, 2),
        ),
        max_size=25,
    )
)
def test_views_and_visitors_are_exact(views: list[tuple[str, str, int, int]], tree: Tree, edition: Edition) -> None:
    """A visitor is a network and a browser, on one day, at one subject; programs are nobody."""
    for model in (VisitCount, VisitMark, DaySalt):
        model.objects.all().delete()
    start = now()
    people: dict[tuple[int, Any], set[tuple[str, str]]] = {}
    opened: dict[tuple[int, Any], int] = {}
    for address, agent, number, days in views:
        with time_machine.travel(start + timedelta(days=days), tick=False):
            visiting.count(subject(edition, tree.school_a, number), address=address, agent=agent)
            day = today_in(edition.zone)
        if agent in (PHONE, TABLET):
            network = {"2001:db8:1:2::1": "a", "2001:db8:1:2::9": "a", "::ffff:1.2.3.4": "1.2.3.4"}.get(
                address, address
            )
            people.setdefault((number, day), set()).add((network, agent))
            opened[number, day] = opened.get((number, day), 0) + 1
    found = {(int(row.subject[5:]), row.day): (row.visitors, row.views) for row in VisitCount.objects.all()}
    assert found == {key: (len(who), opened[key]) for key, who in people.items()}
    figure = find("online.visitors")
    assert figure is not None
    everybody = Organisation.objects.all()
    total = figure.numbers(edition, everybody).get(tree.school_a.pk, 0)  # type: ignore[arg-type]
    assert total == sum(len(who) for who in people.values())
    assert total == sum(row.amount for row in figure.rows(edition, tree.school_a))


@pytest.mark.requirement("B11")
def test_with_the_day_its_salt_and_marks_are_gone(tree: Tree, edition: Edition) -> None:
    start = now()
    with time_machine.travel(start, tick=False):
        visiting.count(subject(edition, tree.school_a), address="1.2.3.4", agent=PHONE)
        assert visiting.forget() == 0
        kept = VisitMark.objects.get()
        assert "1.2.3.4" not in kept.visitor and PHONE not in kept.visitor
    with time_machine.travel(start + timedelta(days=1), tick=False):
        visiting.count(subject(edition, tree.school_a), address="1.2.3.4", agent=PHONE)
        assert VisitMark.objects.exclude(visitor=kept.visitor).count() == 1  # another salt, another mark
        assert visiting.forget() == 1
        assert visiting.forget() == 0
    assert DaySalt.objects.count() == 1 and VisitMark.objects.count() == 1
    assert VisitCount.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_once_each() -> None:
    tree, edition = factories.tree(), factories.edition()
    place = subject(edition, tree.school_a)
    barrier = threading.Barrier(6)
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            barrier.wait()
            for _again in range(5):
                visiting.count(place, address=f"10.0.0.{number % 3}", agent=PHONE)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    row = VisitCount.objects.get()
    assert (row.visitors, row.views) == (3, 30)


def test_a_kept_page_is_counted_all_the_same(tree: Tree, edition: Edition, tmp_path: Path, settings: Any) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    settings.PUBLIC_CACHE_SECONDS = 60
    caches["pages"].clear()
    page, beacon = f"/online/tours/{tour.pk}/", reverse("online_public:seen", args=["tour", tour.pk])
    for number in range(3):
        reader = Client(REMOTE_ADDR=f"10.1.0.{number}")
        assert f'data-seen="{beacon}"' in reader.get(page).content.decode()
        answer = reader.post(beacon, headers=HERE)
        assert (answer.status_code, answer.content) == (204, b"")
        assert not answer.cookies
    row = VisitCount.objects.get()
    assert (row.visitors, row.views, row.label, row.organisation_id) == (3, 3, tour.title, tree.school_a.pk)


def test_without_scripts_a_pixel_counts(tree: Tree, edition: Edition, tmp_path: Path, client: Client) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    pixel = reverse("online_public:seen_pixel", args=["tour", tour.pk])
    assert pixel in client.get(f"/online/tours/{tour.pk}/").content.decode()
    answer = client.get(pixel, headers=HERE)
    assert answer["Content-Type"] == "image/gif" and "no-store" in answer["Cache-Control"]
    assert VisitCount.objects.get().views == 1


def test_what_does_not_count(tree: Tree, edition: Edition, tmp_path: Path, client: Client) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    beacon = reverse("online_public:seen", args=["tour", tour.pk])
    draft = make.tour(edition, tree.school_a)
    for headers in (
        {**HERE, "User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {**HERE, "User-Agent": ""},
        {**HERE, "Sec-Fetch-Site": "cross-site"},
        {"User-Agent": PHONE},
        {**HERE, "Sec-Purpose": "prefetch;prerender"},
    ):
        assert client.post(beacon, headers=headers).status_code == 204
    client.post(reverse("online_public:seen", args=["tour", draft.pk]), headers=HERE)
    client.post(reverse("online_public:seen", args=["tour", 10**12]), headers=HERE)
    client.post(reverse("online_public:seen", args=["home", 10**12]), headers=HERE)
    client_of(person(tree.school_a, "member")).post(beacon, headers=HERE)  # the week's own people
    assert client.post(reverse("online_public:seen", args=["story", 1]), headers=HERE).status_code == 404
    assert client.get(beacon, headers=HERE).status_code == 405
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    client.post(beacon, headers=HERE)  # a closed edition's figures stay what they are
    assert not VisitCount.objects.exists()


def test_the_weeks_own_page_belongs_to_nobody(tree: Tree, edition: Edition, client: Client) -> None:
    client.post(reverse("online_public:seen", args=["home", edition.pk]), headers=HERE)
    counted = VisitCount.objects.get()
    assert counted.organisation_id is None and counted.label == edition.title
    bureau, school = client_of(person(tree.edu, "reviewer")), client_of(person(tree.school_a, "liaison"))
    assert f'card-title">{edition.title}' in bureau.get("/w/online/visits/").content.decode()
    assert "还没有访问" in school.get("/w/online/visits/").content.decode()


def test_one_address_cannot_count_for_ever(tree: Tree, edition: Edition, client: Client) -> None:
    from django.conf import settings as site

    limit = int(site.ONLINE_SEEN_RATE.partition("/")[0])
    beacon = reverse("online_public:seen", args=["home", edition.pk])
    from django.core.cache import cache

    with time_machine.travel(now(), tick=False):
        client.post(beacon, headers=HERE)
        import time

        cache.set(f"limit:online_seen:address:127.0.0.1:{int(time.time()) // 600}", limit)
        assert client.post(beacon, headers=HERE).status_code == 429


def test_figures_agree_with_what_is_behind_them(
    tree: Tree, edition: Edition, tmp_path: Path, django_assert_num_queries: Any
) -> None:
    make.public_tour(edition, tree.school_a, tmp_path)
    room = make.publish(make.room(edition, tree.school_a))
    make.question(room, shown=True)
    make.question(room, "没有显示的问题")
    for code, amount in (("online.tours", 1), ("online.questions", 1), ("online.visitors", 0)):
        figure = find(code)
        assert figure is not None and str(figure.label) and str(figure.unit)
        with django_assert_num_queries(1):
            numbers = figure.numbers(edition, Organisation.objects.all())  # type: ignore[arg-type]
        rows = figure.rows(edition, tree.school_a)
        assert numbers.get(tree.school_a.pk, 0) == sum(row.amount for row in rows) == amount
        assert not numbers.get(tree.school_b.pk)
