"""Files as people make them, and files that mean harm (A6)."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter

from skillweek.core.errors import DomainError
from skillweek.organisations.roster.reading import MAX_ROWS, read_roster


def _sheet(*rows: list[Any], name: str = "名册", before: tuple[str, ...] = ()) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    for other in before:
        book.add_worksheet(other).write_string(0, 0, "别的内容")
    sheet = book.add_worksheet(name)
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return target.getvalue()


def test_sheets_as_people_make_them_are_read() -> None:
    title = ["厦门市职业院校名册（合并单元格）"]
    row = ["N-1", "新 校", "学校", 13800138000, 1.38e10]
    head = ["* 单位代码", " 单位名称 ", "单位性质（必填）", "联系电话", "备注"]

    content = _sheet(title, [], head, row, ["", ""], ["N-2", "二校"], before=("封面",))

    assert read_roster("x.xlsx", content) == [
        {"row": 4, "cells": {"code": "N-1", "name": "新 校", "kind": "学校", "phone": "13800138000"}},
        {"row": 6, "cells": {"code": "N-2", "name": "二校", "kind": "", "phone": ""}},
    ]


def test_a_heading_of_two_lines_is_read() -> None:
    content = _sheet(
        ["单位代码", "单位名称", "联络员", "", ""], ["", "", "姓名", "手机", "邮箱"], ["N-1", "校", "甲", "1", "e"]
    )

    cells = {"code": "N-1", "name": "校", "liaison": "甲", "phone": "1", "email": "e"}
    assert read_roster("x.xlsx", content) == [{"row": 3, "cells": cells}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_any_common_encoding_is_read(encoding: str, delimiter: str) -> None:
    text = f"单位代码{delimiter}单位名称\r\nＮ－１{delimiter}新校\r\n"

    assert read_roster("x.csv", text.encode(encoding)) == [{"row": 2, "cells": {"code": "N-1", "name": "新校"}}]


def _bomb() -> bytes:
    """A workbook with one cell in the last corner of its sheet: a few kilobytes that ask for gigabytes."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["单位代码", "单位名称"])
    sheet.write_string(1_048_575, 16_383, "x")
    book.close()
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b" \n ", "空的"),
        (b"x" * (5 * 1024 * 1024 + 1), "超过 5 MB"),
        (b"PK\x03\x04 not a zip", "打不开"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 not a workbook", "打不开"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff", "不是 Excel"),
        ("甲,乙\n1,2\n".encode(), "没有找到表头"),
        ("单位代码,单位名称\n".encode(), "没有内容"),
        ("单位代码,单位名称,名称\nA,B,C\n".encode(), "两列"),
        (b"\xe5" * 200_000, "不是 Excel|没有找到表头"),
    ],
    ids=["empty", "blank", "huge", "zip", "ole", "png", "no header", "no rows", "twice", "noise"],
)
def test_files_that_are_no_roster_are_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        read_roster("x", content)


def test_a_workbook_that_asks_for_gigabytes_is_refused_not_opened() -> None:
    with pytest.raises(DomainError, match=r"打不开|没有找到表头"):
        read_roster("x.xlsx", _bomb())


def test_too_many_rows_are_refused() -> None:
    rows = "".join(f"N-{number},校\n" for number in range(MAX_ROWS + 1))
    with pytest.raises(DomainError, match="超过 2000 行"):
        read_roster("x.csv", f"单位代码,单位名称\n{rows}".encode())
