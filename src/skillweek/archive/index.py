"""What people read in an archive without any program of ours: a read-me, a list of files, a page with the totals."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from html import escape
from typing import Any, Final

from skillweek.archive import layout
from skillweek.archive.tables import batches
from skillweek.editions.models import Edition
from skillweek.statistics.open_data import safe_cell
from skillweek.uploads.models import StoredFile

#: With a byte order mark, so that Excel reads it as UTF-8.
_BOM: Final = "\ufeff"
_COLUMNS: Final = ("单位", "单位代码", "类别", "文件名", "字节数", "SHA-256", "在归档中的位置", "编号")

_README = """{title}：完整归档

这是职教周平台导出的一届活动周的完整归档，格式 {format} 第 {version} 版。

index.html      总览，用浏览器打开
tables.xlsx     主要数据表，用 Excel 或 WPS 打开
index.csv       每个原始文件属于哪个单位、叫什么名字、放在哪里
files/          原始文件，以内容的 SHA-256 命名
edition/        本届的通知、规则和名单，可用 skillweek edition load 载入
data/           全部数据，每行一条 JSON
sha256sums.txt  校验值，可用 sha256sum -c sha256sums.txt 核对
manifest.json   清单：版本、条数、合计

导入另一套平台：skillweek archive import 本文件

没有放进归档的：密码、登录凭证、两步验证、登录会话、站内消息、报送邮箱的来信原件；观众预约的姓名和电话（人数和签到保留）。
人员只保留姓名和角色，导入后不能登录。
"""


def readme(edition: Edition) -> str:
    """The first file of an archive, for whoever finds it years later."""
    return _README.format(title=edition.title, format=layout.FORMAT, version=layout.VERSION)


def csv_lines(edition: Edition) -> Iterator[bytes]:
    """The list of original files, a block of rows at a time."""
    yield _rows([_COLUMNS], bom=True)
    files = StoredFile.objects.filter(edition=edition, guest_key="").select_related("organisation")
    for batch in batches(files):
        yield _rows([_row(file) for file in batch])


def _row(file: StoredFile) -> tuple[str, ...]:
    unit = file.organisation
    place = layout.file_path(file.sha256, file.name) if file.sha256 else layout.unchecked_path(str(file.pk))
    return (
        unit.name, unit.code, str(file.get_kind_display()), file.name, str(file.size), file.sha256, place, str(file.pk),
    )  # fmt: skip


def _rows(rows: list[tuple[str, ...]], *, bom: bool = False) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    return ((_BOM if bom else "") + buffer.getvalue()).encode()


_PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · 归档</title>
<style>
body{{font:16px/1.7 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:46rem;margin:2rem auto;
padding:0 1rem;color:#1d2b33}}
table{{border-collapse:collapse;width:100%;margin:1rem 0}}
th,td{{border-bottom:1px solid #d5dde2;padding:.4rem .6rem;text-align:left}}td.n{{text-align:right}}a{{color:#0b6b6b}}
</style></head><body>
<h1>{title}</h1>
<p>{theme}<br>{starts} 至 {ends}，{city}</p>
<ul><li><a href="tables.xlsx">主要数据表（Excel）</a></li>
<li><a href="index.csv">原始文件清单（CSV）</a></li>
<li><a href="edition/notice.md">通知正文</a></li>
<li><a href="README.txt">说明</a></li>
<li><a href="sha256sums.txt">校验值</a></li></ul>
<h2>合计</h2>
<table><tbody>{totals}</tbody></table>
<h2>数据</h2>
<table><thead><tr><th>数据表</th><th>条数</th></tr></thead><tbody>{tables}</tbody></table>
</body></html>
"""

#: Key of the totals → what it is called; single numbers, or sums of counts by state or kind.
NAMES: Final[dict[str, str]] = {
    "activities": "活动",
    "activities_public": "公开的活动",
    "sessions": "场次",
    "booked_people": "预约人数",
    "visitors": "签到人数",
    "feedback": "观众反馈",
    "reports": "每日报送",
    "reports_late": "其中逾期",
    "items": "材料",
    "highlights": "亮点材料",
    "notices": "通知",
    "pages": "门户页面",
    "stories": "故事",
    "summaries": "情况总结",
    "files": "原始文件",
    "bytes": "原始文件字节数",
}


def html_page(edition: Edition, counts: dict[str, int], totals: dict[str, Any]) -> str:
    """The overview; it opens from the folder without a network."""
    shown = [(name, number_of(totals.get(key, 0))) for key, name in NAMES.items()]
    figures = totals.get("statistics", {}).get("total", {})
    fields = {field.code: field.name for field in edition.doc.statistics_form.fields}
    shown += [(f"统计表：{fields[code]}", number) for code, number in figures.items() if code in fields]
    return _PAGE.format(
        title=escape(edition.title),
        theme=escape(edition.theme),
        city=escape(edition.city),
        starts=edition.starts_on.isoformat(),
        ends=edition.ends_on.isoformat(),
        totals="".join(f"<tr><th>{escape(name)}</th><td class=n>{number:,}</td></tr>" for name, number in shown),
        tables="".join(
            f'<tr><td><a href="{escape(_file_of(label))}">{escape(label)}</a></td><td class=n>{number:,}</td></tr>'
            for label, number in sorted(counts.items())
        ),
    )


def number_of(value: Any) -> int:
    """A total as one number: the sum of counts by state or kind."""
    return sum(value.values()) if isinstance(value, dict) else int(value)


def _file_of(label: str) -> str:
    special = {"organisations.Organisation": layout.ORGANISATIONS, "organisations.User": layout.PEOPLE}
    return special.get(label, f"data/{label.lower()}.jsonl")
