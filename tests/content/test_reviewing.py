"""Stories, interviews and online works are reviewed by the same verbs, with the same rights (A5, D2, E8, B11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from skillweek.content import access_reviewed as access
from skillweek.content.models import ReviewedText
from skillweek.content.reviewing import Reviewing, must_write
from skillweek.core.audit import history_of
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.interviews.domain.reviewing import REVIEW as INTERVIEWS
from skillweek.interviews.domain.writing import save_episode
from skillweek.notifications.models import Message
from skillweek.online.domain.reviewing import REVIEW as ONLINE
from skillweek.online.domain.writing import save_work
from skillweek.online.models import Question
from skillweek.organisations.models import User
from skillweek.publicity.domain.reviewing import REVIEW as STORIES
from skillweek.publicity.domain.writing import save_story
from tests.factories import Tree, person
from tests.interviews import make as interviews
from tests.online import make as online
from tests.publicity import make as publicity

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A5")]


@dataclass(frozen=True)
class Room:
    """A room's texts: how one is made and saved, how its verbs and messages are called."""

    draft: Callable[[Any, Edition, User], Any]
    save: Callable[..., Any]
    verbs: Reviewing
    audit: str
    message: str


ROOMS = {
    "stories": Room(publicity.written, save_story, STORIES, "story.", "story."),
    "interviews": Room(
        lambda unit, edition, by: interviews.draft(interviews.series(edition, unit, by), by),
        save_episode, INTERVIEWS, "interview.", "interview.",
    ),
    "rooms": Room(lambda unit, edition, _by: online.room(edition, unit), save_work, ONLINE, "online.room_", "online."),
}  # fmt: skip


@pytest.fixture(params=ROOMS)
def room(request: pytest.FixtureRequest) -> Room:
    """One room after the other."""
    return ROOMS[request.param]


@pytest.fixture
def reviewer(tree: Tree) -> User:
    """Reviews school A from the district bureau right above it."""
    return person(tree.siming, "reviewer")


def _fresh(text: Any) -> Any:
    return type(text).objects.get(pk=text.pk)


