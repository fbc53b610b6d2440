"""A summary as Word in the style of official documents (C11): 标题 小标宋, 正文 仿宋 三号, 层次 一、(一)1."""

from __future__ import annotations

import re
import tempfile
from typing import IO, Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from skillweek.summaries.blocks import Block, Run, blocks_of
from skillweek.summaries.figures import Reference
from skillweek.summaries.models import Summary
from skillweek.summaries.pictures import pictures_of
from skillweek.summaries.sources import figures_in, sources_of, state_line

TITLE_FONT: Final = "方正小标宋简体"
BODY_FONT: Final = "仿宋_GB2312"
#: Of the levels 一、 (一) 1.
HEADING_FONTS: Final = {1: "黑体", 2: "楷体_GB2312", 3: BODY_FONT}
#: 二号 and 三号 in points.
_TITLE_SIZE: Final = 22
_BODY_SIZE: Final = 16
#: What no XML file may hold; a Word file is one.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE: Final = Pt(29)
_PICTURE_WIDTH: Final = Mm(150)
_PICTURE_HEIGHT: Final = Mm(105)


def summary_as_word(summary: Summary) -> IO[bytes]:
    """The summary as an open temporary Word file, at its beginning. It is Chinese whatever the reader's language."""
    target = tempfile.TemporaryFile(suffix=".docx")  # noqa: SIM115 - the response closes it
    with override("zh-hans"):
        document, figures = Document(), figures_in(summary)
        _page(document)
        _paragraph(document, (Run(summary.title),), TITLE_FONT, _TITLE_SIZE, centred=True, indent=False)
        if state := state_line(summary, figures):
            _paragraph(document, (Run(state),), BODY_FONT, 12, centred=True, indent=False)
        for block in blocks_of(summary.body):
            _block(document, block)
        _photos(document, summary)
        _sign(document, summary)
        _sources(document, figures)
        _name(document, summary)
    document.save(target)
    target.seek(0)
    return target


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(footer, Run("— "), "宋体", 14)
    run = footer.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)
    run.font.size = Pt(14)
    _run(footer, Run(" —"), "宋体", 14)


def _block(document: Any, block: Block) -> None:
    if block.kind == "heading":
        _paragraph(document, block.runs, HEADING_FONTS[block.level], _BODY_SIZE)
    elif block.kind == "table":
        _table(document, block.rows)
    elif block.kind == "item":
        mark = f"{block.number}. " if block.number else "· "
        _paragraph(document, (Run(mark), *block.runs), BODY_FONT, _BODY_SIZE)
    else:
        _paragraph(document, block.runs, "楷体_GB2312" if block.kind == "quote" else BODY_FONT, _BODY_SIZE)


def _table(document: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    columns = max(len(row) for row in rows)
    table = document.add_table(rows=0, cols=columns)
    table.style = "Table Grid"
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=False):
            _run(cell.paragraphs[0], Run(text), BODY_FONT, 12)


def _photos(document: Any, summary: Summary) -> None:
    for picture in pictures_of(summary):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        derivative = picture.derivative
        wide = derivative.width * _PICTURE_HEIGHT >= derivative.height * _PICTURE_WIDTH
        size = {"width": _PICTURE_WIDTH} if wide else {"height": _PICTURE_HEIGHT}
        with picture.open() as stream:
            paragraph.add_run().add_picture(stream, **size)
        caption = f"{picture.caption}（{picture.school}）"
        _paragraph(document, (Run(caption),), "楷体_GB2312", 12, centred=True, indent=False)


def _sign(document: Any, summary: Summary) -> None:
    day = summary.submitted_at or summary.updated_at
    for text in (summary.organisation.name, date_format(day, "DATE_FORMAT")):
        paragraph = _paragraph(document, (Run(text),), BODY_FONT, _BODY_SIZE, indent=False)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _sources(document: Any, figures: list[Reference]) -> None:
    """Where each figure comes from, with a link to follow."""
    found = sources_of(figures)
    if not found:
        return
    _paragraph(document, (Run(_("数据来源")),), "黑体", 12, indent=False)
    for each in found:
        paragraph = _paragraph(document, (Run(f"{each.text}："),), BODY_FONT, 10, indent=False)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), document.part.relate_to(each.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        _run(paragraph, Run(each.url), BODY_FONT, 10)
        link.append(paragraph.runs[-1]._r)
        paragraph._p.append(link)


def _name(document: Any, summary: Summary) -> None:
    properties = document.core_properties
    properties.title, properties.author = _NOT_XML.sub("", summary.title), summary.organisation.name
    properties.last_modified_by, properties.comments = summary.organisation.name, ""
    properties.created = properties.modified = summary.updated_at


def _paragraph(
    document: Any, runs: tuple[Run, ...], font: str, size: int, *, centred: bool = False, indent: bool = True
) -> Any:
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    if size >= _BODY_SIZE:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent:
        form.first_line_indent = Pt(size * 2)
    for run in runs:
        _run(paragraph, run, font, size)
    return paragraph


def _run(paragraph: Any, words: Run, font: str, size: int) -> None:
    run = paragraph.add_run(_NOT_XML.sub("", words.text))
    run.font.size, run.font.name = Pt(size), font
    run.bold, run.italic = words.bold or None, words.italic or None
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
