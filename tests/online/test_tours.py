"""Making, reviewing and showing panorama tours (B11)."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image

from skillweek.content.access import is_open
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.online.domain import panoramas, reviewing, writing
from skillweek.online.models import OnlineRules, Panorama, PanoramaCopy, Tour
from skillweek.organisations.models import User
from skillweek.uploads.models import StoredFile
from tests.factories import Tree, client_of, person
from tests.online import make

JSON = {"Accept": "application/json"}


def saved(tour: Tour, scenes: list[dict[str, Any]], actor: User) -> Tour:
    return writing.save_work(tour, {"scenes": scenes}, actor=actor)


@pytest.mark.requirement("B11")
def test_a_school_makes_a_tour_and_the_line_above_publishes_it(
    tree: Tree, edition: Edition, liaison: User, reviewer: User, tmp_path: Path, client: Client
) -> None:
    make.small_pictures(edition)
    tour = make.tour(edition, tree.school_a, intro="从大门走到实训室。")
    picture = make.panorama(tour, tmp_path)
    tour = saved(tour, [make.scene(picture, "gate", name="大门", hotspots=[make.spot()])], liaison)
    assert client.get(f"/online/tours/{tour.pk}/").status_code == 404
    reviewing.hand_in(tour, actor=liaison, expected_revision=tour.revision)
    with pytest.raises(Conflict):
        writing.save_work(tour, {"title": "改名"}, actor=liaison)
    tour.refresh_from_db()
    reviewing.publish_work(tour, actor=reviewer, expected_revision=tour.revision)
    page = client.get(f"/online/tours/{tour.pk}/").content.decode()
    assert "大门" in page and "冲泡台" in page and "这里练习冲泡。" in page
    assert Message.objects.filter(kind="online.published", recipient=liaison).exists()
    verbs = set(AuditEvent.objects.filter(object_type="online.tour").values_list("verb", flat=True))
    assert {"online.tour_make", "online.tour_submit", "text.publish"} <= verbs


def test_a_change_shows_only_after_the_next_review(
    tree: Tree, edition: Edition, liaison: User, reviewer: User, tmp_path: Path, client: Client
) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    scenes = tour.draft["scenes"]
    scenes[0]["name"] = "新大门"
    tour = saved(tour, scenes, liaison)
    assert "新大门" not in client.get(f"/online/tours/{tour.pk}/").content.decode()
    reviewing.hand_in(tour, actor=liaison)
    reviewing.return_work(tour, actor=reviewer, note="请写清楚是哪个门。")
    assert "新大门" not in client.get(f"/online/tours/{tour.pk}/").content.decode()
    reviewing.hand_in(tour, actor=liaison)
    reviewing.publish_work(tour, actor=reviewer)
    assert "新大门" in client.get(f"/online/tours/{tour.pk}/").content.decode()
    reviewing.withdraw_work(tour, actor=liaison, reason="在装修")
    assert client.get(f"/online/tours/{tour.pk}/").status_code == 404
    reviewing.publish_work(tour, actor=reviewer)
    assert client.get(f"/online/tours/{tour.pk}/").status_code == 200


def test_the_reviewer_publishes_what_was_read(
    tree: Tree, edition: Edition, liaison: User, reviewer: User, tmp_path: Path
) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    saved(tour, [{**tour.draft["scenes"][0], "hotspots": []}], liaison)
    tour.refresh_from_db()
    read = tour.revision
    reviewing.hand_in(tour, actor=liaison)
    reviewing.take_back(tour, actor=liaison)
    writing.save_work(tour, {"title": "换了题目"}, actor=liaison)
    reviewing.hand_in(tour, actor=liaison)
    with pytest.raises(Conflict):
        reviewing.publish_work(tour, actor=reviewer, expected_revision=read)


def test_the_school_does_not_publish_by_itself(tree: Tree, edition: Edition, liaison: User, tmp_path: Path) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    for actor in (liaison, person(tree.school_a, "manager"), person(tree.huli, "manager"), person()):
        with pytest.raises(NotAllowed):
            reviewing.publish_work(tour, actor=actor)
    with pytest.raises(NotAllowed):
        reviewing.hand_in(tour, actor=person(tree.school_a, "member"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "还没有名称"),
        ({"hotspots": [make.spot(title="")]}, "热点还没有名称"),
        ({"hotspots": [make.spot(text="")]}, "还没有文字"),
        ({"hotspots": [make.spot(kind="scene", scene="zzz")]}, "已不在了"),
        ({"hotspots": [make.spot(kind="picture")]}, "还没有选图片"),
        ({"hotspots": [make.spot(kind="link")]}, "还没有链接"),
        ({"hotspots": [make.spot(kind="link", url="https://evil.example.net/")]}, "不在允许链接的网站里"),
        ({"hotspots": [make.spot(kind="link", url="//evil.example.net/")]}, "https://"),
        ({"hotspots": [make.spot(kind="major", text="", url="javascript:alert(1)")]}, "https://"),
    ],
)
def test_what_lacks_is_said_before_it_is_handed_in(
    change: dict[str, Any], words: str, tree: Tree, edition: Edition, liaison: User, tmp_path: Path
) -> None:
    make.small_pictures(edition)
    tour = make.tour(edition, tree.school_a)
    tour = saved(tour, [make.scene(make.panorama(tour, tmp_path), **change)], liaison)
    with pytest.raises(DomainError, match=words):
        reviewing.hand_in(tour, actor=liaison)


def test_links_to_this_site_and_to_listed_hosts_are_fine(
    tree: Tree, edition: Edition, liaison: User, tmp_path: Path
) -> None:
    make.small_pictures(edition)
    make.allow(edition, "example.cn")
    tour = make.tour(edition, tree.school_a)
    spots = [
        make.spot("a", "link", url="/activities/"),
        make.spot("b", "link", url="https://www.example.cn/a?b=1"),
        make.spot("c", "major", text="", url="https://example.cn/major"),
    ]
    tour = saved(tour, [make.scene(make.panorama(tour, tmp_path), hotspots=spots)], liaison)
    assert reviewing.hand_in(tour, actor=liaison).review == "waiting"


@pytest.mark.parametrize(
    "scenes",
    [
        "x",
        [1],
        [{"key": "a"}],
        [{"key": "A!", "panorama": "x"}],
        None,
        {"a": 1},
        [
            {
                "key": "a",
                "panorama": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
                "hotspots": [{"key": "b", "kind": "script"}],
            }
        ],
        [{"key": "a", "panorama": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "pitch": 500}],
        [{"key": "a", "panorama": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "extra": 1}],
    ],
)
def test_the_editor_cannot_send_nonsense(scenes: Any, tree: Tree, edition: Edition, liaison: User) -> None:
    tour = make.tour(edition, tree.school_a)
    body = json.dumps({"revision": tour.revision, "scenes": scenes})
    url = reverse("online:scenes", args=[tour.pk])
    answer = client_of(liaison).post(url, body, content_type="application/json", headers=JSON)
    assert answer.status_code == 400 and answer.json()["message"]
    tour.refresh_from_db()
    assert not tour.draft.get("scenes")


def test_the_editor_saves_and_two_people_do_not_overwrite_each_other(
    tree: Tree, edition: Edition, liaison: User, tmp_path: Path
) -> None:
    make.small_pictures(edition)
    tour = make.tour(edition, tree.school_a)
    picture = make.panorama(tour, tmp_path)
    url = reverse("online:scenes", args=[tour.pk])

    def send(user: User, name: str) -> Any:
        body = json.dumps({"revision": tour.revision, "scenes": [make.scene(picture, name=name)]})
        return client_of(user).post(url, body, content_type="application/json", headers=JSON)

    assert send(liaison, "大门").json()["revision"] == tour.revision + 1
    second = send(person(tree.school_a, "member"), "后门")
    assert second.status_code == 409
    tour.refresh_from_db()
    assert tour.draft["scenes"][0]["name"] == "大门"
    huge = client_of(liaison).post(url, b"[" * 500_000, content_type="application/json", headers=JSON)
    assert huge.status_code == 400
    deep = client_of(liaison).post(url, b"[" * 90_000, content_type="application/json", headers=JSON)
    assert deep.status_code == 400


def test_a_panorama_of_another_tour_is_refused(tree: Tree, edition: Edition, liaison: User, tmp_path: Path) -> None:
    make.small_pictures(edition)
    other = make.panorama(make.tour(edition, tree.school_b), tmp_path)
    tour = make.tour(edition, tree.school_a)
    with pytest.raises(DomainError, match="已不在这个导览里"):
        saved(tour, [make.scene(other)], liaison)


@pytest.mark.requirement("B11")
def test_public_copies_are_half_as_high_smaller_and_without_gps(
    tree: Tree, edition: Edition, tmp_path: Path, client: Client
) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    row = tour.panoramas.earliest("created_at")
    assert [copy.width for copy in row.copies.all()] == [1024, 1200]
    original = Image.open(default_storage.path(row.file.key))
    assert original.getexif().get_ifd(0x8825)
    for copy in row.copies.all():
        answer = client.get(reverse("online_public:panorama", args=[row.pk, copy.width]))
        assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg"
        assert answer["Cache-Control"].startswith("public")
        data = b"".join(answer)
        image = Image.open(io.BytesIO(data))
        assert image.size == (copy.width, copy.width // 2) and len(data) == copy.size
        assert not image.getexif() and b"GPS" not in data and b"Exif" not in data
    assert client.get(reverse("online_public:panorama", args=[row.pk, 300])).status_code == 404


def test_pictures_of_a_draft_are_for_those_who_see_it(
    tree: Tree, edition: Edition, liaison: User, tmp_path: Path
) -> None:
    make.small_pictures(edition)
    tour = make.tour(edition, tree.school_a)
    row = make.panorama(tour, tmp_path)
    url = reverse("online_public:panorama", args=[row.pk, 1024])
    assert Client().get(url).status_code == 404
    assert client_of(person(tree.school_b, "manager")).get(url).status_code == 404
    assert client_of(person(tree.siming, "reviewer")).get(url).status_code == 404  # not handed in yet
    own = client_of(liaison).get(url)
    assert own.status_code == 200 and own["Cache-Control"].startswith("private")


def test_widths_follow_the_picture_and_never_exceed_what_a_gpu_holds() -> None:
    assert panoramas.widths_for(20000) == [1024, 2048, 4096, 8192]
    assert panoramas.widths_for(8192) == [1024, 2048, 4096, 8192]
    assert panoramas.widths_for(6001) == [1024, 2048, 4096, 6000]
    assert panoramas.widths_for(1000) == [1000]


@pytest.mark.parametrize(
    ("width", "height", "words"),
    [(1200, 600, ""), (1200, 604, ""), (1200, 800, "两倍"), (1200, 500, "两倍"), (900, 450, "至少要 1000")],
)
def test_what_is_no_panorama_is_refused_with_what_to_do(
    width: int, height: int, words: str, tree: Tree, edition: Edition, tmp_path: Path
) -> None:
    make.small_pictures(edition)
    tour = make.tour(edition, tree.school_a)
    path = make.panorama_jpeg(tmp_path / "x.jpg", width, height)
    from skillweek.uploads.domain import store_local_file

    file = store_local_file(
        path, edition=edition, organisation=tree.school_a, user=None, kind=StoredFile.Kind.OTHER, name="x.jpg"
    )
    problem = panoramas.problem_of(file, tour)
    assert (words in problem) if words else problem == ""


def test_a_png_is_no_panorama(tree: Tree, edition: Edition, tmp_path: Path) -> None:
    from skillweek.uploads.domain import store_local_file

    make.small_pictures(edition)
    tour = make.tour(edition, tree.school_a)
    path = tmp_path / "x.jpg"
    Image.new("RGB", (1200, 600)).save(path, "PNG")
    file = store_local_file(
        path, edition=edition, organisation=tree.school_a, user=None, kind=StoredFile.Kind.OTHER, name="x.jpg"
    )
    assert "不是 JPG" in panoramas.problem_of(file, tour)


def test_copies_are_made_once_and_again_after_a_killed_worker(tree: Tree, edition: Edition, tmp_path: Path) -> None:
    make.small_pictures(edition)
    tour = make.tour(edition, tree.school_a)
    row = make.panorama(tour, tmp_path)
    assert panoramas.make_copies(row.pk) == 0
    PanoramaCopy.objects.filter(panorama=row, width=1024).delete()
    assert panoramas.make_copies(row.pk) == 1
    row.refresh_from_db()
    assert row.state == Panorama.State.READY and row.copies.count() == 2


def test_a_picture_leaves_only_when_no_scene_shows_it(
    tree: Tree, edition: Edition, liaison: User, reviewer: User, tmp_path: Path
) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    row = tour.panoramas.latest("created_at")
    keys = [copy.key for copy in row.copies.all()]
    with pytest.raises(Conflict):
        panoramas.remove(row, actor=liaison)
    saved(tour, tour.draft["scenes"][:1], liaison)
    with pytest.raises(Conflict):  # the public still sees it
        panoramas.remove(row, actor=liaison)
    tour.refresh_from_db()
    assert row.file.released_at is None and all(default_storage.exists(key) for key in keys)


def test_a_draft_is_deleted_with_its_pictures(
    tree: Tree, edition: Edition, liaison: User, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    make.small_pictures(edition)
    tour = make.tour(edition, tree.school_a)
    row = make.panorama(tour, tmp_path)
    keys = [copy.key for copy in row.copies.all()]
    with django_capture_on_commit_callbacks(execute=True):
        writing.delete_work(tour, actor=liaison)
    assert not Panorama.objects.exists() and not any(default_storage.exists(key) for key in keys)
    assert StoredFile.objects.get(pk=row.pk).released_at is not None


def test_what_was_public_is_not_deleted(tree: Tree, edition: Edition, liaison: User, tmp_path: Path) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    with pytest.raises(Conflict):
        writing.delete_work(tour, actor=liaison)


def test_a_closed_edition_is_frozen(
    tree: Tree, edition: Edition, liaison: User, reviewer: User, tmp_path: Path
) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    tour = Tour.objects.select_related("edition", "organisation").get(pk=tour.pk)
    assert not is_open(tour.edition)
    for act in (
        lambda: writing.save_work(tour, {"title": "x"}, actor=liaison),
        lambda: reviewing.hand_in(tour, actor=liaison),
        lambda: reviewing.withdraw_work(tour, actor=liaison, reason="x"),
        lambda: reviewing.publish_work(tour, actor=reviewer),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Client().get(f"/online/tours/{tour.pk}/").status_code == 200


def test_the_organisers_limit_of_scenes_holds(tree: Tree, edition: Edition, liaison: User, tmp_path: Path) -> None:
    make.small_pictures(edition)
    OnlineRules.objects.filter(edition=edition).update(max_scenes=2)
    tour = make.tour(edition, tree.school_a)
    row = make.panorama(tour, tmp_path)
    with pytest.raises(DomainError, match="最多 2 个场景"):
        saved(tour, [make.scene(row, key) for key in "abc"], liaison)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example", "data:text/html,x", "http://example.cn/"])
def test_a_drafts_preview_leads_nobody_astray(
    url: str, tree: Tree, edition: Edition, liaison: User, tmp_path: Path
) -> None:
    make.small_pictures(edition)
    tour = make.tour(edition, tree.school_a)
    spots = [make.spot("bad", "link", url=url), make.spot("good", "link", url="/activities/?a=1")]
    saved(tour, [make.scene(make.panorama(tour, tmp_path), hotspots=spots)], liaison)
    page = client_of(liaison).get(f"/w/online/tour/{tour.pk}/preview/").content.decode()
    assert url not in page and "/activities/?a=1" in page
