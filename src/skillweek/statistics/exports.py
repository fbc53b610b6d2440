"""One form as Word and Excel, laid out like the notice's attachment (附件3, C12). Not yet accepted ones say so."""

from __future__ import annotations

import io
from itertools import groupby
from typing import IO, Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from skillweek.core.clock import now
from skillweek.core.tables.writing import LISTS, Book
from skillweek.statistics.models import FormEntry
from skillweek.statistics.queries.figures import FigureView, figures_in

#: Fonts of official documents; a machine without them shows its own.
TITLE_FONT: Final = "方正小标宋简体"
BODY_FONT: Final = "仿宋_GB2312"
HEAD_FONT: Final = "黑体"
_WIDTHS_MM: Final = (32, 66, 30, 28)


def form_as_word(entry: FormEntry) -> IO[bytes]:
    """The form as a Word document in memory, at its beginning."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _line(document, _("附件3"), HEAD_FONT, 16)
    _line(document, entry.edition.doc.statistics_form.title, TITLE_FONT, 22, centred=True)
    _line(document, _("填报单位：%(unit)s") % {"unit": entry.organisation.name}, BODY_FONT, 14)
    if note := _standing(entry):
        _line(document, note, BODY_FONT, 12)
    figures = figures_in(entry.edition, entry)
    _table(document, [view for view in figures if not view.is_text])
    for view in figures:
        if view.is_text:
            _line(document, view.field.name, HEAD_FONT, 14)
            for paragraph in view.text.split("\n"):
                _line(document, paragraph, BODY_FONT, 14, indent=True)
    if entry.note:
        _line(document, _("备注：%(note)s") % {"note": entry.note}, BODY_FONT, 14)
    who = str(entry.submitted_by) if entry.submitted_by else ""
    day = date_format(entry.submitted_at, "DATE_FORMAT") if entry.submitted_at else ""
    _line(document, _("填表人：%(who)s　　日期：%(day)s") % {"who": who, "day": day}, BODY_FONT, 14)
    target = io.BytesIO()
    document.save(target)
    target.seek(0)
    return target


def _table(document: Any, figures: list[FigureView]) -> None:
    """The numbers in four columns; the heading of a group spans its rows."""
    table = document.add_table(rows=1, cols=4)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, text in zip(table.rows[0].cells, (_("类别"), _("项目"), _("数量"), _("单位")), strict=True):
        _cell(cell, text, HEAD_FONT, centred=True)
    _repeat_head(table.rows[0])
    for group, members in groupby(figures, key=lambda view: view.field.group):
        first: Any = None
        for view in members:
            cells = table.add_row().cells
            _cell(cells[1], view.field.name)
            _cell(cells[2], "" if view.number is None else str(view.number), centred=True)
            _cell(cells[3], view.field.unit, centred=True)
            first = cells[0] if first is None else first.merge(cells[0])
        _cell(first, group, centred=True)
    for row in table.rows:
        for cell, width in zip(row.cells, _WIDTHS_MM, strict=True):
            cell.width = Mm(width)


def _standing(entry: FormEntry) -> str:
    if entry.state == FormEntry.State.ACCEPTED:
        return ""
    day = date_format(now(), "DATE_FORMAT")
    return _("（未审核，状态：%(state)s，%(day)s导出）") % {"state": entry.get_state_display(), "day": day}


def _line(document: Any, text: str, font: str, size: int, *, centred: bool = False, indent: bool = False) -> None:
    paragraph = document.add_paragraph()
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(size * 2)
    _run(paragraph, text, font, size)


def _cell(cell: Any, text: str, font: str = BODY_FONT, *, centred: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    for spare in cell.paragraphs[1:]:
        spare._element.getparent().remove(spare._element)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, text, font, 12)


def _run(paragraph: Any, text: str, font: str, size: int) -> None:
    run = paragraph.add_run("".join(char for char in text if char >= " " or char in "\t"))
    run.font.size = Pt(size)
    run.font.name = font
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _repeat_head(row: Any) -> None:
    properties = row._tr.get_or_add_trPr()
    mark = properties.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"})
    properties.append(mark)


def form_as_excel(entry: FormEntry) -> IO[bytes]:
    """The form as an open temporary workbook: reported and counted numbers beside each other."""
    made = Book(colour=LISTS)
    book, head = made.raw, made.head
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    plain = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(_("统计表"))
    for column, width in enumerate((16, 40, 12, 10, 12, 36)):
        sheet.set_column(column, column, width)
    sheet.merge_range(0, 0, 0, 5, entry.edition.doc.statistics_form.title, title)
    sheet.write_string(1, 0, _("填报单位：%(unit)s") % {"unit": entry.organisation.name})
    sheet.write_string(2, 0, _standing(entry))
    titles = (_("类别"), _("项目"), _("数量"), _("单位"), _("平台统计"), _("修改理由"))
    for column, text in enumerate(titles):
        sheet.write_string(4, column, text, head)
    sheet.freeze_panes(5, 0)
    row = 5
    for view in figures_in(entry.edition, entry):
        sheet.write_string(row, 0, view.field.group, plain)
        sheet.write_string(row, 1, view.field.name, plain)
        if view.is_text:
            sheet.write_string(row, 2, view.text, plain)
        else:
            _number(sheet, row, 2, view.number, plain)
        sheet.write_string(row, 3, view.field.unit, plain)
        _number(sheet, row, 4, view.counted, plain)
        sheet.write_string(row, 5, view.reason, plain)
        row += 1
    sheet.write_string(row + 1, 0, _("备注"))
    sheet.write_string(row + 1, 1, entry.note)
    return made.close()


def _number(sheet: Any, row: int, column: int, number: int | None, style: Any) -> None:
    if number is None:
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_number(row, column, number, style)
