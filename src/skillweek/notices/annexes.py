"""The annexes of an edition as Word files, made from its data: what 附件下载 gives until the city has its own.

附件1 national activities, 附件2 ideas, 附件3 the statistics form. An edition without a list has no such annex.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from skillweek.editions.schema import EditionDocument

#: The faces of official documents (GB/T 9704); where a computer lacks them, Word takes its own.
_TITLE_FACE: Final = "方正小标宋简体"
_TEXT_FACE: Final = "仿宋_GB2312"
_HEAD_FACE: Final = "黑体"
_LINE: Final = Pt(28)


@dataclass(frozen=True)
class Annex:
    """One file under 附件下载. ``name`` is the file's name."""

    title: str
    name: str
    content: bytes


def annexes_of(document: EditionDocument, titles: Sequence[str] = ()) -> list[Annex]:
    """The annexes that ``document`` has data for, in the notice's order. ``titles`` are the names that it gives them.

    The files are in the notice's own language, whoever asks.
    """
    with translation.override("zh-hans"):
        makers: list[tuple[str, Callable[[Any, EditionDocument], None], bool]] = [
            (_("全国性活动清单"), _national, bool(document.national_activities)),
            (_("特色活动参考清单"), _ideas, bool(document.ideas)),
            (document.statistics_form.title, _form, True),
        ]
        made: list[Annex] = []
        for number, (fallback, write, has_data) in enumerate(makers):
            if has_data:
                title = _title_for(fallback, titles, number, len(makers))
                made.append(_annex(len(made) + 1, title, write, document))
        return made


def _title_for(fallback: str, titles: Sequence[str], number: int, count: int) -> str:
    """The notice's own name for it when it lists as many annexes as there are lists."""
    return titles[number] if len(titles) == count else fallback


def _annex(number: int, title: str, write: Callable[[Any, EditionDocument], None], document: EditionDocument) -> Annex:
    paper = _paper()
    label = _("附件%(number)s") % {"number": number}
    _paragraph(paper, label, face=_HEAD_FACE, size=16)
    _paragraph(paper, title, face=_TITLE_FACE, size=22, align=WD_ALIGN_PARAGRAPH.CENTER, after=12)
    write(paper, document)
    target = io.BytesIO()
    paper.save(target)
    return Annex(f"{label}：{title}", f"{label}-{title}.docx", target.getvalue())


def _paper() -> Any:
    """A4 with the margins of official documents."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    normal = paper.styles["Normal"]
    normal.font.size = Pt(16)
    _face(normal.element.get_or_add_rPr(), _TEXT_FACE)
    return paper


def _face(properties: Any, face: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for script in ("w:eastAsia", "w:ascii", "w:hAnsi"):
        fonts.set(qn(script), face)


def _paragraph(
    place: Any,
    text: str,
    *,
    face: str = _TEXT_FACE,
    size: int = 16,
    align: Any = None,
    indent: bool = False,
    after: int = 0,
) -> None:
    paragraph = place.add_paragraph()
    shape = paragraph.paragraph_format
    shape.line_spacing, shape.space_after, shape.space_before = _LINE, Pt(after), Pt(0)
    if indent:
        shape.first_line_indent = Pt(size * 2)
    if align is not None:
        paragraph.alignment = align
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    _face(run._r.get_or_add_rPr(), face)


def _national(paper: Any, document: EditionDocument) -> None:
    rows = []
    number = 0
    for department, activities in groupby(document.national_activities, key=lambda row: row.department):
        for activity in activities:
            number += 1
            rows.append((str(number), department, activity.title))
    _table(paper, (_("序号"), _("部门"), _("活动")), rows, (1.4, 4.2, 10.0))


def _ideas(paper: Any, document: EditionDocument) -> None:
    _paragraph(paper, _("（仅供参考，可结合实际选用）"), align=WD_ALIGN_PARAGRAPH.CENTER, after=6)
    for number, idea in enumerate(document.ideas, start=1):
        _paragraph(paper, f"{number}．{idea.name}", face=_HEAD_FACE, indent=True)
        _paragraph(paper, idea.text, indent=True)


def _form(paper: Any, document: EditionDocument) -> None:
    _paragraph(paper, _("学校（盖章）：                    填表人：            联系电话："), size=12, after=6)
    _table(paper, (_("类别"), _("项目"), _("单位"), _("数量或内容")), list(_form_rows(document)), (2.6, 7.4, 1.8, 3.8))
    due = document.statistics_due_on
    note = _("请于%(year)s年%(month)s月%(day)s日前报送。") % {"year": due.year, "month": due.month, "day": due.day}
    _paragraph(paper, note, size=12)


def _form_rows(document: EditionDocument) -> Iterator[tuple[str, str, str, str]]:
    before = None
    for row in document.statistics_form.fields:
        yield (row.group if row.group != before else "", row.name, row.unit, "")
        before = row.group


def _table(paper: Any, titles: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    table = paper.add_table(rows=1, cols=len(titles))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _fill(table.rows[0].cells, titles, widths, face=_HEAD_FACE)
    _repeat_head(table.rows[0])
    for row in rows:
        _fill(table.add_row().cells, row, widths)
    paper.add_paragraph()


def _fill(cells: Sequence[Any], words: Sequence[str], widths: Sequence[float], face: str = _TEXT_FACE) -> None:
    for cell, word, width in zip(cells, words, widths, strict=True):
        cell.width = Cm(width)
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(word)
        run.font.size = Pt(12)
        _face(run._r.get_or_add_rPr(), face)


def _repeat_head(row: Any) -> None:
    """The heading stands on every page of a long table."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
