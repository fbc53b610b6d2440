"""Tables of candidates and of results: what people upload, the template, the export (E10)."""

from __future__ import annotations

from typing import IO, Final

from django.utils.translation import gettext_lazy

from skillweek.core.tables.reading import Column, Layout
from skillweek.core.tables.writing import Book
from skillweek.voting.models import Ballot
from skillweek.voting.queries.totals import standings

#: A file format, so Chinese in every language of the interface.
LAYOUT: Final = Layout(
    columns=(
        Column("title", "名称", ("姓名", "候选", "候选人", "作品名称"), 24),
        Column("credit", "单位或作者", ("单位", "作者", "学校", "所在单位"), 28),
        Column("group", "组别", ("分组", "类别"), 14),
        Column("text", "介绍", ("事迹", "简介", "说明"), 60, is_long=True),
        Column("url", "链接", ("网址",), 36),
    ),
    required=("title",),
    missing=gettext_lazy("没有找到表头。请使用下载的模板，表头要有「名称」。"),
    most_rows=1000,
    longest=4000,
)


def write_template(ballot: Ballot) -> IO[bytes]:
    """The empty table with an example that is not imported."""
    group = ballot.groups[0] if ballot.groups else ""
    example = [f"{LAYOUT.example}姓名（这一行不会导入，可删去）", "示例职业学校", group, "一段介绍", ""]
    book = Book()
    book.table("候选", LAYOUT, [example], choices={"group": ballot.groups}, freeze=(1, 0))
    return book.close()


def write_results(ballot: Ballot) -> IO[bytes]:
    """All candidates with their votes as they stand now."""
    heads = [
        ("组别", 14),
        ("名次", 8),
        ("编号", 8),
        ("名称", 24),
        ("单位或作者", 28),
        ("有效票", 10),
        ("暂扣票", 10),
        ("奖项", 16),
    ]
    rows = [
        [row.candidate.group, row.rank, row.candidate.number, row.candidate.title, row.candidate.credit, row.votes,
         row.held, row.candidate.award]
        for row in standings(ballot)
    ]  # fmt: skip
    book = Book()
    book.sheet("票数", heads, rows)
    return book.close()
