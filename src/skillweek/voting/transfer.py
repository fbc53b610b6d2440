"""Tables of candidates and of results: what people upload, the template, the export (E10)."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Iterable
from typing import IO, Any, Final

import xlsxwriter
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError
from skillweek.organisations.roster.reading import read_tables
from skillweek.voting.models import Ballot
from skillweek.voting.queries.totals import standings

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_ROWS: Final = 1000
#: key → (heading, other headings, width). A file format, so Chinese in every language of the interface.
COLUMNS: Final[dict[str, tuple[str, tuple[str, ...], int]]] = {
    "title": ("名称", ("姓名", "候选", "候选人", "作品名称"), 24),
    "credit": ("单位或作者", ("单位", "作者", "学校", "所在单位"), 28),
    "group": ("组别", ("分组", "类别"), 14),
    "text": ("介绍", ("事迹", "简介", "说明"), 60),
    "url": ("链接", ("网址",), 36),
}
_EXAMPLE: Final = "示例"
_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def read_candidates(content: bytes) -> list[dict[str, Any]]:
    """``[{"row": 2, "cells": {key: text}}, …]`` of the first sheet with our headings. Raises DomainError (``file``)."""
    if len(content) > MAX_BYTES:
        raise DomainError(_("文件超过 5 MB，请删去图片和多余的工作表后再上传。"), field="file")
    if not content.strip():
        raise DomainError(_("文件是空的，请重新选择。"), field="file")
    for table in read_tables(content, cell=4000):
        for index, row in enumerate(table[:10]):
            columns = _columns(row)
            if "title" in columns:
                return _rows(table, index + 1, columns)
    raise DomainError(_("没有找到表头。请使用下载的模板，表头要有「名称」。"), field="file")


def _columns(row: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, text in enumerate(row):
        heading = unicodedata.normalize("NFKC", text).strip(" *:\n")
        key = next((key for key, (name, aliases, _w) in COLUMNS.items() if heading in (name, *aliases)), "")
        if key:
            found.setdefault(key, index)
    return found


def _rows(table: list[list[str]], start: int, columns: dict[str, int]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, row in enumerate(table[start:], start=start + 1):
        cells = {key: row[at].replace("\0", "").strip() for key, at in columns.items() if at < len(row)}
        cells = {key: text if key == "text" else " ".join(text.split()) for key, text in cells.items() if text}
        if not cells or cells.get("title", "").startswith(_EXAMPLE):
            continue
        if len(rows) >= MAX_ROWS:
            raise DomainError(_("表格超过 %(limit)s 行，请分成几个文件上传。") % {"limit": MAX_ROWS}, field="file")
        rows.append({"row": number, "cells": cells})
    if not rows:
        raise DomainError(_("表头下面没有内容。请填写后再上传。"), field="file")
    return rows


def write_template(ballot: Ballot) -> IO[bytes]:
    """The empty table with an example that is not imported."""
    group = ballot.groups[0] if ballot.groups else ""
    example = [f"{_EXAMPLE}姓名（这一行不会导入，可删去）", "示例职业学校", group, "一段介绍", ""]
    return _write("候选", [(name, width) for name, _aliases, width in COLUMNS.values()], [example], ballot.groups)


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
    return _write("票数", heads, rows, [])


def _write(name: str, heads: list[tuple[str, int]], rows: Iterable[list[Any]], groups: list[str]) -> IO[bytes]:
    target = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(target, _OPTIONS)
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bg_color": "#D8EEEE", "border": 1, "text_wrap": True})
    text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    for index, (heading, width) in enumerate(heads):
        sheet.set_column(index, index, width, text)
        sheet.write_string(0, index, heading, head)
    sheet.freeze_panes(1, 1)
    for number, cells in enumerate(rows, start=1):
        for index, value in enumerate(cells):
            if isinstance(value, int):
                sheet.write_number(number, index, value)
            else:
                sheet.write_string(number, index, value, text)
    if groups and sum(map(len, groups)) < 200:
        sheet.data_validation(1, 2, MAX_ROWS, 2, {"validate": "list", "source": groups})
    book.close()
    target.seek(0)
    return target
