"""The register as a table: its columns, reading what people upload, writing template and export (D4)."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Iterable
from typing import IO, Any, Final

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from skillweek.activities.transfer.reading import MAX_BYTES, read_day
from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.editions.specs import LEVELS
from skillweek.organisations.roster.reading import read_tables
from skillweek.press.models import Coverage
from skillweek.press.queries.coverage import units_in_words

__all__ = ["COLUMNS", "MAX_BYTES", "level_words", "media_words", "read_coverage", "read_day", "write_coverage"]

MAX_ROWS: Final = 2000
#: key → (heading, other headings, width). A file format, so Chinese in every language of the interface.
COLUMNS: Final[dict[str, tuple[str, tuple[str, ...], int]]] = {
    "title": ("标题", ("报道标题", "新闻标题", "题目"), 44),
    "outlet": ("媒体名称", ("媒体", "刊发媒体", "发布媒体"), 20),
    "level": ("媒体级别", ("级别",), 10),
    "published_on": ("发布日期", ("日期", "刊发日期", "发布时间"), 12),
    "link": ("链接", ("网址", "报道链接"), 44),
    "media": ("媒体类型", ("类型",), 14),
    "units": ("涉及单位", ("单位", "学校"), 30),
}
_EXTRA: Final = (("登记单位", 24), ("状态", 10), ("来源", 10), ("合并到", 30), ("说明", 30))
_EXAMPLE: Final = "示例"
_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def level_words() -> dict[str, str]:
    """Word in the file → code: 国家级 → national."""
    words = {"national": "国家级", "provincial": "省级", "municipal": "市级", "district": "区县级", "school": "校级"}
    return {words.get(code, str(label)): code for code, label in LEVELS}


def media_words() -> dict[str, str]:
    """Word in the file → code."""
    words = ("报刊", "电视", "广播", "网站和客户端", "公众号和视频号", "其他")
    return dict(zip(words, Coverage.Media.values, strict=True))


def read_coverage(content: bytes) -> list[dict[str, Any]]:
    """``[{"row": 2, "cells": {key: text}}, …]`` of the first sheet with our headings. Raises DomainError (``file``)."""
    if len(content) > MAX_BYTES:
        raise DomainError(_("文件超过 5 MB，请删去图片和多余的工作表后再上传。"), field="file")
    if not content.strip():
        raise DomainError(_("文件是空的，请重新选择。"), field="file")
    for table in read_tables(content, cell=600):
        for index, row in enumerate(table[:10]):
            columns = _columns(row)
            if {"title", "outlet"} <= columns.keys():
                return _rows(table, index + 1, columns)
    raise DomainError(_("没有找到表头。请使用下载的模板，表头要有「标题」和「媒体名称」。"), field="file")


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
        cells = {key: " ".join(row[i].replace("\0", "").split()) for key, i in columns.items() if i < len(row)}
        cells = {key: text for key, text in cells.items() if text}
        if not cells or cells.get("title", "").startswith(_EXAMPLE):
            continue
        if len(rows) >= MAX_ROWS:
            raise DomainError(_("表格超过 %(limit)s 行，请分成几个文件上传。") % {"limit": MAX_ROWS}, field="file")
        rows.append({"row": number, "cells": cells})
    if not rows:
        raise DomainError(_("表头下面没有内容。请填写后再上传。"), field="file")
    return rows


def write_coverage(edition: Edition, coverage: QuerySet[Coverage] | None) -> IO[bytes]:
    """These rows as a workbook that the import reads back; the template with an example for None."""
    target = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(target, _OPTIONS)
    sheet = book.add_worksheet("媒体报道")
    head = book.add_format({"bold": True, "bg_color": "#D8EEEE", "border": 1, "text_wrap": True})
    text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    names = [(name, width) for name, _aliases, width in COLUMNS.values()]
    for index, (name, width) in enumerate([*names, *(_EXTRA if coverage is not None else ())]):
        sheet.set_column(index, index, width, text)
        sheet.write_string(0, index, name, head)
    sheet.freeze_panes(1, 1)
    last = 0
    for last, cells in enumerate(_lines(edition, coverage), start=1):
        for index, value in enumerate(cells):
            sheet.write_string(last, index, value, text)
    for key, words in (("level", level_words()), ("media", media_words())):
        index = list(COLUMNS).index(key)
        sheet.data_validation(1, index, last + 500, index, {"validate": "list", "source": list(words)})
    book.close()
    target.seek(0)
    return target


def _lines(edition: Edition, coverage: QuerySet[Coverage] | None) -> Iterable[list[str]]:
    if coverage is None:
        day = edition.starts_on.isoformat()
        yield [
            f"{_EXAMPLE}标题（这一行不会导入，可删去）",
            "示例日报",
            "市级",
            day,
            "https://example.org/1",
            "报刊",
            "",
        ]
        return
    levels = {code: word for word, code in level_words().items()}
    media = {code: word for word, code in media_words().items()}
    rows = coverage.select_related("outlet", "home", "merged_into").prefetch_related("organisations")
    for row in rows.iterator(chunk_size=200):
        yield [
            row.title, row.outlet.name if row.outlet else "", levels.get(row.level, ""),
            row.published_on.isoformat() if row.published_on else "", row.link, media.get(row.media, ""),
            units_in_words(row), row.home.name, str(row.get_state_display()), str(row.get_source_display()),
            row.merged_into.title if row.merged_into else "", row.remark,
        ]  # fmt: skip
