"""Halls: hung by hand, their guestbook, the seam for other rooms' exhibits (B11)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from skillweek.bookings import proof
from skillweek.content.intake import add_asset
from skillweek.content.models import Asset
from skillweek.contests.domain.entries import withdraw_entry
from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.online import exhibits
from skillweek.online.domain import reviewing, saying, writing
from skillweek.online.domain.erasing import erase
from skillweek.online.exhibits import Exhibit, ExhibitKind
from skillweek.online.models import GuestEntry, Hall, QuestionVote
from skillweek.organisations.models import Organisation, User
from tests.bookings.test_pages import solve
from tests.contests import make as contests
from tests.factories import Tree, client_of, person
from tests.online import make
from tests.participation import make as participants
from tests.publicity import make as publicity


def picture(edition: Edition, school: Organisation, folder: Path, title: str = "茶席") -> Asset:
    return add_asset(publicity.photo(edition, school, folder), kind="picture", title=title)


@pytest.mark.requirement("B11")
def test_a_hall_is_hung_arranged_and_shown_in_its_order(
    tree: Tree, edition: Edition, liaison: User, tmp_path: Path, client: Client
) -> None:
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    one, two = (picture(edition, tree.school_a, tmp_path, name) for name in ("茶席一", "茶席二"))
    hall = make.hall(edition, tree.school_a)
    staff = client_of(liaison)
    page = reverse("online:work", args=["hall", hall.pk])
    assert "茶席一" in staff.get(f"{page}?choose=picture").content.decode()
    hang = reverse("online:hang", args=[hall.pk])
    staff.post(hang, {"kind": "picture", "ref": [str(one.pk), str(two.pk)]})
    staff.post(hang, {"kind": "tour", "ref": [str(tour.pk)]})
    names = [f"picture:{one.pk}", f"picture:{two.pk}", f"tour:{tour.pk}"]
    arrange = reverse("online:arrange", args=[hall.pk])
    staff.post(arrange, {"exhibit": names, "caption": ["甲", "乙", "丙"], "up": "2"})
    hall.refresh_from_db()
    assert [row["caption"] for row in hall.draft["exhibits"]] == ["甲", "丙", "乙"]
    staff.post(arrange, {"exhibit": [names[0], names[2], names[1]], "caption": ["甲", "丙", "乙"], "down": "0"})
    hall.refresh_from_db()
    assert [row["caption"] for row in hall.draft["exhibits"]] == ["丙", "甲", "乙"]
    make.publish(hall)
    shown = client.get(f"/online/halls/{hall.pk}/").content.decode()
    assert shown.index("丙") < shown.index("甲") < shown.index("乙") and tour.title in shown
    one.refresh_from_db()
    assert one.is_public and client.get(f"/media/{one.pk}/480.jpg").status_code in (200, 404)
    order = [f"tour:{tour.pk}", names[0], names[1]]
    staff.post(arrange, {"exhibit": order, "caption": ["丙", "甲", "乙"], "out": "1"})
    hall.refresh_from_db()
    assert len(hall.draft["exhibits"]) == 2 and len(hall.live["exhibits"]) == 3


def test_a_published_story_hangs_until_it_is_withdrawn(
    tree: Tree, edition: Edition, liaison: User, tmp_path: Path, client: Client
) -> None:
    story = publicity.composed(publicity.report(edition, tree.school_a), liaison)
    from skillweek.publicity.domain.reviewing import hand_in, publish_story, withdraw_story
    from skillweek.publicity.domain.writing import save_story

    save_story(story, {"topic": edition.doc.topics[0].code}, actor=liaison)
    hand_in(story, actor=liaison)
    reviewer = person(tree.siming, "reviewer")
    publish_story(story, actor=reviewer)
    tour = make.public_tour(edition, tree.school_a, tmp_path)
    rows = [
        {"kind": "story", "ref": str(story.pk), "caption": ""},
        {"kind": "tour", "ref": str(tour.pk), "caption": ""},
    ]
    hall = make.publish(make.hall(edition, tree.school_a, exhibits=rows))
    page = f"/online/halls/{hall.pk}/"
    assert story.title in client.get(page).content.decode()
    withdraw_story(story, actor=reviewer, reason="有误")
    assert story.title not in client.get(page).content.decode()
    assert "已不公开" in client_of(liaison).get(f"/w/online/hall/{hall.pk}/").content.decode()


def test_nobody_shows_another_schools_picture(
    tree: Tree, edition: Edition, liaison: User, tmp_path: Path, client: Client
) -> None:
    theirs = picture(edition, tree.school_b, tmp_path, "乙校的图")
    own = picture(edition, tree.school_a, tmp_path)
    rows = [{"kind": "picture", "ref": str(each.pk), "caption": ""} for each in (theirs, own)]
    hall = make.publish(make.hall(edition, tree.school_a, exhibits=rows))
    theirs.refresh_from_db()
    assert not theirs.is_public
    assert str(theirs.pk) not in client.get(f"/online/halls/{hall.pk}/").content.decode()


@pytest.mark.parametrize(
    "rows",
    [
        [{"kind": "nothing", "ref": "1"}],
        [{"kind": "tour", "ref": ""}],
        [{"kind": "tour", "ref": "1" * 70}],
        [{"kind": "tour", "ref": str(n)} for n in range(201)],
        [{"kind": "tour", "ref": "1", "caption": "x" * 301}],
    ],
)
def test_nonsense_is_not_hung(rows: Any, tree: Tree, edition: Edition, liaison: User) -> None:
    hall = make.hall(edition, tree.school_a)
    with pytest.raises(DomainError):
        writing.save_work(hall, {"exhibits": rows}, actor=liaison)


@pytest.mark.requirement("B11")
@pytest.mark.requirement("E11")
def test_a_work_of_the_public_hangs_until_it_is_withdrawn(
    tree: Tree, edition: Edition, liaison: User, client: Client
) -> None:
    call = contests.call(edition, tree.school_a)
    author = participants.participant(edition)
    work = contests.approved(call, author, person(tree.school_a, "manager"))
    other = contests.approved(
        contests.call(edition, tree.school_b), participants.participant(edition), person(tree.school_b, "manager"),
        title="别校征集的作品",
    )  # fmt: skip
    hall = make.hall(edition, tree.school_a)
    staff = client_of(liaison)
    choice = staff.get(f"{reverse('online:work', args=['hall', hall.pk])}?choose=work").content.decode()
    assert work.title in choice and other.title not in choice
    staff.post(reverse("online:hang", args=[hall.pk]), {"kind": "work", "ref": [str(work.pk)]})
    hall.refresh_from_db()
    make.publish(hall)
    shown = client.get(f"/online/halls/{hall.pk}/").content.decode()
    assert work.title in shown and "林小满" in shown
    withdraw_entry(work)
    assert work.title not in client.get(f"/online/halls/{hall.pk}/").content.decode()


def test_an_empty_hall_is_not_published(tree: Tree, edition: Edition, liaison: User) -> None:
    hall = make.hall(edition, tree.school_a)
    with pytest.raises(DomainError, match="还是空的"):
        reviewing.hand_in(hall, actor=liaison)
    hall = writing.save_work(hall, {"exhibits": [{"kind": "tour", "ref": "999", "caption": ""}]}, actor=liaison)
    with pytest.raises(DomainError, match="不能展出"):
        reviewing.hand_in(hall, actor=liaison)


def test_another_room_hangs_its_own_kind(tree: Tree, edition: Edition, client: Client) -> None:
    class Entries:
        def offer(self, edition: Edition, organisation: Organisation, text: str) -> list[Exhibit]:
            return [Exhibit("7", "美拍作品", "/contests/7/", "一分钟的匠心", "示例第一职业学校")]

        def find(self, edition: Edition, refs: Iterable[str]) -> Mapping[str, Exhibit]:
            return {one.ref: one for one in self.offer(edition, tree.school_a, "") if one.ref in set(refs)}

    exhibits.register(ExhibitKind("test", "参赛作品", "camera", Entries()))
    try:
        hall = make.publish(make.hall(edition, tree.school_a, exhibits=[{"kind": "test", "ref": "7", "caption": ""}]))
        page = client.get(f"/online/halls/{hall.pk}/").content.decode()
        assert 'href="/contests/7/"' in page and "一分钟的匠心" in page
    finally:
        exhibits._KINDS.pop("test")
    assert client.get(f"/online/halls/{hall.pk}/").status_code == 200


def signed(hall: Hall, text: str = "作品真好看", nickname: str = "观众") -> GuestEntry:
    return saying.sign(hall, nickname=nickname, text=text, client_id=uuid.uuid4())


@pytest.fixture
def hall(tree: Tree, edition: Edition, tmp_path: Path) -> Hall:
    """A public hall of school A."""
    own = picture(edition, tree.school_a, tmp_path)
    rows = [{"kind": "picture", "ref": str(own.pk), "caption": ""}]
    made: Hall = make.publish(make.hall(edition, tree.school_a, exhibits=rows))
    return made


@pytest.mark.requirement("B11")
def test_the_guestbook_shows_only_what_was_read(hall: Hall, client: Client, liaison: User) -> None:
    url = reverse("online_public:sign", args=[hall.pk])
    data = {
        "text": "作品真好看",
        "nickname": "观众",
        "client_id": str(uuid.uuid4()),
        "proof": solve(proof.new_challenge()),
    }
    assert client.post(url, data).status_code == 302
    page = f"/online/halls/{hall.pk}/"
    assert "作品真好看" not in client.get(page).content.decode()
    entry = GuestEntry.objects.get()
    client_of(liaison).post(reverse("online:moderate", args=["entry", entry.pk]), {"do": "show"})
    assert "作品真好看" in client.get(page).content.decode()
    # Entries have no answers.
    client_of(liaison).post(reverse("online:moderate", args=["entry", entry.pk]), {"do": "answer", "answer": "谢谢"})
    client_of(liaison).post(reverse("online:moderate", args=["entry", entry.pk]), {"do": "hide"})
    assert "作品真好看" not in client.get(page).content.decode()


def test_a_hall_without_guestbook_takes_nothing(tree: Tree, hall: Hall, liaison: User, client: Client) -> None:
    make.publish(writing.save_work(hall, {"has_guestbook": False}, actor=liaison))
    url = reverse("online_public:sign", args=[hall.pk])
    assert client.post(url, {"text": "x"}).status_code == 409
    assert "写留言" not in client.get(f"/online/halls/{hall.pk}/").content.decode()


@pytest.mark.requirement("B11")
def test_personal_data_is_erased_when_due(tree: Tree, edition: Edition, hall: Hall, client: Client) -> None:
    entry = signed(hall)
    saying.decide(entry, actor=make.unit_person(tree.school_a), shows=True)
    room = make.publish(make.room(edition, tree.school_a))
    shown, waiting = make.question(room, shown=True), make.question(room, "没有显示的问题")
    saying.vote(shown, device="abc")
    assert erase(edition) == 4
    assert erase(edition) == 0
    for row in (entry, shown, waiting):
        row.refresh_from_db()
    assert (entry.text, entry.nickname, waiting.text, shown.nickname) == ("", "", "", "")
    assert shown.text and not QuestionVote.objects.exists()
    page = client.get(f"/online/rooms/{room.pk}/").content.decode()
    assert shown.text in page and "一位家长" not in page
    assert "作品真好看" not in client.get(f"/online/halls/{hall.pk}/").content.decode()


def test_the_rooms_eraser_is_called_by_the_erasure(edition: Edition, hall: Hall) -> None:
    from skillweek.participation.erasing import erase_rooms

    entry = signed(hall)
    assert erase_rooms(edition)[0] >= 1
    entry.refresh_from_db()
    assert entry.erased_at is not None
