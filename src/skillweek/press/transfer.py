"""The register as a table: its columns, reading what people upload, writing template and export (D4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from skillweek.core.tables.reading import Column, Layout
from skillweek.core.tables.writing import Book
from skillweek.editions.models import Edition
from skillweek.editions.specs import LEVELS
from skillweek.press.models import Coverage
from skillweek.press.queries.coverage import units_in_words

#: A file format, so Chinese in every language of the interface.
LAYOUT: Final = Layout(
    columns=(
        Column("title", "标题", ("报道标题", "新闻标题", "题目"), 44),
        Column("outlet", "媒体名称", ("媒体", "刊发媒体", "发布媒体"), 20),
        Column("level", "媒体级别", ("级别",), 10),
        Column("published_on", "发布日期", ("日期", "刊发日期", "发布时间"), 12),
        Column("link", "链接", ("网址", "报道链接"), 44),
        Column("media", "媒体类型", ("类型",), 14),
        Column("units", "涉及单位", ("单位", "学校"), 30),
    ),
    required=("title", "outlet"),
    missing=gettext_lazy("没有找到表头。请使用下载的模板，表头要有「标题」和「媒体名称」。"),
    longest=600,
)
_EXTRA: Final = (("登记单位", 24), ("状态", 10), ("来源", 10), ("合并到", 30), ("说明", 30))


def level_words() -> dict[str, str]:
    """Word in the file → code: 国家级 → national."""
    words = {"national": "国家级", "provincial": "省级", "municipal": "市级", "district": "区县级", "school": "校级"}
    return {words.get(code, str(label)): code for code, label in LEVELS}


def media_words() -> dict[str, str]:
    """Word in the file → code."""
    words = ("报刊", "电视", "广播", "网站和客户端", "公众号和视频号", "其他")
    return dict(zip(words, Coverage.Media.values, strict=True))


def write_coverage(edition: Edition, coverage: QuerySet[Coverage] | None) -> IO[bytes]:
    """These rows as a workbook that the import reads back; the template with an example for None."""
    book, extra = Book(), _EXTRA if coverage is not None else ()
    choices = {"level": level_words(), "media": media_words()}
    book.table("媒体报道", LAYOUT, _lines(edition, coverage), extra=extra, choices=choices)
    return book.close()


def _lines(edition: Edition, coverage: QuerySet[Coverage] | None) -> Iterable[list[str]]:
    if coverage is None:
        day = edition.starts_on.isoformat()
        title = f"{LAYOUT.example}标题（这一行不会导入，可删去）"
        yield [title, "示例日报", "市级", day, "https://example.org/1", "报刊", ""]
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
