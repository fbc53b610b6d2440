"""Held votes: found, decided, taken back; the audit file; erasing; figures (E10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweek.core.audit import history_of
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import Organisation, User
from skillweek.participation import figures
from skillweek.participation.domain.erasure import erase_participation
from skillweek.participation.mine import things_of
from skillweek.participation.models import Certificate
from skillweek.participation.offers import offers_of
from skillweek.participation.switches import all_switches
from skillweek.voting import audit_file
from skillweek.voting.domain.announcing import announce
from skillweek.voting.domain.ballots import approve, close, take_down
from skillweek.voting.domain.candidates import withdraw
from skillweek.voting.domain.holding import decide, hold_by_hand, reopen, scan
from skillweek.voting.models import Ballot, Hold, Vote, VoteSheet
from skillweek.voting.queries.audit import audit_lines
from skillweek.voting.queries.totals import standings, turnout
from skillweek.voting.tasks import watch_votes
from tests.factories import Tree, client_of, person
from tests.voting import make

pytestmark = pytest.mark.django_db


def _farm(voting: Ballot, persons: int = 6, device: str = "farm" * 16) -> None:
    for _each in range(persons):
        make.vote(voting, 1, device_key=device)


def _counted(voting: Ballot) -> int:
    return sum(row.votes for row in standings(voting))


@pytest.mark.requirement("E10")
def test_a_device_farm_is_held_and_its_organisation_told(voting: Ballot, liaison: User) -> None:
    make.vote(voting, 1, 2)
    _farm(voting)
    assert scan(voting) == 6
    assert scan(voting) == 0
    assert turnout(voting) == (turnout(voting).__class__)(counted=2, held=6, refused=0, voters=1)
    hold = Hold.objects.get()
    assert hold.evidence["persons"] == 6 and hold.evidence["devices"] == 1
    assert "farm" not in str(hold.evidence)
    assert Message.objects.filter(kind="ballot.held", recipient=liaison).count() == 1


def test_later_votes_of_the_kind_join_the_open_batch(voting: Ballot) -> None:
    _farm(voting)
    scan(voting)
    _farm(voting, 2)
    assert scan(voting) == 2
    assert Hold.objects.get().votes.count() == 8


def test_a_reviewer_refuses_and_totals_follow(voting: Ballot, liaison: User) -> None:
    _farm(voting)
    watch_votes.func()
    hold = decide(Hold.objects.get(), actor=liaison, counts=False, reason="同一台设备")
    assert hold.votes_decided == 6
    assert (_counted(voting), turnout(voting).refused) == (0, 6)
    assert Vote.objects.count() == 6  # nothing is deleted
    assert [event.verb for event in history_of(hold)] == ["vote.refuse", "vote.hold"]


def test_what_was_released_is_not_held_again(voting: Ballot, liaison: User) -> None:
    _farm(voting)
    scan(voting)
    decide(Hold.objects.get(), actor=liaison, counts=True, reason="学校机房的公用电脑")
    assert scan(voting) == 0
    assert _counted(voting) == 6
    _farm(voting, 1)
    assert scan(voting) == 1  # a new one of the kind is looked at again


def test_a_decision_can_be_taken_back_until_the_results_are_out(voting: Ballot, liaison: User) -> None:
    _farm(voting)
    scan(voting)
    hold = decide(Hold.objects.get(), actor=liaison, counts=False, reason="刷票")
    reopen(hold, actor=liaison, reason="有人申诉")
    assert turnout(voting).held == 6
    decide(hold, actor=liaison, counts=True, reason="申诉成立")
    assert _counted(voting) == 6


def test_two_reviewers_do_not_decide_twice(voting: Ballot, liaison: User) -> None:
    _farm(voting)
    scan(voting)
    hold = Hold.objects.get()
    decide(hold, actor=liaison, counts=False, reason="刷票")
    with pytest.raises(Conflict):
        decide(hold, actor=liaison, counts=True, reason="不是")
    with pytest.raises(DomainError):
        reopen(hold, actor=liaison, reason="  ")


def test_only_those_who_answer_for_it_decide(voting: Ballot, tree: Tree, member: User, reviewer: User) -> None:
    _farm(voting)
    scan(voting)
    hold = Hold.objects.get()
    for stranger in (member, person(tree.school_b, "manager"), person(tree.huli, "reviewer")):
        with pytest.raises(NotAllowed):
            decide(hold, actor=stranger, counts=True, reason="x")
    decide(hold, actor=reviewer, counts=True, reason="核对过")


@pytest.mark.requirement("E10")
def test_an_organiser_holds_a_burst_by_hand(voting: Ballot, liaison: User) -> None:
    make.vote(voting, 1, 2)
    form = {
        "candidate": voting.candidates.get(number=1), "begin": now() - timedelta(minutes=5),
        "end": now() + timedelta(minutes=5), "reason": "一分钟里票数猛涨",
    }  # fmt: skip
    with pytest.raises(DomainError):
        hold_by_hand(voting, actor=liaison, **{**form, "reason": " "})
    with pytest.raises(DomainError):
        hold_by_hand(voting, actor=liaison, **{**form, "end": form["begin"]})
    hold = hold_by_hand(voting, actor=liaison, **form)
    assert (turnout(voting).held, _counted(voting)) == (1, 1)
    assert hold.evidence["why"] == "一分钟里票数猛涨"
    with pytest.raises(DomainError):
        hold_by_hand(voting, actor=liaison, **form)  # nothing left to hold


def test_the_pages_show_evidence_and_take_the_decision(voting: Ballot, liaison: User) -> None:
    _farm(voting)
    scan(voting)
    client, hold = client_of(liaison), Hold.objects.get()
    page = client.get(f"/w/voting/{voting.pk}/holds/").content.decode()
    assert "同一台设备上有许多人投票" in page
    page = client.get(f"/w/voting/holds/{hold.pk}/").content.decode()
    assert "vo***@163.com" in page and "voter" not in page
    answer = client.post(f"/w/voting/holds/{hold.pk}/decide/", {"do": "refuse", "reason": ""}, follow=True)
    assert "请写明理由" in answer.content.decode()
    answer = client.post(f"/w/voting/holds/{hold.pk}/decide/", {"do": "refuse", "reason": "刷票"}, follow=True)
    assert "已确认 6 票不计" in answer.content.decode()


def test_results_wait_for_held_votes_and_look_once_more(voting: Ballot, liaison: User) -> None:
    _farm(voting)
    close(voting, actor=liaison)
    voting.refresh_from_db()
    with pytest.raises(Conflict) as caught:
        announce(voting, actor=liaison, text="", awards={})
    assert caught.value.code == "held"
    assert turnout(voting).held == 6  # the last look stays
    decide(Hold.objects.get(), actor=liaison, counts=False, reason="刷票")
    announce(voting, actor=liaison, text="", awards={})
    voting.refresh_from_db()
    assert (voting.final_votes, voting.final_refused, voting.audit_lines) == (0, 6, 6)
    with pytest.raises(Conflict):
        reopen(Hold.objects.get(), actor=liaison, reason="太晚了")


def test_a_forged_award_is_refused(voting: Ballot, liaison: User, edition: Edition, tree: Tree) -> None:
    other = make.ballot(edition, tree.school_b)
    close(voting, actor=liaison)
    voting.refresh_from_db()
    with pytest.raises(DomainError):
        announce(voting, actor=liaison, text="", awards={other.candidates.get(number=1).pk: "一等奖"})
    voting.refresh_from_db()
    assert voting.state == Ballot.State.CLOSED


@pytest.mark.requirement("E10")
def test_erasing_leaves_counts_and_the_audit_file(voting: Ballot, liaison: User) -> None:
    _farm(voting)
    make.vote(voting, 2)
    scan(voting)
    decide(Hold.objects.get(), actor=liaison, counts=False, reason="刷票")
    close(voting, actor=liaison)
    voting.refresh_from_db()
    announce(voting, actor=liaison, text="", awards={})
    before = list(audit_lines(voting))
    erase_participation(voting.edition)
    assert not VoteSheet.objects.exclude(network_key="", device_key="").exists()
    assert not Hold.objects.filter(key__startswith="device").exists()
    assert list(audit_lines(voting)) == before
    voting.refresh_from_db()
    assert before[-1].chain == voting.audit_head


def test_figures_agree_with_their_rows_and_leave_held_votes_out(
    voting: Ballot, tree: Tree, django_assert_num_queries: Callable
) -> None:
    make.vote(voting, 1, 2)
    make.vote(voting, 1)
    make.vote(make.ballot(voting.edition, tree.school_b), 1)
    _farm(voting)
    scan(voting)
    everybody = Organisation.objects.all()
    for code, expected in (
        ("voting.voters", {tree.school_a.pk: 2, tree.school_b.pk: 1}),
        ("voting.votes", {tree.school_a.pk: 3, tree.school_b.pk: 1}),
    ):
        figure = figures.find(code)
        assert figure is not None
        with django_assert_num_queries(1):
            numbers = figure.numbers(voting.edition, everybody)
        assert numbers == expected
        for unit in (tree.school_a, tree.school_b, tree.tech):
            assert sum(row.amount for row in figure.rows(voting.edition, unit)) == expected.get(unit.pk, 0)


def test_offer_switch_and_ones_own_page(voting: Ballot, tree: Tree) -> None:
    voter = make.participant(voting.edition)
    make.vote(voting, 1, voter=voter)
    make.draft(voting.edition, tree.school_a)
    assert [offer.url for offer in offers_of(voting.edition) if offer.kind == "voting"] == [f"/vote/{voting.pk}/"]
    assert [thing.title for thing in things_of(voter)] == [voting.title]
    switch = next(row for row in all_switches() if row.code == "voting")
    assert switch.count(voting.edition, Organisation.objects.filter(pk=tree.school_a.pk)) == 2


_RAWS = st.lists(
    st.builds(
        audit_file.Raw, person=st.integers(1, 9), candidate=st.integers(1, 5), title=st.text(max_size=5),
        minute=st.sampled_from(["2023-05-14T09:00", "2023-05-14T09:01"]), state=st.sampled_from(["counted", "refused"]),
        receipt=st.text(alphabet="ABC234", min_size=16, max_size=16),
    ),
    min_size=1, max_size=20,
)  # fmt: skip


@given(_RAWS, st.randoms())
def test_no_line_of_the_audit_file_changes_unseen(votes: list[audit_file.Raw], chance: object) -> None:
    votes.sort(key=lambda vote: vote.minute)
    salt = "ab" * 32
    lines = list(audit_file.lines(votes, salt))
    assert audit_file.check(lines) == lines[-1].chain
    assert list(audit_file.lines(sorted(votes, key=lambda v: (v.minute, v.receipt)), salt)) == lines
    for at, line in enumerate(lines):
        forged = [
            *lines[:at],
            replace(line, state="counted" if line.state == "refused" else "refused"),
            *lines[at + 1 :],
        ]
        with pytest.raises(ValueError, match="does not follow"):
            audit_file.check(forged)
    if len(lines) > 1:
        with pytest.raises(ValueError, match="does not follow"):
            audit_file.check(lines[1:])


def test_pseudonyms_differ_between_ballots() -> None:
    assert audit_file.pseudonym("00" * 32, 7) != audit_file.pseudonym("01" * 32, 7)


def test_the_samples_are_plainly_samples_and_made_once(edition: Edition, tree: Tree) -> None:
    from skillweek.site.demo_voting import fill

    person(tree.school_a, "liaison")
    person(tree.siming, "reviewer")
    fill(edition)
    fill(edition)
    assert all("示例" in title for title in Ballot.objects.values_list("title", flat=True))
    assert sorted(Ballot.objects.values_list("state", flat=True)) == ["announced", "published"]
    assert Hold.objects.get().votes.count() == 6


def test_one_device_for_two_candidates_makes_a_batch_for_each(voting: Ballot) -> None:
    for _each in range(4):
        make.vote(voting, 1, 2, device_key="farm" * 16)
    assert scan(voting) == 8
    for hold in Hold.objects.all():
        assert set(hold.votes.values_list("candidate", flat=True)) == {hold.candidate_id}
        assert hold.evidence["votes"] == hold.votes.count() == 4


def _announced(voting: Ballot, liaison: User) -> Ballot:
    _farm(voting)
    make.vote(voting, 2)
    scan(voting)
    decide(Hold.objects.get(), actor=liaison, counts=True, reason="机房投票")
    close(voting, actor=liaison)
    announce(Ballot.objects.get(pk=voting.pk), actor=liaison, text="", awards={})
    return Ballot.objects.get(pk=voting.pk)


def test_announced_results_stay_final_while_the_ballot_is_taken_down(
    voting: Ballot, liaison: User, reviewer: User
) -> None:
    final = _announced(voting, liaison)
    take_down(final, actor=reviewer, reason="核实")
    for verb in (
        lambda: reopen(Hold.objects.get(), actor=liaison, reason="再看看"),
        lambda: withdraw(voting.candidates.get(number=1), actor=liaison, reason="退出"),
    ):
        with pytest.raises(Conflict):
            verb()
    approve(final, actor=reviewer)
    final.refresh_from_db()
    assert final.state == Ballot.State.ANNOUNCED
    assert list(audit_lines(final))[-1].chain == final.audit_head


def test_a_scan_that_comes_too_late_holds_nothing(voting: Ballot, liaison: User) -> None:
    stale = Ballot.objects.get(pk=voting.pk)
    final = _announced(voting, liaison)
    Vote.objects.update(is_cleared=False)  # as if the device had not been found before
    assert scan(stale) == 0
    assert not Vote.objects.filter(state=Vote.State.HELD).exists()
    assert list(audit_lines(final))[-1].chain == final.audit_head


def test_an_archived_edition_is_not_watched(voting: Ballot) -> None:
    _farm(voting)
    Edition.objects.filter(pk=voting.edition_id).update(state=Edition.State.CLOSED)
    assert watch_votes.func() == 0


def test_erasing_takes_authors_out_of_certificates(voting: Ballot, liaison: User) -> None:
    make.vote(voting, 1)
    close(voting, actor=liaison)
    awards = {voting.candidates.get(number=1).pk: "一等奖"}
    announce(Ballot.objects.get(pk=voting.pk), actor=liaison, text="", awards=awards)
    assert "示例单位" in Certificate.objects.get().lines
    erase_participation(voting.edition)
    assert len(Certificate.objects.get().lines) == 1
    assert erase_participation(voting.edition) == 0
