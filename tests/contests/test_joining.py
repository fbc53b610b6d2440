"""A call's vote and jury: opened from approved works, left by withdrawn ones, joined by weights (E1, E10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from skillweek.contests.domain import entries, following, moderating
from skillweek.contests.domain.erasing import erase
from skillweek.contests.domain.specs import key_for_jury
from skillweek.contests.models import Call, Entry
from skillweek.contests.queries.ranking import ranked
from skillweek.core.clock import now
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.judging.models import Panel, Work
from skillweek.organisations.models import User
from skillweek.participation.domain.certificates import issue
from skillweek.participation.models import Certificate
from skillweek.voting.models import Ballot, Candidate
from tests import factories
from tests.contests import make
from tests.factories import Tree, client_of

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("E1"), pytest.mark.requirement("E10")]


@pytest.fixture
def works(call: Call, edition: Edition, city: User) -> list[Entry]:
    Call.objects.update(vote_from=now() - timedelta(hours=1), vote_until=now() + timedelta(days=1))
    call.refresh_from_db()
    return [make.approved(call, make.participant(edition), city, title=f"作品{n}", author=f"作者{n}") for n in range(3)]


def test_a_vote_is_opened_from_what_was_approved(call: Call, works: list[Entry], city: User, edition: Edition) -> None:
    make.waiting(call, make.participant(edition))
    client_of(city).post(f"/w/contests/{call.pk}/awards/act/", {"do": "vote"})
    ballot = Ballot.objects.get()
    assert (ballot.title, ballot.state, ballot.opens_at) == (call.title, "draft", call.vote_from)
    assert list(Candidate.objects.values_list("title", "credit")) == [(f"作品{n}", f"作者{n}") for n in range(3)]
    picture = Candidate.objects.first().image_url
    assert Client().get(picture).status_code == 200
    assert "公众投票：草稿" in client_of(city).get(f"/w/contests/{call.pk}/awards/").content.decode()


def test_pressed_twice_there_is_one_ballot_and_one_jury(call: Call, works: list[Entry], city: User) -> None:
    client = client_of(city)
    for _ in range(2):
        client.post(f"/w/contests/{call.pk}/awards/act/", {"do": "vote"})
        client.post(f"/w/contests/{call.pk}/awards/act/", {"do": "jury", "due_at": "2030-01-01T12:00"})
    assert (Ballot.objects.count(), Panel.objects.count()) == (1, 1)
    assert (Candidate.objects.count(), Work.objects.count()) == (3, 3)


def test_without_dates_or_works_there_is_no_vote(call: Call, city: User) -> None:
    with pytest.raises(DomainError):
        following.open_vote(call, actor=city)
    Call.objects.update(vote_from=now(), vote_until=now() + timedelta(days=1))
    with pytest.raises(DomainError):
        following.open_vote(call, actor=city)
    with pytest.raises(DomainError):
        following.open_jury(call, actor=city, due_at=now())


@pytest.mark.parametrize("due", ["", "x", "2030-13-45T12:00"])
def test_a_jury_needs_a_day(call: Call, works: list[Entry], city: User, due: str) -> None:
    client_of(city).post(f"/w/contests/{call.pk}/awards/act/", {"do": "jury", "due_at": due})
    assert Panel.objects.count() == 0


def test_a_withdrawn_work_leaves_vote_and_jury(call: Call, works: list[Entry], city: User) -> None:
    following.open_vote(call, actor=city)
    following.open_jury(call, actor=city, due_at=now() + timedelta(days=1))
    entries.withdraw_entry(works[1])
    assert list(Candidate.objects.filter(withdrawn_at=None).values_list("title", flat=True)) == ["作品0", "作品2"]
    assert list(Work.objects.filter(withdrawn_at=None).values_list("title", flat=True)) == ["作品0", "作品2"]


def test_a_work_that_is_changed_leaves_until_it_is_approved_again(call: Call, works: list[Entry], city: User) -> None:
    following.open_vote(call, actor=city)
    entries.save_entry(works[0], title="新标题")
    assert Candidate.objects.filter(withdrawn_at=None).count() == 2
    moderating.approve(works[0], actor=city)
    following.open_vote(call, actor=city)
    assert set(Candidate.objects.filter(withdrawn_at=None).values_list("title", flat=True)) == {
        "新标题",
        "作品1",
        "作品2",
    }


def test_jurors_see_pictures_before_the_show_and_others_do_not(call: Call, works: list[Entry], city: User) -> None:
    Call.objects.update(show_from=now() + timedelta(days=1))
    following.open_jury(call, actor=city, due_at=now() + timedelta(days=1))
    picture = Work.objects.first().image_url
    assert Client().get(picture).status_code == 200
    assert Client().get(picture.partition("?")[0]).status_code == 404
    other = works[1].files.get()
    assert (
        Client().get(f"/contests/media/{other.pk}/large/?jury={key_for_jury(works[0].files.get())}").status_code == 404
    )
    entries.withdraw_entry(works[0])
    assert Client().get(picture).status_code == 404


def test_votes_and_weights_make_the_ranking(call: Call, works: list[Entry], city: User, edition: Edition) -> None:
    ballot, _synced = following.open_vote(call, actor=city)
    Ballot.objects.update(state=Ballot.State.PUBLISHED)
    _vote(ballot, {2: 3, 0: 1}, edition)
    places = ranked(Call.objects.get())
    assert places.has_votes
    assert [place.entry_id for place in places.places] == [works[2].pk, works[0].pk, works[1].pk]
    assert [place.score for place in places.places] == [100.0, pytest.approx(33.33), 0.0]


def _vote(ballot: Ballot, wanted: dict[int, int], edition: Edition) -> None:
    from tests.voting import make as voting

    numbers = list(ballot.candidates.order_by("number").values_list("number", flat=True))
    for at, votes in wanted.items():
        for _ in range(votes):
            voting.vote(ballot, numbers[at])


def test_a_jury_and_votes_join_by_weight(call: Call, works: list[Entry], city: User, edition: Edition) -> None:
    from tests.judging import make as judging

    ballot, _synced = following.open_vote(call, actor=city)
    panel = following.open_jury(call, actor=city, due_at=now() + timedelta(days=1))
    Ballot.objects.update(state=Ballot.State.PUBLISHED)
    Panel.objects.update(state=Panel.State.OPEN, opened_at=now(), method=Panel.Method.MEAN)
    panel.refresh_from_db()
    _vote(ballot, {2: 2, 1: 1}, edition)
    juror = judging.juror(panel)
    for number, points in ((1, 10), (2, 5), (3, 0)):
        judging.score(juror, number, points, points, points)
    following.weigh(call, actor=city, jury=50, votes=50)
    scores = {place.entry_id: place.score for place in ranked(Call.objects.get()).places}
    assert scores == {works[0].pk: 50.0, works[1].pk: 50.0, works[2].pk: 50.0}
    following.weigh(call, actor=city, jury=100, votes=0)
    assert [place.entry_id for place in ranked(Call.objects.get()).places] == [work.pk for work in works]


def test_weights_are_set_by_whoever_runs_the_call(call: Call, city: User, tree: Tree) -> None:
    client_of(city).post(f"/w/contests/{call.pk}/awards/act/", {"do": "weigh", "jury": "70", "votes": "30"})
    call.refresh_from_db()
    assert (call.jury_weight, call.vote_weight) == (70, 30)
    for wrong in ({"jury": "0", "votes": "0"}, {"jury": "101", "votes": "1"}, {"jury": "x", "votes": "1"}):
        client_of(city).post(f"/w/contests/{call.pk}/awards/act/", {"do": "weigh", **wrong})
    call.refresh_from_db()
    assert (call.jury_weight, call.vote_weight) == (70, 30)
    with pytest.raises(NotAllowed):
        following.weigh(call, actor=factories.person(tree.siming, "reviewer"), jury=1, votes=1)


def test_a_public_vote_is_linked_from_the_call(call: Call, works: list[Entry], city: User) -> None:
    ballot, _synced = following.open_vote(call, actor=city)
    address = f"/vote/{ballot.pk}/"
    assert "去投票" not in Client().get(f"/contests/{call.pk}/").content.decode()
    Ballot.objects.update(state=Ballot.State.PUBLISHED)
    page = Client().get(f"/contests/{call.pk}/").content.decode()
    assert "去投票" in page or address in page


def _copies(entry: Entry) -> list[str]:
    """What the vote and the jury still know of a work beside its title."""
    found = [*Candidate.objects.filter(source_key=entry.source_key), *Work.objects.filter(source_key=entry.source_key)]
    assert len(found) == 2
    return [text for row in found for text in (row.credit, row.text, row.image_url, row.url) if text]


def test_votes_and_juries_forget_the_author_of_a_withdrawn_work(call: Call, works: list[Entry], city: User) -> None:
    ballot, _synced = following.open_vote(call, actor=city)
    following.open_jury(call, actor=city, due_at=now() + timedelta(days=1))
    Ballot.objects.update(state=Ballot.State.ANNOUNCED, announced_at=now(), published_at=now())
    assert _copies(works[0])
    entries.withdraw_entry(works[0])
    assert _copies(works[0]) == []
    assert _copies(works[1])
    assert "作者0" not in Client().get(f"/vote/{ballot.pk}/").content.decode()


@pytest.mark.requirement("E1")
@pytest.mark.requirement("E10")
def test_a_work_withdrawn_after_winning_the_vote_loses_its_certificate(
    call: Call, works: list[Entry], city: User
) -> None:
    following.open_vote(call, actor=city)
    won, other = Candidate.objects.order_by("number")[:2]
    for row in (won, other):
        issue(call.edition, call.organisation, kind="award", key=row.certificate_key, holder=row.title, title="一等奖")
    Ballot.objects.update(state=Ballot.State.ANNOUNCED, announced_at=now(), published_at=now())
    entries.withdraw_entry(Entry.objects.get(pk=won.source_key.rpartition(":")[2]))
    taken = Certificate.objects.get(key=won.certificate_key)
    assert taken.revoked_at is not None and taken.revoke_reason
    assert Certificate.objects.get(key=other.certificate_key).revoked_at is None


@pytest.mark.parametrize("keeps", [True, False])
def test_votes_and_juries_forget_with_the_erasure(
    call: Call, works: list[Entry], city: User, edition: Edition, keeps: bool
) -> None:
    following.open_vote(call, actor=city)
    following.open_jury(call, actor=city, due_at=now() + timedelta(days=1))
    Call.objects.update(keeps_shown=keeps)
    erase(edition)
    assert [bool(_copies(work)) for work in works] == [keeps] * 3
