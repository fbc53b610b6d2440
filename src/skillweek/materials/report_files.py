"""A check's outcome as a page to read (HTML, one file, no scripts) or a workbook to pass on (xlsx) (C7)."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, Final

from .checking import CheckedItem, CheckReport, message_of
from .findings import Kind, Severity

KIND_NAMES: Final[dict[str, dict[Kind, str]]] = {
    "zh": {
        Kind.MANUSCRIPT: "文字稿件",
        Kind.PHOTO: "照片",
        Kind.VIDEO: "视频",
        Kind.COVERAGE: "媒体报道",
        Kind.OTHER: "其他",
    },
    "en": {kind: kind.value for kind in Kind},
}
SEVERITY_NAMES: Final[dict[str, dict[Severity, str]]] = {
    "zh": {Severity.ERROR: "错误", Severity.WARNING: "提醒", Severity.ADVICE: "建议"},
    "en": {severity: severity.value for severity in Severity},
}
_WORDS: Final = {
    "zh": {
        "title": "材料检查结果", "fine": "合格", "path": "文件", "kind": "种类", "severity": "程度",
        "message": "检查结果", "todo": "怎么办", "code": "代码", "facts": "实测", "edition": "届", "lang": "zh-CN",
    },
    "en": {
        "title": "Material check", "fine": "fine", "path": "File", "kind": "Kind", "severity": "Severity",
        "message": "Finding", "todo": "What to do", "code": "Code", "facts": "Measured",
        "edition": "Edition", "lang": "en",
    },
}  # fmt: skip
_STYLE: Final = """
body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#1f2a37;
background:#fff;max-width:60rem;margin:0 auto;padding:1.5rem 1rem}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1rem;margin:0;overflow-wrap:anywhere}
article{border:1px solid #d5dbe3;border-radius:.5rem;padding:.75rem 1rem;margin:.75rem 0}
article p{margin:.25rem 0}ul{margin:.5rem 0 0;padding-left:1.25rem}small{color:#52606f}
b{padding:.1rem .5rem;border-radius:.25rem;font-size:.875rem}
.error{background:#fde8e6;color:#8c1d13}.warning{background:#fdf1d7;color:#6b4700}.advice{background:#e3eefb;color:#124a80}
.fine{background:#e2f3e6;color:#17592b}
"""


def summary_text(report: CheckReport, language: str) -> str:
    """Return the outcome in one sentence."""
    worst = report.items_by_worst()
    bad, warned = worst[Severity.ERROR], worst[Severity.WARNING]
    fine = len(report.items) - bad - warned
    counts = {severity: report.count(severity) for severity in Severity}
    if language == "en":
        return (
            f"{len(report.items)} items: {bad} with errors, {warned} with warnings, {fine} fine "
            f"({counts[Severity.ERROR]} errors, {counts[Severity.WARNING]} warnings, {counts[Severity.ADVICE]} advice)."
        )
    return (
        f"共 {len(report.items)} 项：{bad} 项有错误，{warned} 项有提醒，{fine} 项合格"
        f"（错误 {counts[Severity.ERROR]} 条，提醒 {counts[Severity.WARNING]} 条，建议 {counts[Severity.ADVICE]} 条）。"
    )


def facts_text(item: CheckedItem, language: str) -> str:
    """Return the measures a reader asks for in a few words: ``2400×1600，3.15 MB``."""
    facts = item.facts
    parts = []
    if facts.get("width"):
        parts.append(f"{facts['width']}×{facts['height']}")
    if facts.get("duration"):
        parts.append(f"{facts['duration']:.0f} s" if language == "en" else f"{facts['duration']:.0f} 秒")
    if facts.get("words"):
        parts.append(f"{facts['words']} words" if language == "en" else f"{facts['words']} 字")
    if facts.get("bytes"):
        parts.append(_size(facts["bytes"]))
    if facts.get("outlet"):
        parts.append(str(facts["outlet"]))
    return (", " if language == "en" else "，").join(parts)


def _size(size: int) -> str:
    return f"{size / 1_000_000:.2f} MB" if size >= 100_000 else f"{size / 1000:.1f} kB"


def write_html(report: CheckReport, path: Path, language: str = "zh") -> None:
    """Write the report as one HTML file that needs nothing else. Raises OSError."""
    words = _WORDS[language]
    articles = "\n".join(_article(item, language) for item in report.items)
    path.write_text(
        f'<!doctype html>\n<html lang="{words["lang"]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{words['title']} · {escape(report.name)}</title><style>{_STYLE}</style></head><body>\n"
        f"<h1>{words['title']} · {escape(report.name)}</h1>\n"
        f"<p>{escape(summary_text(report, language))}<br>"
        f"<small>{words['edition']} {escape(report.edition)}</small></p>\n{articles}\n</body></html>\n",
        encoding="utf-8",
    )


def _article(item: CheckedItem, language: str) -> str:
    worst = item.worst
    label = SEVERITY_NAMES[language][worst] if worst else _WORDS[language]["fine"]
    lines = []
    for finding in item.findings:
        message, todo = message_of(finding, language)
        severity = SEVERITY_NAMES[language][finding.severity]
        lines.append(
            f'<li><b class="{finding.severity}">{severity}</b> {escape(message)}<br><small>{escape(todo)}</small></li>'
        )
    details = f"<ul>{''.join(lines)}</ul>" if lines else ""
    about = "，".join(part for part in (KIND_NAMES[language][item.kind], facts_text(item, language)) if part)
    return (
        f'<article><h2><b class="{worst or "fine"}">{label}</b> {escape(item.path)}</h2>'
        f"<p><small>{escape(about)}</small></p>{details}</article>"
    )


def write_xlsx(report: CheckReport, path: Path, language: str = "zh") -> None:
    """Write the report as a workbook: one row per finding, one row for a fine item. Raises OSError."""
    import xlsxwriter

    words = _WORDS[language]
    headers = [words[key] for key in ("path", "kind", "facts", "severity", "message", "todo", "code")]
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E8EDF3", "border": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(words["title"])
        for column, (header, width) in enumerate(zip(headers, (36, 10, 24, 8, 60, 48, 22), strict=True)):
            sheet.set_column(column, column, width, wrap)
            sheet.write_string(0, column, header, bold)
        sheet.freeze_panes(1, 1)
        row = 1
        for item in report.items:
            for cells in _sheet_rows(item, language):
                for column, text in enumerate(cells):
                    sheet.write_string(row, column, text)
                row += 1
        sheet.autofilter(0, 0, max(1, row - 1), len(headers) - 1)
        sheet.write_string(row + 1, 0, summary_text(report, language))


def _sheet_rows(item: CheckedItem, language: str) -> list[list[str]]:
    start = [item.path, KIND_NAMES[language][item.kind], facts_text(item, language)]
    if not item.findings:
        return [[*start, _WORDS[language]["fine"], "", "", ""]]
    rows = []
    for finding in item.findings:
        message, todo = message_of(finding, language)
        rows.append([*start, SEVERITY_NAMES[language][finding.severity], message, todo, finding.code])
    return rows


#: Report writers by the ending of the file's name.
WRITERS: Final[dict[str, Callable[[CheckReport, Path, str], Any]]] = {".html": write_html, ".xlsx": write_xlsx}
