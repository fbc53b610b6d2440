"""Making, publishing and closing quizzes; boards, certificates, figures (E2)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test.utils import CaptureQueriesContext

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import Organisation, User
from skillweek.participation.domain.erasure import erase_participation
from skillweek.participation.figures import find
from skillweek.participation.mine import things_of
from skillweek.participation.offers import offers_of
from skillweek.participation.switches import all_switches
from skillweek.policies.citing import citations_of
from skillweek.policies.models import Policy
from skillweek.quiz.domain.drawing import Rule
from skillweek.quiz.domain.judging import hide_attempt, take_certificate, unhide_attempt
from skillweek.quiz.domain.nicknames import masked
from skillweek.quiz.domain.quizzes import close_quiz, delete_quiz, publish_quiz, save_quiz
from skillweek.quiz.export_results import write_results
from skillweek.quiz.models import Attempt, Quiz
from skillweek.quiz.queries.boards import district_rows, people_rows, school_rows
from skillweek.quiz.queries.results import by_question, totals_of
from tests import factories
from tests.factories import Tree
from tests.participation.make import participant
from tests.quiz import make


def test_a_quiz_is_published_when_checked_questions_are_enough(edition: Edition, tree: Tree, host: User) -> None:
    quiz = make.quiz(edition, tree.host, host, publish=False)
    with pytest.raises(DomainError, match="核对过的只有 0 题"):
        publish_quiz(quiz, actor=host)
    make.bank(edition, tree.host, 3)
    assert publish_quiz(quiz, actor=host).state == Quiz.State.PUBLISHED


def test_rules_that_together_ask_too_much_are_refused(edition: Edition, tree: Tree, host: User) -> None:
    make.bank(edition, tree.host, 3)
    rules = [Rule("示例主题", "", 2), Rule("", "easy", 2)]
    with pytest.raises(DomainError, match="合在一起"):
        make.quiz(edition, tree.host, host, rules=rules)


def test_a_schools_member_prepares_and_its_liaison_publishes(edition: Edition, tree: Tree, liaison: User) -> None:
    make.bank(edition, tree.host, 3)
    member = factories.person(tree.school_a, "member")
    quiz = make.quiz(edition, tree.school_a, member, publish=False)
    with pytest.raises(NotAllowed):
        publish_quiz(quiz, actor=member)
    assert publish_quiz(quiz, actor=liaison).state == Quiz.State.PUBLISHED


@pytest.mark.requirement("A5")
@pytest.mark.requirement("E2")
def test_a_schools_member_changes_a_draft_and_nothing_that_the_public_sees(
    edition: Edition, tree: Tree, liaison: User
) -> None:
    make.bank(edition, tree.host, 3)
    member = factories.person(tree.school_a, "member")
    quiz = make.quiz(edition, tree.school_a, member, publish=False)
    values, rules = make.values(title="草稿里改的"), [Rule("", "", 2)]
    assert save_quiz(quiz, actor=member, values=values, rules=rules).title == "草稿里改的"
    publish_quiz(quiz, actor=liaison)
    with pytest.raises(NotAllowed, match="由联络员或管理员修改"):
        save_quiz(quiz, actor=member, values=make.values(title="换了"), rules=rules)
    page = factories.client_of(member).get(f"/w/quiz/{quiz.pk}/").content.decode()
    assert f"/w/quiz/{quiz.pk}/edit/" not in page
    assert factories.client_of(member).get(f"/w/quiz/{quiz.pk}/edit/").status_code == 403
    assert f"/w/quiz/{quiz.pk}/edit/" in factories.client_of(liaison).get(f"/w/quiz/{quiz.pk}/").content.decode()
    assert save_quiz(quiz, actor=liaison, values=make.values(title="联络员改的"), rules=rules).title == "联络员改的"


def test_a_stranger_neither_makes_nor_closes_it(edition: Edition, tree: Tree, quiz: Quiz, liaison: User) -> None:
    with pytest.raises(NotAllowed):
        close_quiz(quiz, actor=liaison)
    with pytest.raises(NotAllowed):
        make.quiz(edition, tree.school_b, liaison)


def test_what_people_were_ranked_by_stays(edition: Edition, quiz: Quiz, host: User) -> None:
    make.begin(quiz, participant(edition))
    quiz.refresh_from_db()
    same = {"opens_at": quiz.opens_at, "closes_at": quiz.closes_at + timedelta(days=1)}
    changed = save_quiz(quiz, actor=host, values=make.values(title="新名称", **same), rules=[Rule("", "", 3)])
    assert changed.title == "新名称"
    for fields, rules in (
        ({"seconds": 30}, [Rule("", "", 3)]),
        ({}, [Rule("", "", 2)]),
        ({"pass_mark": 10}, [Rule("", "", 3)]),
    ):
        with pytest.raises(DomainError, match="不公平"):
            save_quiz(quiz, actor=host, values=make.values(**same, **fields), rules=rules)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"closes_at": now() - timedelta(days=9)}, "closes_at"),
        ({"has_practice": False, "has_ranked": False}, "has_ranked"),
    ],
)
def test_nonsense_is_refused_at_its_field(
    edition: Edition, tree: Tree, host: User, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as caught:
        make.quiz(edition, tree.host, host, publish=False, **fields)
    assert caught.value.field == field


def test_a_colleagues_change_is_not_overwritten(edition: Edition, quiz: Quiz, host: User) -> None:
    with pytest.raises(Conflict):
        save_quiz(quiz, actor=host, values=make.values(), rules=[Rule("", "", 3)], expected=1)


def test_only_drafts_are_deleted_and_closed_ones_stay_closed(
    edition: Edition, tree: Tree, quiz: Quiz, host: User
) -> None:
    with pytest.raises(DomainError):
        delete_quiz(quiz, actor=host)
    delete_quiz(make.quiz(edition, tree.host, host, publish=False), actor=host)
    close_quiz(quiz, actor=host, reason="活动结束")
    with pytest.raises(DomainError, match="已结束"):
        save_quiz(quiz, actor=host, values=make.values(), rules=[Rule("", "", 3)])
    assert AuditEvent.objects.get(verb="quiz.close").reason == "活动结束"


def test_the_best_round_of_each_counts_and_ties_share_a_rank(edition: Edition, quiz: Quiz, tree: Tree) -> None:
    ann, bob, eve = (participant(edition) for _each in range(3))
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        make.play(make.begin(quiz, ann, nickname="安小明", school=tree.school_a), 1)
        make.play(make.begin(quiz, bob, nickname="鲍勃", school=tree.school_b), 2)
        clock.move_to(start + timedelta(days=1))
        make.play(make.begin(quiz, ann, nickname="安小明", school=tree.school_a), 2)
        make.play(make.begin(quiz, eve, nickname="伊", school=tree.school_a), 3)
    rows = people_rows(quiz)
    assert [(row.rank, row.name, row.score) for row in rows] == [(1, "*", 100), (2, "鲍*", 66), (2, "安*明", 66)]
    schools = school_rows(quiz)
    assert [(row.name, row.people, row.passed) for row in schools] == [
        ("示例第一职业学校", 2, 2), ("示例第二职业学校", 1, 1)
    ]  # fmt: skip
    assert [row.name for row in district_rows(quiz)] == ["思明区", "湖里区"]


def test_of_equal_points_the_quicker_comes_first(edition: Edition, quiz: Quiz) -> None:
    from skillweek.quiz.domain.playing import answer_turn, turn_now

    for number, seconds in enumerate((9, 3)):
        with time_machine.travel(now(), tick=False) as clock:
            attempt = make.begin(quiz, participant(edition), nickname=f"选手{number}")
            while (turn := turn_now(attempt)) is not None:
                clock.shift(timedelta(seconds=seconds))
                answer_turn(attempt, position=turn.position, places=make.places(turn, right=True))
    assert [(row.name, row.seconds) for row in people_rows(quiz)] == [("选*1", 9.0), ("选*0", 27.0)]


@pytest.mark.parametrize(
    ("name", "shown"), [("", "*"), ("伊", "*"), ("王明", "王*"), ("王小明", "王*明"), ("abcdefghijkl", "a****l")]
)
def test_strangers_read_a_nickname_with_stars(name: str, shown: str) -> None:
    assert masked(name) == shown


@pytest.mark.requirement("E2")
def test_a_passed_round_has_one_certificate_with_a_code(edition: Edition, quiz: Quiz) -> None:
    attempt = make.play(make.begin(quiz, participant(edition)), 3)
    paper = take_certificate(attempt, holder="王小明")
    assert take_certificate(attempt, holder="别人") == paper
    assert (paper.holder, len(paper.code), paper.organisation) == ("王小明", 12, quiz.organisation)
    failed = make.play(make.begin(quiz, participant(edition)), 1)
    with pytest.raises(DomainError, match="合格后"):
        take_certificate(failed, holder="王小明")


@pytest.mark.requirement("E2")
def test_a_round_is_taken_off_the_board_with_a_reason_that_its_player_reads(
    edition: Edition, quiz: Quiz, host: User
) -> None:
    attempt = make.play(make.begin(quiz, participant(edition)), 3)
    paper = take_certificate(attempt, holder="王小明")
    with pytest.raises(DomainError, match="写明原因"):
        hide_attempt(attempt, actor=host, reason=" ")
    hide_attempt(attempt, actor=host, reason="多人代答", url="https://example.org/")
    paper.refresh_from_db()
    assert people_rows(quiz) == []
    assert paper.revoke_reason == "多人代答"
    assert "多人代答" in Message.objects.get(kind="quiz.hidden").body
    attempt.refresh_from_db()
    with pytest.raises(DomainError):
        take_certificate(attempt, holder="王小明")
    unhide_attempt(attempt, actor=host)
    attempt.refresh_from_db()
    again = take_certificate(attempt, holder="王小明")
    assert again != paper and again.revoked_at is None
    assert len(people_rows(quiz)) == 1


def test_a_school_does_not_judge_the_citys_quiz(edition: Edition, quiz: Quiz, liaison: User) -> None:
    attempt = make.play(make.begin(quiz, participant(edition)), 3)
    with pytest.raises(NotAllowed):
        hide_attempt(attempt, actor=liaison, reason="x")


def test_results_tell_how_each_question_was_answered(edition: Edition, quiz: Quiz) -> None:
    for right in (3, 0):
        make.play(make.begin(quiz, participant(edition)), right)
    rows = by_question(quiz)
    assert sum(row.asked for row in rows) == 6
    assert sum(row.right for row in rows) == 3
    assert rows == sorted(rows, key=lambda row: row.share)
    totals = totals_of(quiz)
    assert (totals.people, totals.attempts, totals.passed, totals.average) == (2, 2, 1, 50.0)


def test_the_export_holds_nobodys_contact(edition: Edition, quiz: Quiz) -> None:
    person = participant(edition, "wang.xiaoming@example.org")
    make.play(make.begin(quiz, person, nickname="=王小明"), 3)
    book = openpyxl.load_workbook(io.BytesIO(write_results(quiz).read()))
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert person.masked in cells
    assert not any("wang.xiaoming" in str(cell) or "王小明" in str(cell) for cell in cells)


@pytest.mark.requirement("E2")
def test_figures_agree_with_the_rows_behind_them(
    edition: Edition, quiz: Quiz, tree: Tree, host: User, django_assert_num_queries: Any
) -> None:
    other = make.quiz(edition, tree.host, host, title="另一场")
    person = participant(edition)
    make.play(make.begin(quiz, person), 3)
    make.play(make.begin(other, person), 1)
    make.play(make.begin(quiz, participant(edition)), 2)
    hidden = make.play(make.begin(quiz, participant(edition)), 3)
    hide_attempt(hidden, actor=host, reason="代答")
    make.begin(quiz, participant(edition))  # not finished
    everybody = Organisation.objects.all()
    for code, expected in (("quiz.people", 2), ("quiz.attempts", 3)):
        figure = find(code)
        assert figure is not None
        with django_assert_num_queries(1):
            numbers = figure.numbers(edition, everybody)
        assert numbers == {tree.host.pk: expected}
        assert sum(row.amount for row in figure.rows(edition, tree.host)) == expected
        assert figure.rows(edition, tree.school_a) == []


def test_others_learn_of_it(edition: Edition, quiz: Quiz, tree: Tree, host: User) -> None:
    law = Policy.objects.create(edition=edition, organisation=tree.host, title="职业教育法")
    make.question(edition, tree.host, "引用的题？", policy=law)
    make.quiz(edition, tree.host, host, publish=False, title="草稿")
    person = participant(edition)
    make.play(make.begin(quiz, person), 3)
    offers = [offer for offer in offers_of(edition) if offer.kind == "quiz"]
    assert [(offer.title, offer.state) for offer in offers] == [("职业教育知多少", "open")]
    switch = next(row for row in all_switches() if row.code == "quiz")
    assert switch.count(edition, Organisation.objects.all()) == 1
    make.question(edition, tree.school_a, "待核对？", state="draft")
    assert switch.waiting is not None
    assert switch.waiting(edition, host) == 1
    assert switch.waiting(edition, factories.person(tree.school_a, "liaison")) == 0
    assert [thing.state for thing in things_of(person)] == ["100 分"]
    assert [citation.title for citation in citations_of(law)] == ["竞答：职业教育知多少"]


def test_erasing_takes_names_and_traces_and_leaves_results(edition: Edition, quiz: Quiz) -> None:
    attempt = make.play(make.begin(quiz, participant(edition), nickname="王小明"), 3)
    assert erase_participation(edition) > 0
    attempt.refresh_from_db()
    assert (attempt.nickname, attempt.device_key, attempt.network_key, attempt.score) == ("", "", "", 100)
    assert people_rows(quiz)[0].name == "*"
    from skillweek.quiz.domain.erasure import erase_edition

    assert erase_edition(edition) == 0


def test_a_board_of_many_costs_the_same(edition: Edition, quiz: Quiz) -> None:
    from django.db import connection

    for _each in range(2):
        make.play(make.begin(quiz, participant(edition)), 1)
    with CaptureQueriesContext(connection) as few:
        people_rows(quiz)
    for _each in range(4):
        make.play(make.begin(quiz, participant(edition)), 1)
    with CaptureQueriesContext(connection) as many:
        assert len(people_rows(quiz)) == 6
    assert len(few) == len(many) == 1
    assert Attempt.objects.count() == 6
