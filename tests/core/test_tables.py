"""Tables that people upload: rows of named cells, faults per cell, and that only what was shown is entered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from skillweek.core.errors import Conflict, DomainError
from skillweek.core.tables.plan import Outcome, as_shown, digest
from skillweek.core.tables.reading import MAX_BYTES, Column, Layout, read_rows
from skillweek.core.tables.writing import Book

LAYOUT = Layout(
    columns=(Column("name", "名称", ("姓名",)), Column("kind", "类型", width=9), Column("text", "介绍", is_long=True)),
    required=("name",),
    missing="没有表头，要有「名称」。",
    most_rows=3,
)


def _read(text: str, layout: Layout = LAYOUT) -> list[dict[str, object]]:
    return read_rows(text.encode(), layout)


def test_headings_are_known_by_other_names_and_through_decoration() -> None:
    rows = _read('某校名单,,\n* 姓名（必填）,备注,介 绍\n 甲\u200b  乙 ,不读,"一\n二"\n,,\n丙,,\n')
    assert rows == [{"row": 3, "cells": {"name": "甲 乙", "text": "一\n二"}}, {"row": 5, "cells": {"name": "丙"}}]


def test_example_rows_are_passed_over() -> None:
    assert [row["row"] for row in _read("名称\n示例一行\n甲\n")] == [3]
    assert [row["row"] for row in _read("名称\n示例一行\n甲\n", replace(LAYOUT, example=""))] == [2, 3]


def test_a_heading_that_stands_twice_is_refused_where_the_layout_says_so() -> None:
    assert _read("名称,姓名\n甲,乙\n")[0]["cells"] == {"name": "甲"}
    with pytest.raises(DomainError, match="两列「名称」"):
        _read("名称,姓名\n甲,乙\n", replace(LAYOUT, is_strict=True))


def test_one_known_word_is_no_heading_where_the_layout_asks_for_more() -> None:
    rows = _read("名称\n名称,类型\n甲,乙\n", replace(LAYOUT, least=2))
    assert rows == [{"row": 3, "cells": {"name": "甲", "kind": "乙"}}]


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "空的"), ("类型\n甲\n", "没有表头"), ("名称\n\n", "没有内容"), ("名称\n甲\n乙\n丙\n丁\n", "超过 3 行")],
)
def test_a_file_that_is_no_such_table_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(DomainError, match=words) as caught:
        _read(text)
    assert caught.value.field == "file"


def test_a_file_that_is_too_big_is_not_read() -> None:
    with pytest.raises(DomainError, match="5 MB"):
        read_rows(b"x" * (MAX_BYTES + 1), LAYOUT)


def test_what_a_book_writes_is_read_back_and_nothing_becomes_a_formula() -> None:
    book = Book()
    book.table("表", LAYOUT, [["=1+1", "a", "一\n二", "多的"]], extra=[("备注", 9)], choices={"kind": ["a", "b"]})
    content = book.close().read()
    assert read_rows(content, LAYOUT) == [{"row": 2, "cells": {"name": "=1+1", "kind": "a", "text": "一\n二"}}]


def test_faults_name_the_heading_and_say_what_to_fill_in() -> None:
    found = Outcome.of(LAYOUT, {"row": 2, "cells": {"kind": "c"}})
    found.need("name")
    assert found.one_of("kind", {"a": "1", "b": "2"}) == ""
    found.fail("选项", "缺一个")
    assert found.action == "error"
    assert found.problems == [("名称", "请填写。"), ("类型", "请填：a、b。"), ("选项", "缺一个")]


def test_a_word_is_its_value_and_an_empty_cell_the_default() -> None:
    found = Outcome.of(LAYOUT, {"row": 2, "cells": {"name": "甲", "kind": "a"}})
    assert (found.title, found.one_of("kind", {"a": "1"})) == ("甲", "1")
    assert (found.one_of("text", {"a": "1"}), found.one_of("text", {"a": "1"}, default="a")) == ("", "1")
    assert found.action == "new"


def test_only_what_was_shown_is_entered() -> None:
    outcomes = [Outcome.of(LAYOUT, {"row": 2, "cells": {"name": "甲"}})]
    seen = digest(outcomes)
    outcomes[0].note = "说明用读者的语言写，不算变化"
    assert as_shown(outcomes, seen, stale="变了") is outcomes
    outcomes[0].action = "same"
    with pytest.raises(Conflict, match="变了"):
        as_shown(outcomes, seen, stale="变了")
