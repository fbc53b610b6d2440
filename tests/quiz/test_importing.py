"""Questions from Excel: looked at first, entered as shown, twice without effect; and out again (E2)."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.tables.plan import digest
from skillweek.core.tables.reading import read_rows
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.quiz.domain.importing import confirm_import, dry_run, keep_upload
from skillweek.quiz.models import Question, QuestionUpload
from skillweek.quiz.transfer import LAYOUT, answer_letters, write_questions
from tests.factories import Tree, client_of
from tests.quiz import make

_HEAD = ["题型", "题目", "选项A", "选项B", "选项C", "答案", "解析", "出处", "条款", "主题", "难度"]
_GOOD = ["单选", "导入的题目是哪一个？", "甲", "乙", "丙", "B", "乙对", "示例办法", "第一条", "主题一", "容易"]


def _book(*rows: list[str]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for number, row in enumerate([_HEAD, *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


def _kept(edition: Edition, tree: Tree, user: User, *rows: list[str]) -> QuestionUpload:
    return keep_upload(user, tree.school_a, edition, name="题库.xlsx", content=_book(*rows))


@pytest.mark.requirement("E2")
def test_a_table_is_shown_first_and_entered_once(edition: Edition, tree: Tree, liaison: User) -> None:
    judge = ["判断", "导入的判断题对吗？", "", "", "", "错", "", "", "", "", ""]
    upload = _kept(edition, tree, liaison, _GOOD, judge)
    plan = dry_run(upload)
    assert [row.action for row in plan] == ["new", "new"]
    assert not Question.objects.exists()
    assert confirm_import(upload, seen=digest(plan)) == 2
    made = Question.objects.get(kind="judge")
    assert (made.answer, made.state, made.organisation) == ("B", Question.State.DRAFT, tree.school_a)
    with pytest.raises(Conflict):
        confirm_import(upload, seen=digest(plan))
    again = _kept(edition, tree, liaison, _GOOD)
    assert [row.action for row in dry_run(again)] == ["same"]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({0: "问答"}, "题型"),
        ({0: "看图题"}, "题型"),
        ({5: "D"}, "答案"),
        ({5: ""}, "答案"),
        ({10: "天书"}, "难度"),
        ({3: ""}, "选项"),
    ],
)
def test_a_wrong_cell_is_named(
    edition: Edition, tree: Tree, liaison: User, change: dict[int, str], column: str
) -> None:
    row = [change.get(index, cell) for index, cell in enumerate(_GOOD)]
    plan = dry_run(_kept(edition, tree, liaison, row))
    assert plan[0].action == "error"
    assert plan[0].problems[0][0] == column


def test_the_same_question_twice_in_one_file_is_entered_once(edition: Edition, tree: Tree, liaison: User) -> None:
    plan = dry_run(_kept(edition, tree, liaison, _GOOD, [_GOOD[0], "导入的题目，是哪一个", *_GOOD[2:]]))
    assert [row.action for row in plan] == ["new", "same"]


def test_what_changed_meanwhile_is_shown_again(edition: Edition, tree: Tree, liaison: User) -> None:
    upload = _kept(edition, tree, liaison, _GOOD)
    seen = digest(dry_run(upload))
    make.question(edition, tree.host, _GOOD[1])
    with pytest.raises(Conflict):
        confirm_import(upload, seen=seen)


def test_a_stranger_imports_for_nobody_else(edition: Edition, tree: Tree, liaison: User) -> None:
    with pytest.raises(NotAllowed):
        keep_upload(liaison, tree.school_b, edition, name="x.xlsx", content=_book(_GOOD))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", "没有,表头\n甲,乙\n".encode(), b"\x00" * 100])
def test_a_file_that_is_no_table_is_a_sentence(edition: Edition, tree: Tree, liaison: User, content: bytes) -> None:
    with pytest.raises(DomainError) as caught:
        keep_upload(liaison, tree.school_a, edition, name="x.xlsx", content=content)
    assert caught.value.field == "file"


def test_what_is_exported_is_read_back(edition: Edition, tree: Tree) -> None:
    make.question(edition, tree.host, "=1+1 是公式吗？")
    make.question(edition, tree.host, "判断题对吗？", kind="judge", options=["正确", "错误"], answer="A")
    rows = read_rows(write_questions(Question.objects.order_by("pk")).read(), LAYOUT)
    assert [row["cells"]["stem"] for row in rows] == ["=1+1 是公式吗？", "判断题对吗？"]
    assert rows[1]["cells"]["answer"] == "正确"


def test_the_template_has_examples_that_are_not_entered() -> None:
    with pytest.raises(DomainError, match="没有内容"):
        read_rows(write_questions(None).read(), LAYOUT)


@pytest.mark.parametrize(
    ("text", "kind", "letters"),
    [
        ("A、C", "multiple", "AC"),
        ("ａｃ", "multiple", "AC"),
        ("对", "judge", "A"),
        ("×", "judge", "B"),
        ("b", "single", "B"),
    ],
)
def test_answers_are_read_as_people_write_them(text: str, kind: str, letters: str) -> None:
    assert answer_letters(text, kind) == letters


def test_the_pages_lead_from_file_to_bank(edition: Edition, tree: Tree, liaison: User) -> None:
    client = client_of(liaison)
    assert client.get(reverse("quiz:template")).status_code == 200
    file = SimpleUploadedFile("题库.xlsx", _book(_GOOD, ["单选", "坏题", "甲", "", "", "A"]))
    home: Any = tree.school_a.pk
    answer = client.post(reverse("quiz:import"), {"home": home, "file": file})
    page = client.get(answer["Location"])
    assert "有错误的行不会导入" in page.content.decode()
    upload = QuestionUpload.objects.get()
    stale = client.post(reverse("quiz:import_confirm", args=[upload.pk]), {"seen": "x"}, follow=True)
    assert "结果与您看到的不同" in stale.content.decode()
    client.post(reverse("quiz:import_confirm", args=[upload.pk]), {"seen": page.context["seen"]})
    assert Question.objects.count() == 1
    assert client.get(reverse("quiz:export")).status_code == 200
