"""The bank as a table: its columns, reading what people upload, writing template and export (E2)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import IO, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from skillweek.core.tables.reading import Column, Layout
from skillweek.core.tables.writing import Book
from skillweek.quiz.domain.bank import JUDGE_OPTIONS
from skillweek.quiz.models import Question
from skillweek.quiz.models.bank import LETTERS

#: A file format, so Chinese in every language of the interface.
LAYOUT: Final = Layout(
    columns=(
        Column("kind", "题型", ("类型",), 10),
        Column("stem", "题目", ("题干", "试题"), 50),
        *(Column(f"option_{letter}", f"选项{letter}", (letter, f"{letter}选项"), 24) for letter in LETTERS),
        Column("answer", "答案", ("正确答案",), 10),
        Column("explanation", "解析", ("答案解析",), 40),
        Column("source", "出处", ("来源", "法律", "依据"), 30),
        Column("article", "条款", ("法条",), 12),
        Column("topic", "主题", ("分类", "知识点"), 16),
        Column("difficulty", "难度", (), 8),
    ),
    required=("stem", "answer"),
    missing=gettext_lazy("没有找到表头。请使用下载的模板，表头要有「题目」和「答案」。"),
    longest=1000,
)
_EXTRA: Final = (("状态", 10), ("单位", 24))


def kind_words() -> dict[str, str]:
    """Word in the file → code."""
    return dict(zip(("单选", "多选", "判断", "看图题"), Question.Kind.values, strict=True))


def difficulty_words() -> dict[str, str]:
    """Word in the file → code."""
    return dict(zip(("容易", "中等", "较难"), Question.Difficulty.values, strict=True))


def answer_letters(text: str, kind: str) -> str:
    """``A、C``, ``ac``, ``对`` as letters; other signs are left for the bank to refuse."""
    text = unicodedata.normalize("NFKC", text).strip().upper()
    if kind == Question.Kind.JUDGE:
        right, wrong = (
            {JUDGE_OPTIONS[0], "对", "√", "T", "TRUE", "是", "A"},
            {JUDGE_OPTIONS[1], "错", "×", "X", "F", "FALSE", "否", "B"},
        )
        return "A" if text in right else "B" if text in wrong else text
    return "".join(char for char in text if not char.isspace() and char not in "、,;/|，；")


def write_questions(questions: QuerySet[Question] | None) -> IO[bytes]:
    """These rows as a workbook that the import reads back; the template with examples for None."""
    book, extra = Book(), _EXTRA if questions is not None else ()
    choices = {"kind": kind_words(), "difficulty": difficulty_words()}
    book.table("题库", LAYOUT, _lines(questions), extra=extra, choices=choices, freeze=(1, 2))
    return book.close()


def _lines(questions: QuerySet[Question] | None) -> Iterable[list[str]]:
    if questions is None:
        tail = ["", "", "《示例办法》", "第三条", "示例主题", "容易"]
        single = f"{LAYOUT.example}单选题（这一行不会导入，可删去）"
        yield ["单选", single, "甲", "乙", "丙", "丁", *tail[:2], "B", "为什么选乙", *tail[2:]]
        judge = f"{LAYOUT.example}判断题：答案填“正确”或“错误”，不填选项"
        yield ["判断", judge, *[""] * 6, "正确", "为什么正确", *tail[2:]]
        return
    kinds = {code: word for word, code in kind_words().items()}
    levels = {code: word for word, code in difficulty_words().items()}
    for row in questions.select_related("organisation").iterator(chunk_size=200):
        is_judge = row.kind == Question.Kind.JUDGE
        options = [""] * len(LETTERS) if is_judge else [*row.options, *[""] * len(LETTERS)][: len(LETTERS)]
        answer = JUDGE_OPTIONS[LETTERS.index(row.answer)] if is_judge else row.answer
        yield [
            kinds[row.kind], row.stem, *options, answer, row.explanation, row.source, row.article, row.topic,
            levels[row.difficulty], str(row.get_state_display()), row.organisation.name,
        ]  # fmt: skip
