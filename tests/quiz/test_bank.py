"""The bank: what a question must be, who checks it, what changes when it was answered (E2)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.policies.domain.catalogue import load_catalogue
from skillweek.quiz import access
from skillweek.quiz.domain import bank
from skillweek.quiz.domain.catalogue import bundled_file, load_questions, read_catalogue
from skillweek.quiz.models import Question, Quiz
from tests import factories
from tests.factories import Tree
from tests.participation.make import participant
from tests.quiz import make


def _values(**fields: Any) -> dict[str, Any]:
    return {**make.FIELDS, "stem": "新题目是哪一个？", **fields}


def _new(edition: Edition, tree: Tree) -> Question:
    return Question(edition=edition, organisation=tree.school_a)


@pytest.mark.requirement("E2")
def test_a_school_writes_and_the_line_above_checks(edition: Edition, tree: Tree, liaison: User, reviewer: User) -> None:
    saved = bank.save_question(_new(edition, tree), actor=liaison, values=_values())
    assert saved.state == Question.State.DRAFT
    with pytest.raises(NotAllowed):
        bank.check_question(saved, actor=liaison)
    checked = bank.check_question(saved, actor=reviewer)
    assert (checked.state, checked.checked_by) == (Question.State.CHECKED, reviewer)
    assert set(AuditEvent.objects.values_list("verb", flat=True)) >= {"question.save", "question.check"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"stem": "  "}, "stem"),
        ({"options": ["只有一个"]}, "options"),
        ({"options": ["同", "同"]}, "options"),
        ({"options": list("一二三四五六七")}, "options"),
        ({"answer": ""}, "answer"),
        ({"answer": "F"}, "answer"),
        ({"answer": "AB"}, "answer"),
        ({"kind": "multiple", "answer": "A"}, "answer"),
        ({"kind": "picture"}, "picture"),
    ],
)
def test_a_wrong_question_is_refused_at_its_field(
    edition: Edition, tree: Tree, liaison: User, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as caught:
        bank.save_question(_new(edition, tree), actor=liaison, values=_values(**fields))
    assert caught.value.field == field


def test_true_or_false_has_its_two_options_always(edition: Edition, tree: Tree, liaison: User) -> None:
    saved = bank.save_question(
        _new(edition, tree), actor=liaison, values=_values(kind="judge", options=["x"], answer="b")
    )
    assert saved.options == ["正确", "错误"]
    assert saved.answer_words == "错误"


def test_without_explanation_and_source_it_is_not_checked(edition: Edition, tree: Tree, host: User) -> None:
    question = make.question(edition, tree.school_a, state="draft", source="")
    with pytest.raises(DomainError):
        bank.check_question(question, actor=host)


def test_changing_a_checked_question_makes_it_wait_again(edition: Edition, tree: Tree, host: User) -> None:
    question = make.question(edition, tree.host)
    saved = bank.save_question(question, actor=host, values=_values(stem="换了说法"))
    assert (saved.pk, saved.state) == (question.pk, Question.State.DRAFT)


def test_somebody_elses_change_is_not_overwritten(edition: Edition, tree: Tree, host: User) -> None:
    question = make.question(edition, tree.host)
    bank.save_question(question, actor=host, values=_values(), expected=1)
    with pytest.raises(Conflict):
        bank.save_question(question, actor=host, values=_values(stem="我的"), expected=1)


def test_a_question_that_was_answered_stays_as_it_was(edition: Edition, quiz: Quiz, host: User) -> None:
    attempt = make.play(make.begin(quiz, participant(edition)), 3)
    turn = attempt.turns.first()
    assert turn is not None
    old = turn.question.stem
    saved = bank.save_question(turn.question, actor=host, values=_values(stem="改过的题目"))
    turn.question.refresh_from_db()
    assert saved.pk != turn.question.pk
    assert (turn.question.stem, turn.question.state) == (old, Question.State.RETIRED)
    assert saved.replaces == turn.question
    with pytest.raises(DomainError):
        bank.restore_question(turn.question, actor=host)


def test_retired_questions_are_not_drawn_and_come_back_unchecked(edition: Edition, tree: Tree, host: User) -> None:
    question = make.question(edition, tree.host)
    bank.retire_question(question, actor=host)
    assert not access.usable_for(tree.school_a, edition).exists()
    with pytest.raises(DomainError, match="已停用"):
        bank.save_question(question, actor=host, values=_values())
    assert bank.restore_question(question, actor=host).state == Question.State.DRAFT


def test_a_quiz_uses_its_own_units_bank_and_those_above_never_a_neighbours(edition: Edition, tree: Tree) -> None:
    mine, above = make.question(edition, tree.school_a, "甲校题"), make.question(edition, tree.host, "市题")
    make.question(edition, tree.school_b, "乙校题")
    make.question(edition, tree.siming, "未核对", state="draft")
    assert set(access.usable_for(tree.school_a, edition)) == {mine, above}


def test_a_neighbour_sees_neither_drafts_nor_checked_questions(edition: Edition, tree: Tree, liaison: User) -> None:
    make.question(edition, tree.school_a)
    stranger = factories.person(tree.school_b, "liaison")
    assert not access.questions_visible_to(stranger, edition).exists()
    assert access.questions_visible_to(liaison, edition).count() == 1


def test_an_archived_edition_takes_no_question(edition: Edition, tree: Tree, host: User) -> None:
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    edition.refresh_from_db()
    with pytest.raises(NotAllowed):
        bank.save_question(Question(edition=edition, organisation=tree.host), actor=host, values=_values())


@pytest.mark.requirement("E2")
def test_the_editions_questions_are_loaded_once_and_wait_to_be_checked(
    edition: Edition, tree: Tree, host: User
) -> None:
    law = next(row for row in load_catalogue(edition, tree.host, actor=None) if row.catalogue_key.endswith("law-2022"))
    made = load_questions(edition, tree.host, actor=host)
    assert len(made) >= 60
    rows = Question.objects.filter(edition=edition)
    assert set(rows.values_list("state", flat=True)) == {Question.State.DRAFT}
    assert not rows.exclude(policy=law).exists()
    assert load_questions(edition, tree.host, actor=host) == []
    assert rows.count() == len(made)


def test_every_bundled_question_cites_its_article_and_explains(edition: Edition) -> None:
    path = bundled_file(edition)
    assert path is not None
    rows = read_catalogue(path)
    for key, row in rows.items():
        assert row["source"] == "中华人民共和国职业教育法", key
        assert row["article"] == "题注" or row["article"].startswith("第"), key
        assert row["explanation"] and row["topic"] and row["policy"], key
        assert row["stem"][-1] in "？。", key
    assert {row["kind"] for row in rows.values()} == {"single", "multiple", "judge"}
    assert {row["difficulty"] for row in rows.values()} == {"easy", "medium", "hard"}


def test_a_broken_file_names_its_row(edition: Edition, tree: Tree, tmp_path: Path) -> None:
    path = tmp_path / "questions.csv"
    head = [
        "key",
        "kind",
        "topic",
        "difficulty",
        "stem",
        *"ABCDEF",
        "answer",
        "explanation",
        "source",
        "article",
        "policy",
    ]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        writer.writerow(["k1", "single", "", "easy", "题？", "甲", "乙", "", "", "", "", "Z", "", "", "", ""])
    with pytest.raises(DomainError, match="第 2 行"):
        load_questions(edition, tree.host, actor=None, path=path)
    assert not Question.objects.exists()


def test_a_school_does_not_load_the_editions_questions(edition: Edition, tree: Tree, liaison: User) -> None:
    with pytest.raises(NotAllowed):
        load_questions(edition, tree.school_a, actor=liaison)


def test_the_command_loads_and_says_how_many(edition: Edition, tree: Tree, capsys: Any) -> None:
    call_command("load_questions", "--edition", edition.slug)
    call_command("load_questions")
    assert "0 questions" in capsys.readouterr().out
    assert AuditEvent.objects.get(verb="question.load").channel == AuditEvent.Channel.CLI
