"""A call's vote and jury: opened from approved works, left by withdrawn ones, joined by weights (E1, E10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from skillweek.bookings.tokens import token_from
from skillweek.contests.domain import calls, entries, following, moderating
from skillweek.contests.domain.erasing import erase
from skillweek.contests.models import Call, Entry
from skillweek.contests.queries.ranking import ranked
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.judging.domain import jurors
from skillweek.judging.models import Panel, Work
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.participation.domain.certificates import issue
from skillweek.participation.models import Certificate
from skillweek.voting.domain import ballots
from skillweek.voting.models import Ballot, Candidate
from skillweek.voting.queries.totals import turnout
from tests import factories
from tests.contests import make
from tests.factories import Tree, client_of
from tests.judging import make as juries
from tests.participation.make import client_for

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


def _fetch(client: Client, work: Work) -> int:
    return client.get(work.image_url).status_code


def test_jurors_see_pictures_before_the_show_while_they_judge(
    call: Call, works: list[Entry], city: User, client: Client
) -> None:
    Call.objects.update(show_from=now() + timedelta(days=1))
    panel = following.open_jury(call, actor=city, due_at=now() + timedelta(days=1))
    work = panel.works.get(source_key=works[0].source_key)
    Panel.objects.update(state=Panel.State.OPEN, opened_at=now())
    juror = juries.juror(panel)
    client.get(f"/jury/t/{token_from(juror.nonce)}/")
    Panel.objects.update(state=Panel.State.DRAFT)
    assert _fetch(client, work) == 404  # the judging has not begun
    Panel.objects.update(state=Panel.State.OPEN)
    assert (_fetch(client, work), _fetch(Client(), work)) == (200, 404)
    assert "?" not in work.image_url
    Panel.objects.update(state=Panel.State.CLOSED)
    assert _fetch(client, work) == 404
    Panel.objects.update(state=Panel.State.OPEN)
    entries.withdraw_entry(works[0])
    assert _fetch(client, work) == 404


def test_jurors_see_all_of_a_work_and_not_who_made_it(
    call: Call, works: list[Entry], city: User, client: Client, edition: Edition
) -> None:
    Call.objects.update(show_from=now() + timedelta(days=1))
    many = make.draft(call, make.participant(edition), title="一天的车间", author="林小满", text="从早到晚。")
    make.send(client_for(many.participant), many, make.jpeg())
    make.send(client_for(many.participant), many, make.jpeg())
    make.check_files(many)
    moderating.approve(entries.submit_entry(many), actor=city)
    panel = following.open_jury(call, actor=city, due_at=now() + timedelta(days=1))
    Panel.objects.update(state=Panel.State.OPEN, opened_at=now())
    client.get(f"/jury/t/{token_from(juries.juror(panel).nonce)}/")
    work = panel.works.get(source_key=many.source_key)
    assert work.safe_url in client.get(f"/jury/{panel.pk}/work/{work.number}/").content.decode()
    page = client.get(work.url).content.decode()
    files = [file.pk for file in many.files.all()]
    assert len(files) == 2 and all(f"/contests/media/{pk}/large/" in page for pk in files)
    assert all(client.get(f"/contests/media/{pk}/large/").status_code == 200 for pk in files)
    assert "从早到晚。" in page and "林小满" not in page
    assert Client().get(work.url).status_code == 404
    assert client_of(factories.person(call.organisation, "member")).get(work.url).status_code == 404


def test_a_removed_juror_and_one_of_another_jury_see_nothing(
    call: Call, works: list[Entry], city: User, client: Client
) -> None:
    Call.objects.update(show_from=now() + timedelta(days=1))
    panel = following.open_jury(call, actor=city, due_at=now() + timedelta(days=1))
    Panel.objects.update(state=Panel.State.OPEN, opened_at=now())
    work = panel.works.get(source_key=works[0].source_key)
    juror = juries.juror(panel)
    client.get(f"/jury/t/{token_from(juror.nonce)}/")
    assert _fetch(client, work) == 200
    jurors.remove_juror(juror, actor=city)
    assert _fetch(client, work) == 404
    # Whoever sets up a jury of their own and types the address there opens nothing by it.
    theirs = juries.panel(call.edition, call.organisation)
    theirs.works.filter(number=1).update(url=work.image_url)
    stranger = Client()
    stranger.get(f"/jury/t/{token_from(juries.juror(theirs).nonce)}/")
    assert stranger.get(f"/jury/{theirs.pk}/work/1/").status_code == 200
    assert _fetch(stranger, work) == 404


def test_a_call_that_is_taken_down_takes_its_vote_with_it_and_brings_it_back(
    call: Call, works: list[Entry], city: User, host: User, edition: Edition
) -> None:
    ballot, _synced = following.open_vote(call, actor=city)
    Ballot.objects.update(state=Ballot.State.PUBLISHED, published_at=now())
    _vote(ballot, {0: 2}, edition)
    assert Client().get(f"/vote/{ballot.pk}/").status_code == 200
    calls.take_down(call, actor=host, reason="作品涉及争议")
    ballot.refresh_from_db()
    assert (ballot.state, ballot.note) == ("down", "所属的征集活动已下架：作品涉及争议")
    assert Client().get(f"/vote/{ballot.pk}/").status_code == 404
    assert Client().get("/vote/").content.decode().count(f"/vote/{ballot.pk}/") == 0
    with pytest.raises(Conflict):
        _vote(ballot, {1: 1}, edition)
    assert Message.objects.filter(kind="ballot.down").exists()
    page = client_of(host).get(f"/w/voting/{ballot.pk}/").content.decode()
    assert "所属的征集活动已下架" in page and 'value="approve"' not in page
    with pytest.raises(Conflict) as refused:
        ballots.approve(ballot, actor=host)
    assert refused.value.code == "source_down"
    with pytest.raises(Conflict):
        following.open_vote(call, actor=city)
    calls.approve(call, actor=host)
    ballot.refresh_from_db()
    assert (ballot.state, ballot.note, ballot.state_before) == ("published", "", "")
    assert Client().get(f"/vote/{ballot.pk}/").status_code == 200
    assert turnout(ballot).counted == 2
    _vote(ballot, {1: 1}, edition)


@pytest.mark.parametrize("state", ["draft", "submitted", "down"])
def test_a_vote_that_was_not_public_does_not_become_so_with_its_call(
    call: Call, works: list[Entry], city: User, host: User, state: str
) -> None:
    ballot, _synced = following.open_vote(call, actor=city)
    Ballot.objects.update(state=state, note="此前的意见")
    calls.take_down(call, actor=host, reason="作品涉及争议")
    with pytest.raises(Conflict):
        ballots.approve(ballot, actor=host)
    calls.approve(call, actor=host)
    ballot.refresh_from_db()
    assert (ballot.state, ballot.note, ballot.state_before) == (state, "此前的意见", "")


def test_dates_of_a_vote_that_was_opened_are_not_changed_beside_it(call: Call, works: list[Entry], city: User) -> None:
    later = call.vote_until + timedelta(days=1)
    assert calls.save_call(call, actor=city, vote_until=later).vote_until == later
    following.open_vote(call, actor=city)
    with pytest.raises(DomainError) as refused:
        calls.save_call(call, actor=city, vote_until=later + timedelta(days=1))
    assert refused.value.field == "vote_from"
    assert calls.save_call(call, actor=city, text="新的说明", vote_until=later).text == "新的说明"


def test_a_vote_with_results_comes_back_with_them(call: Call, works: list[Entry], city: User, host: User) -> None:
    ballot, _synced = following.open_vote(call, actor=city)
    Ballot.objects.update(
        state=Ballot.State.ANNOUNCED, published_at=now(), closed_at=now(), announced_at=now(), audit_head="f" * 64
    )
    calls.take_down(call, actor=host, reason="作品涉及争议")
    assert Client().get(f"/vote/{ballot.pk}/results/").status_code == 404
    calls.approve(call, actor=host)
    ballot.refresh_from_db()
    assert (ballot.state, ballot.audit_head) == ("announced", "f" * 64)


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
