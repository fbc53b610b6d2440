"""One form as Word and Excel (C12)."""

from __future__ import annotations

import pytest
from docx import Document
from openpyxl import load_workbook

from skillweek.editions.models import Edition
from skillweek.statistics.domain.values import save_figure
from skillweek.statistics.exports import form_as_excel, form_as_word
from skillweek.statistics.models import FormEntry
from skillweek.statistics.queries.figures import ensure_entry
from tests.factories import Tree, person


@pytest.mark.requirement("C12")
def test_the_form_is_laid_out_like_the_attachment(tree: Tree, edition: Edition, uncounted: str) -> None:
    liaison = person(tree.school_a)
    entry = ensure_entry(edition, tree.school_a)
    save_figure(entry, uncounted, "1234", by=liaison)
    save_figure(entry, "highlights", "茶艺 & <技能>\n第二段\x07", by=liaison)

    document = Document(form_as_word(FormEntry.objects.get()))

    words = [paragraph.text for paragraph in document.paragraphs]
    assert words[:4] == ["附件3", edition.doc.statistics_form.title, "填报单位：示例第一职业学校", words[3]]
    assert words[3].startswith("（未审核，状态：草稿")
    assert "茶艺 & <技能>" in words
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["类别", "项目", "数量", "单位"]
    assert ["线上活动", "线上参与", "1234", "人次"] in rows
    assert len(rows) == 1 + sum(each.kind != "text" for each in edition.doc.statistics_form.fields)
    fonts = {run.font.name for paragraph in document.paragraphs for run in paragraph.runs}
    assert fonts == {"黑体", "方正小标宋简体", "仿宋_GB2312"}


def test_an_accepted_form_says_nothing_of_drafts(tree: Tree, edition: Edition) -> None:
    entry = ensure_entry(edition, tree.school_a)
    FormEntry.objects.filter(pk=entry.pk).update(state=FormEntry.State.ACCEPTED)
    document = Document(form_as_word(FormEntry.objects.get()))
    assert not any("未审核" in paragraph.text for paragraph in document.paragraphs)


def test_the_workbook_holds_both_values(tree: Tree, edition: Edition) -> None:
    entry = ensure_entry(edition, tree.school_a)
    save_figure(entry, "photos", "3", reason="=另有两张", by=person(tree.school_a))
    with form_as_excel(FormEntry.objects.get()) as book:
        sheet = load_workbook(book).active
    row = next(row for row in sheet.iter_rows(values_only=True) if row[1] == "报送照片")
    assert row == ("材料报送", "报送照片", 3, "张", 0, "=另有两张")
