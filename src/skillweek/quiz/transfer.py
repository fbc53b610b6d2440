"""The bank as a table: its columns, reading what people upload, writing template and export (E2)."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Iterable
from typing import IO, Any, Final

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from skillweek.activities.transfer.reading import MAX_BYTES
from skillweek.core.errors import DomainError
from skillweek.organisations.roster.reading import read_tables
from skillweek.quiz.domain.bank import JUDGE_OPTIONS
from skillweek.quiz.models import Question
from skillweek.quiz.models.bank import LETTERS

__all__ = [
    "COLUMNS",
    "MAX_BYTES",
    "answer_letters",
    "difficulty_words",
    "kind_words",
    "read_questions",
    "write_questions",
]

MAX_ROWS: Final = 2000
#: key → (heading, other headings, width). A file format, so Chinese in every language of the interface.
COLUMNS: Final[dict[str, tuple[str, tuple[str, ...], int]]] = {
    "kind": ("题型", ("类型",), 10),
    "stem": ("题目", ("题干", "试题"), 50),
    **{f"option_{letter}": (f"选项{letter}", (letter, f"{letter}选项"), 24) for letter in LETTERS},
    "answer": ("答案", ("正确答案",), 10),
    "explanation": ("解析", ("答案解析",), 40),
    "source": ("出处", ("来源", "法律", "依据"), 30),
    "article": ("条款", ("法条",), 12),
    "topic": ("主题", ("分类", "知识点"), 16),
    "difficulty": ("难度", (), 8),
}
_EXTRA: Final = (("状态", 10), ("单位", 24))
_EXAMPLE: Final = "示例"
_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


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


def read_questions(content: bytes) -> list[dict[str, Any]]:
    """``[{"row": 2, "cells": {key: text}}, …]`` of the first sheet with our headings. Raises DomainError (``file``)."""
    if len(content) > MAX_BYTES:
        raise DomainError(_("文件超过 5 MB，请删去图片和多余的工作表后再上传。"), field="file")
    if not content.strip():
        raise DomainError(_("文件是空的，请重新选择。"), field="file")
    for table in read_tables(content, cell=1000):
        for index, row in enumerate(table[:10]):
            columns = _columns(row)
            if {"stem", "answer"} <= columns.keys():
                return _rows(table, index + 1, columns)
    raise DomainError(_("没有找到表头。请使用下载的模板，表头要有「题目」和「答案」。"), field="file")


def _columns(row: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, text in enumerate(row):
        heading = unicodedata.normalize("NFKC", text).strip(" *:\n").replace(" ", "")
        key = next((key for key, (name, others, _w) in COLUMNS.items() if heading in (name, *others)), "")
        if key:
            found.setdefault(key, index)
    return found


def _rows(table: list[list[str]], start: int, columns: dict[str, int]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, row in enumerate(table[start:], start=start + 1):
        cells = {key: " ".join(row[i].replace("\0", "").split()) for key, i in columns.items() if i < len(row)}
        cells = {key: text for key, text in cells.items() if text}
        if not cells or cells.get("stem", "").startswith(_EXAMPLE):
            continue
        if len(rows) >= MAX_ROWS:
            raise DomainError(_("表格超过 %(limit)s 行，请分成几个文件上传。") % {"limit": MAX_ROWS}, field="file")
        rows.append({"row": number, "cells": cells})
    if not rows:
        raise DomainError(_("表头下面没有内容。请填写后再上传。"), field="file")
    return rows


def write_questions(questions: QuerySet[Question] | None) -> IO[bytes]:
    """These rows as a workbook that the import reads back; the template with examples for None."""
    target = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(target, _OPTIONS)
    sheet = book.add_worksheet("题库")
    head = book.add_format({"bold": True, "bg_color": "#D8EEEE", "border": 1, "text_wrap": True})
    text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    names = [(name, width) for name, _others, width in COLUMNS.values()]
    for index, (name, width) in enumerate([*names, *(_EXTRA if questions is not None else ())]):
        sheet.set_column(index, index, width, text)
        sheet.write_string(0, index, name, head)
    sheet.freeze_panes(1, 2)
    last = 0
    for last, cells in enumerate(_lines(questions), start=1):
        for index, value in enumerate(cells):
            sheet.write_string(last, index, value, text)
    for key, words in (("kind", kind_words()), ("difficulty", difficulty_words())):
        index = list(COLUMNS).index(key)
        sheet.data_validation(1, index, last + 500, index, {"validate": "list", "source": list(words)})
    book.close()
    target.seek(0)
    return target


def _lines(questions: QuerySet[Question] | None) -> Iterable[list[str]]:
    if questions is None:
        tail = ["", "", "《示例办法》", "第三条", "示例主题", "容易"]
        yield [
            "单选",
            f"{_EXAMPLE}单选题（这一行不会导入，可删去）",
            "甲",
            "乙",
            "丙",
            "丁",
            *tail[:2],
            "B",
            "为什么选乙",
            *tail[2:],
        ]
        yield ["判断", f"{_EXAMPLE}判断题：答案填“正确”或“错误”，不填选项", *[""] * 6, "正确", "为什么正确", *tail[2:]]
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
