"""The pages of the online week, sending panoramas, what other rooms are told (B11)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.online.domain import writing
from skillweek.online.domain.panoramas import make_copies
from skillweek.online.domain.reviewing import withdraw_work
from skillweek.online.models import Hall, LiveRoom, OnlineRules, Panorama, Tour
from skillweek.organisations.models import Organisation, User
from skillweek.participation.offers import offers_of
from skillweek.participation.switches import all_switches
from skillweek.search.queries import search
from skillweek.search.sources import all_sources
from skillweek.uploads.domain.check import check_stored_file
from tests.bookings import make as bookings
from tests.factories import Tree, client_of, person
from tests.online import make
from tests.uploads.protocol import Sender


@pytest.mark.requirement("B11")
def test_the_home_gathers_everything_online(
    tree: Tree, edition: Edition, tmp_path: Path, client: Client, django_assert_max_num_queries: Any
) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    going_on = make.publish(make.room(edition, tree.school_a, now() - timedelta(minutes=1)))
    over = make.publish(make.room(edition, tree.college, now() - timedelta(days=2)))
    rows = [{"kind": "tour", "ref": str(tour.pk), "caption": ""}]
    hall = make.publish(make.hall(edition, tree.school_a, exhibits=rows))
    activity = bookings.activity(edition, tree.school_b, title="云端公开课")
    bookings.session(activity, is_online=True, place="", online_url="https://example.org/")
    with django_assert_max_num_queries(25):
        page = client.get("/online/").content.decode()
    for title in (tour.title, going_on.title, over.title, hall.title, "云端公开课"):
        assert title in page
    assert page.index(going_on.title) < page.index(over.title)
    for event in edition.doc.online:
        assert event.name in page
    for kind, work in (("tour", tour), ("room", going_on), ("hall", hall)):
        assert work.title in client.get(f"/online/all/{kind}/").content.decode()
    assert client.get("/online/all/nothing/").status_code == 404


def test_an_edition_in_preparation_shows_nothing(tree: Tree, edition: Edition, tmp_path: Path, client: Client) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.DRAFT)
    for url in ("/online/", f"/online/tours/{tour.pk}/"):
        assert client.get(url).status_code == 404


def test_the_tour_is_whole_without_scripts(tree: Tree, edition: Edition, tmp_path: Path, client: Client) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    page = client.get(f"/online/tours/{tour.pk}/").content.decode()
    body = page[page.index("全部场景") :]
    for words in ("大门", "实训室", "冲泡台", "这里练习冲泡。", 'href="#scene-lab"', 'id="scene-lab"'):
        assert words in body
    data = json.loads(page.split('id="tour-scenes" type="application/json">')[1].split("</script>")[0])
    assert [scene["key"] for scene in data] == ["gate", "lab"]
    assert [size["width"] for size in data[0]["sizes"]] == [1024, 1200]


@pytest.mark.parametrize("kind", ["tour", "room", "hall"])
def test_workspace_pages_open_for_those_they_are_for(
    kind: str, tree: Tree, edition: Edition, liaison: User, reviewer: User
) -> None:
    staff = client_of(liaison)
    assert staff.get(f"/w/online/?kind={kind}").status_code == 200
    made = staff.post(f"/w/online/add/{kind}/", {"organisation": tree.school_a.pk, "title": "示例"})
    assert made.status_code == 302
    page = staff.get(made["Location"])
    assert page.status_code == 200 and "示例" in page.content.decode()
    assert staff.get(made["Location"] + "preview/").status_code == 200
    assert client_of(reviewer).get(made["Location"]).status_code == 404
    assert client_of(person(tree.school_b, "liaison")).get(made["Location"]).status_code == 404
    wrong = staff.post(f"/w/online/add/{kind}/", {"organisation": tree.school_b.pk, "title": "示例"})
    assert wrong.status_code == 400
    assert staff.post(made["Location"] + "act/", {"do": "nonsense"}).status_code == 302
    assert staff.post(made["Location"] + "act/", {"do": "delete"}).status_code == 302
    assert staff.get(made["Location"]).status_code == 404


def test_the_review_queue_is_the_line_aboves(
    tree: Tree, edition: Edition, liaison: User, reviewer: User, tmp_path: Path
) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    writing.save_work(tour, {"title": "新的题目"}, actor=liaison)
    client_of(liaison).post(f"/w/online/tour/{tour.pk}/act/", {"do": "hand_in"})
    queue = client_of(reviewer).get("/w/online/?kind=tour").content.decode()
    assert "待审核（1）" in queue and tour.title in queue
    assert "待审核（0）" in client_of(person(tree.huli, "reviewer")).get("/w/online/?kind=tour").content.decode()
    page = client_of(reviewer)
    assert page.get(f"/w/online/tour/{tour.pk}/").status_code == 200
    assert page.post(f"/w/online/tour/{tour.pk}/act/", {"do": "return", "note": ""}).status_code == 302
    tour.refresh_from_db()
    assert tour.review == "waiting"
    page.post(f"/w/online/tour/{tour.pk}/act/", {"do": "return", "note": "题目太长"})
    assert "题目太长" in client_of(liaison).get(f"/w/online/tour/{tour.pk}/").content.decode()


def test_a_bureau_publishes_its_own(tree: Tree, edition: Edition, client: Client) -> None:
    room = make.publish(make.room(edition, tree.edu))
    assert client.get(f"/online/rooms/{room.pk}/").status_code == 200
    assert room.is_handed_in


def said(tour: Tour, **more: Any) -> dict[str, Any]:
    """What the editor says an upload is for."""
    purpose = {"panorama": {"tour": tour.pk}, "client_id": "abc", **more}
    return {"name": "大门.jpg", "kind": "other", "purpose": purpose}


@pytest.mark.requirement("B11")
def test_a_panorama_is_sent_judged_and_copied(tree: Tree, edition: Edition, liaison: User, tmp_path: Path) -> None:
    make.small_pictures(edition)
    tour = make.tour(edition, tree.school_a)
    data = make.panorama_jpeg(tmp_path / "a.jpg").read_bytes()
    Sender(liaison, tree.school_a, edition).send(data, **said(tour))
    row = Panorama.objects.get()
    assert row.tour == tour and row.state == Panorama.State.WAITING and row.width == 1200
    check_stored_file(row.pk)
    assert make_copies(row.pk) == 2
    found = client_of(liaison).get(reverse("online:scenes", args=[tour.pk])).json()["panoramas"]
    assert [(one["name"], one["state"], len(one["sizes"])) for one in found] == [("大门.jpg", "ready", 2)]


def test_who_may_not_write_the_tour_sends_nothing(tree: Tree, edition: Edition, liaison: User) -> None:
    tour = make.tour(edition, tree.school_a)
    foreign = Sender(person(tree.school_b, "liaison"), tree.school_b, edition)
    assert foreign.create(100, **said(tour)).status_code == 400
    above = Sender(person(tree.siming, "manager"), tree.school_a, edition)
    assert above.create(100, **said(tour)).status_code == 403
    own = Sender(liaison, tree.school_a, edition)
    for more in (
        {"panorama": {"tour": 10**9}},
        {"panorama": {"tour": "x"}},
        {"panorama": {"tour": tour.pk, "a": 1}},
        {"b": 1},
    ):
        assert own.create(100, **said(tour, **more)).status_code == 400
    OnlineRules.objects.update_or_create(edition=edition, defaults={"max_megabytes": 1})
    assert own.create(1024 * 1024 + 1, **said(tour)).status_code == 413


def test_what_is_no_panorama_is_refused_when_it_arrives(
    tree: Tree, edition: Edition, liaison: User, tmp_path: Path
) -> None:
    make.small_pictures(edition)
    tour = make.tour(edition, tree.school_a)
    data = make.panorama_jpeg(tmp_path / "a.jpg", 1200, 800).read_bytes()
    own = Sender(liaison, tree.school_a, edition)
    done = own.patch(own.begin(len(data), **said(tour)), 0, data)
    assert done.status_code in (400, 409) and "两倍" in done.json()["message"]
    assert not Panorama.objects.exists()


def test_other_rooms_are_told(tree: Tree, edition: Edition, tmp_path: Path) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    soon = make.publish(make.room(edition, tree.school_a))
    make.publish(make.room(edition, tree.school_a, now() - timedelta(days=1)))
    found = {offer.title: offer for offer in offers_of(edition) if offer.url.startswith("/online/")}
    assert found[tour.title].state == "open" and found[tour.title].image_url.endswith("/1024.jpg")
    assert found[soon.title].state == "soon" and found[soon.title].starts_on
    assert sorted(offer.state for offer in found.values()) == ["open", "over", "soon"]
    mine = {switch.code: switch for switch in all_switches() if switch.code.startswith("online.")}
    assert set(mine) == {"online.tours", "online.rooms", "online.halls"}
    school = Organisation.objects.filter(pk=tree.school_a.pk)
    assert mine["online.rooms"].count(edition, school) == 2  # type: ignore[arg-type]


def test_the_sites_search_finds_what_is_public(tree: Tree, edition: Edition, liaison: User, tmp_path: Path) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    found = search("冲泡台", kinds=["online_tour"], edition_id=edition.pk, limit=5, offset=0)
    assert [hit.url for hit in found.hits] == [f"/online/tours/{tour.pk}/"]
    assert [entry.title for source in all_sources() if source.kind == "online_tour" for entry in source.entries()] == [
        tour.title
    ]
    withdraw_work(tour, actor=liaison, reason="在装修")
    assert not search("冲泡台", kinds=["online_tour"], edition_id=edition.pk, limit=5, offset=0).hits


def test_a_school_page_shows_what_is_online(tree: Tree, edition: Edition, tmp_path: Path, client: Client) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    assert tour.title in client.get(f"/organisations/{tree.school_a.code}/").content.decode()
    other = client.get(f"/organisations/{tree.school_b.code}/")
    assert tour.title not in other.content.decode()


def test_the_organiser_sets_the_rules(tree: Tree, edition: Edition, manager: User) -> None:
    host = client_of(manager)
    values = {"min_width": 3000, "max_megabytes": 20, "max_scenes": 10}
    wrong = host.post("/w/online/rules/", {**values, "link_hosts": "不是域名"})
    assert wrong.status_code == 400 and "不是网站域名" in wrong.content.decode()
    assert host.post("/w/online/rules/", {**values, "min_width": 5, "link_hosts": ""}).status_code == 400
    assert (
        host.post("/w/online/rules/", {**values, "link_hosts": "https://Live.example.cn/\n*.a.cn a.cn"}).status_code
        == 302
    )
    rules = OnlineRules.objects.get(edition=edition)
    assert rules.link_hosts == "live.example.cn\na.cn" and rules.min_width == 3000
    assert client_of(person(tree.edu, "manager")).get("/w/online/rules/").status_code == 403
    assert (
        "live.example.cn"
        in client_of(make.unit_person(tree.school_a))
        .get(f"/w/online/room/{make.room(edition, tree.school_a).pk}/")
        .content.decode()
    )


def test_pages_read_in_english(tree: Tree, edition: Edition, tmp_path: Path, client: Client) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    for url in ("/online/", f"/online/tours/{tour.pk}/"):
        assert client.get(url, headers={"Accept-Language": "en"}).status_code == 200


def test_the_samples_say_that_they_are_samples(tree: Tree, edition: Edition, client: Client) -> None:
    from skillweek.site.demo_online import fill

    fill(edition)
    assert not Tour.objects.exists()  # nobody is there to hand in
    for unit in (tree.school_a, tree.siming, tree.host):
        make.unit_person(unit)
    fill(edition)
    fill(edition)
    tour = Tour.objects.get()
    page = client.get("/online/").content.decode()
    assert page.count("【示例】") == 3 and tour.title in page
    assert all("示例" in work.title for model in (Tour, LiveRoom, Hall) for work in model.objects.all())