def _refused(call: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refusal:
        call()
    return refusal.value.code


def test_a_text_goes_up_comes_back_and_comes_out(
    room: Room, tree: Tree, edition: Edition, liaison: User, reviewer: User
) -> None:
    text, verbs = room.draft(tree.school_a, edition, liaison), room.verbs
    assert not access.visible_to(reviewer, type(text)).exists()
    assert _refused(lambda: verbs.publish(text, actor=reviewer)) == "not_allowed"
    assert _refused(lambda: verbs.take_back(text, actor=liaison)) == "not_waiting"
    assert _refused(lambda: verbs.hand_in(text, actor=liaison, expected_revision=99)) == "changed"
    verbs.hand_in(text, actor=liaison)
    assert list(access.visible_to(reviewer, type(text))) == [text]
    assert _refused(lambda: verbs.hand_in(text, actor=liaison)) == "waiting"
    assert _refused(lambda: must_write(_fresh(text), liaison)) == "waiting"
    verbs.take_back(text, actor=liaison)
    assert _refused(lambda: verbs.give_back(text, actor=reviewer, note="不完整")) == "not_waiting"
    verbs.hand_in(text, actor=liaison)
    verbs.give_back(text, actor=reviewer, note="不完整")
    assert (_fresh(text).review, _fresh(text).review_note, _fresh(text).reviewed_by) == ("returned", "不完整", reviewer)
    verbs.hand_in(text, actor=liaison)
    verbs.publish(text, actor=reviewer)
    out = _fresh(text)
    assert (out.is_live, out.review, out.review_note, out.is_handed_in) == (True, "", "", True)
    assert _refused(lambda: verbs.hand_in(text, actor=liaison)) == "same"
    assert _refused(lambda: verbs.withdraw(text, actor=liaison, reason=" ")) == "invalid"
    verbs.withdraw(text, actor=liaison, reason="有误")
    assert _refused(lambda: verbs.withdraw(text, actor=liaison, reason="有误")) == "not_public"
    said = list(history_of(text).order_by("pk").values_list("verb", flat=True))
    own = [room.audit + verb for verb in ("submit", "take_back", "submit", "return", "submit")]
    assert [verb for verb in said if not verb.endswith("make")] == [*own, "text.publish", "text.withdraw"]
    told = Message.objects.filter(recipient=liaison).values_list("kind", flat=True)
    assert {f"{room.message}returned", f"{room.message}published"} <= set(told)
    assert not Message.objects.filter(recipient=reviewer).exists()


def test_what_was_taken_down_is_put_back_by_the_line_above(
    room: Room, tree: Tree, edition: Edition, liaison: User, reviewer: User
) -> None:
    text = room.verbs.hand_in(room.draft(tree.school_a, edition, liaison), actor=liaison)
    room.verbs.publish(text, actor=reviewer)
    room.verbs.withdraw(text, actor=reviewer, reason="有误")
    room.verbs.publish(text, actor=reviewer)
    assert _fresh(text).is_live


def test_nothing_comes_out_that_its_school_took_back(
    room: Room, tree: Tree, edition: Edition, liaison: User, reviewer: User
) -> None:
    text = room.draft(tree.school_a, edition, liaison)
    room.verbs.hand_in(text, actor=liaison)
    room.verbs.take_back(text, actor=liaison)
    assert _refused(lambda: room.verbs.publish(text, actor=reviewer)) == "not_waiting"
    room.verbs.hand_in(text, actor=liaison)
    room.verbs.give_back(text, actor=reviewer, note="不完整")
    assert _refused(lambda: room.verbs.publish(text, actor=reviewer)) == "not_waiting"


@pytest.mark.parametrize("name", ["interviews", "rooms"])
def test_no_change_comes_out_that_its_school_did_not_hand_in(
    name: str, tree: Tree, edition: Edition, liaison: User, reviewer: User
) -> None:
    room = ROOMS[name]
    text = room.draft(tree.school_a, edition, liaison)
    room.verbs.hand_in(text, actor=liaison)
    room.verbs.publish(text, actor=reviewer)
    room.save(_fresh(text), {"title": "没有提交的标题"}, actor=liaison)
    assert _refused(lambda: room.verbs.publish(text, actor=reviewer)) == "not_waiting"
    assert _fresh(text).live["title"] == text.title


def test_a_bureau_publishes_its_own(room: Room, tree: Tree, edition: Edition, reviewer: User) -> None:
    text = room.draft(tree.siming, edition, reviewer)
    assert _refused(lambda: room.verbs.hand_in(text, actor=reviewer)) == "not_allowed"
    assert _refused(lambda: room.verbs.publish(text, actor=person(tree.siming, "liaison"))) == "not_allowed"
    room.verbs.publish(text, actor=reviewer)
    assert _fresh(text).is_live


def test_one_who_also_reviews_the_bureau_still_publishes_its_own(room: Room, tree: Tree, edition: Edition) -> None:
    both = person(tree.siming, "manager")
    both.memberships.create(organisation=tree.host, role="reviewer")
    text = room.draft(tree.siming, edition, both)
    room.verbs.publish(text, actor=both)
    assert _fresh(text).is_live


def test_an_archived_edition_is_frozen(room: Room, tree: Tree, edition: Edition, liaison: User, reviewer: User) -> None:
    text = room.verbs.hand_in(room.draft(tree.school_a, edition, liaison), actor=liaison)
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    for call in (
        lambda: room.verbs.hand_in(text, actor=liaison),
        lambda: room.verbs.take_back(text, actor=liaison),
        lambda: room.verbs.give_back(text, actor=reviewer, note="x"),
        lambda: room.verbs.publish(text, actor=reviewer),
        lambda: room.verbs.withdraw(text, actor=reviewer, reason="x"),
        lambda: must_write(_fresh(text), liaison),
    ):
        with pytest.raises(NotAllowed):
            call()
    assert not any(access.rights_of(liaison, _fresh(text)).values())


def test_a_text_that_is_gone_says_so(room: Room, tree: Tree, edition: Edition, liaison: User) -> None:
    text = room.draft(tree.school_a, edition, liaison)
    gone = _fresh(text)
    _fresh(text).delete()
    with pytest.raises(Conflict) as refusal:
        room.verbs.hand_in(gone, actor=liaison)
    assert refusal.value.code == "gone"


@pytest.mark.requirement("B11")
def test_the_queue_of_words_holds_what_the_person_may_decide_on(tree: Tree, edition: Edition) -> None:
    rooms: list[ReviewedText] = [
        online.publish(online.room(edition, unit)) for unit in (tree.school_a, tree.school_b, tree.siming)
    ]
    for each in rooms:
        online.question(each)  # type: ignore[arg-type]
    seen = []
    for unit in (tree.school_a, tree.siming, tree.huli, tree.host):
        for role in ("member", "liaison", "reviewer", "manager"):
            user = person(unit, role)
            queue = {row.room_id for row in Question.objects.filter(access.spoken_for_q(user, "room__"))}
            assert queue == {each.pk for each in rooms if access.can_withdraw(user, each)}, (unit, role)
            seen.append(len(queue))
    assert set(seen) == {0, 1, 2, 3}
