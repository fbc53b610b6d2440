"""The summary as Word and PDF: fonts, levels, pictures, sources; nothing typed is markup there (C11, C13)."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from skillweek.core.typeset import FONTS
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.statistics.models import FormEntry
from skillweek.statistics.queries.figures import count_again
from skillweek.summaries.blocks import Block, Run, blocks_of
from skillweek.summaries.domain.writing import begin_summary, save_summary
from skillweek.summaries.models import Summary
from skillweek.summaries.pdf import summary_as_pdf
from skillweek.summaries.word import summary_as_word
from tests.factories import Tree, person
from tests.summaries.make import week

HOSTILE = "A & B ‹三> #set page() $x$ *粗* `代码` \\ [x] //注 @引用 <script>"
BODY = (
    "<h2>一、总体情况</h2><h3>（一）做法</h3><h4>1.细节</h4><p>参与<strong>学生</strong>很<em>多</em>。</p>"
    "<ol><li><p>第一</p></li><li><p>第二</p></li></ol><blockquote><p>引用</p></blockquote>"
    "<table><tbody><tr><th><p>项目</p></th><td><p>数量</p></td></tr><tr><td><p>只有一格</p></td></tr></tbody></table>"
)


@pytest.fixture
def summary(tree: Tree, edition: Edition, liaison: User) -> Summary:
    week(edition, tree.school_a)
    count_again(edition, Organisation.objects.schools())
    made = begin_summary(edition, tree.school_a, by=liaison)
    body = made.body + BODY + f"<p>{HOSTILE.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</p>"
    return save_summary(made, title=f"总结 {HOSTILE}", body=body, by=liaison, expected_version=1)


def test_blocks_keep_levels_styles_and_tables() -> None:
    found = blocks_of(BODY)
    assert [(block.kind, block.level or block.number) for block in found] == [
        *(("heading", level) for level in (1, 2, 3)),
        ("paragraph", 0), ("item", 1), ("item", 2), ("quote", 0), ("table", 0),
    ]  # fmt: skip
    assert found[3].runs == (Run("参与"), Run("学生", bold=True), Run("很"), Run("多", italic=True), Run("。"))
    assert found[7] == Block("table", rows=(("项目", "数量"), ("只有一格",)))
    assert blocks_of("") == blocks_of("  ") == []


@pytest.mark.requirement("C11")
def test_word_is_set_like_an_official_document(summary: Summary) -> None:
    with summary_as_word(summary) as stream:
        document = Document(io.BytesIO(stream.read()))

    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(each.mm) for each in margins] == [37, 35, 28, 26] and round(section.page_width.mm) == 210
    lines = [paragraph for paragraph in document.paragraphs if paragraph.text.strip()]
    told = {line.text: _look(line) for line in lines}
    assert told[f"总结 {HOSTILE}"] == ("方正小标宋简体", 22)
    assert told["一、总体情况"] == ("黑体", 16)
    assert told["（一）做法"] == ("楷体_GB2312", 16)
    assert told["参与学生很多。"] == ("仿宋_GB2312", 16)
    assert HOSTILE in told and lines[1].text == "（草稿，未经审核）"
    body = next(line for line in lines if line.text == "参与学生很多。")
    assert body.paragraph_format.line_spacing == Pt(29) and body.paragraph_format.first_line_indent == Pt(32)
    assert len(document.inline_shapes) == 1 and document.inline_shapes[0].width == Mm(150)
    assert "学生修理电风扇（示例第一职业学校）" in told
    sources = [line.text for line in lines if "/w/statistics/" in line.text]
    where = f"/w/statistics/{summary.organisation_id}/figure/activities_total/"
    assert sources[0] == f"1. 开展活动总数 1，其中 1 尚未通过审核：http://127.0.0.1:8000{where}"
    assert section.footer.paragraphs[0].text.startswith("— ")


def _look(paragraph: Any) -> tuple[str, float]:
    run = paragraph.runs[-1]
    return run._element.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt


@pytest.mark.requirement("C13")
def test_pdf_holds_its_fonts_and_every_word(summary: Summary, tmp_path: Path, built_frontend: None) -> None:
    assert (FONTS / "NotoSerifSC_400Regular.ttf").exists()
    path = tmp_path / "总结.pdf"
    with summary_as_pdf(summary) as stream:
        path.write_bytes(stream.read())

    data = path.read_bytes()
    assert data.startswith(b"%PDF-") and b"/FontFile" in data
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True
        ).stdout
        flat = "".join(text.split())
        for words in ("一、总体情况", "参与学生很多。", "学生修理电风扇（示例第一职业学校）", "#setpage()$x$*粗*"):
            assert words in flat


def test_characters_that_no_file_holds_do_not_stop_word(summary: Summary) -> None:
    Summary.objects.update(title="总\x01结\x1b", body="<p>正\ufffe文</p>")
    summary.photos.update(caption="说\x0c明\uffff")
    with summary_as_word(Summary.objects.get()) as stream:
        words = [paragraph.text for paragraph in Document(io.BytesIO(stream.read())).paragraphs]
    assert (words[0], words[2], "说明（示例第一职业学校）" in words) == ("总结", "正文", True)


@pytest.mark.requirement("C13")
def test_word_says_what_nobody_accepted_and_links_to_each_source(tree: Tree, edition: Edition, settings: Any) -> None:
    settings.BASE_URL = "https://week.example"
    week(edition, tree.school_a, students=30)
    count_again(edition, Organisation.objects.schools())
    made = begin_summary(edition, tree.host, by=person(tree.host, "reviewer"))
    Summary.objects.update(state=Summary.State.ACCEPTED)

    def words() -> tuple[str, Any]:
        with summary_as_word(Summary.objects.get(pk=made.pk)) as stream:
            document = Document(io.BytesIO(stream.read()))
        return "\n".join(paragraph.text for paragraph in document.paragraphs), document

    text, document = words()
    assert "部分数字尚未通过审核" in text and "30，其中 30 尚未通过审核" in text
    link = f"https://week.example/w/statistics/rollup/{tree.host.pk}/figure/students/"
    assert link in {each.target_ref for each in document.part.rels.values() if each.is_external}
    assert (document.core_properties.author, document.core_properties.comments) == (tree.host.name, "")

    FormEntry.objects.update(state=FormEntry.State.ACCEPTED)
    assert "尚未通过审核" not in words()[0]
