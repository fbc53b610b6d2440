"""A school drafts, writes and hands in its summary on a phone; the city follows a figure to a school's row (C11)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.statistics.queries.figures import count_again
from skillweek.summaries.models import Summary
from tests.factories import Tree, person
from tests.summaries.make import week


@pytest.mark.requirement("C11")
def test_a_summary_from_the_phone_to_the_citys_word(
    phone_page: Page, desktop_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Edition,
    assert_accessible: Callable[..., None], tmp_path: Path,
) -> None:  # fmt: skip
    week(edition, tree.school_a)
    count_again(edition, Organisation.objects.schools())
    page = phone_page
    sign_in(page, person(tree.school_a, "liaison"))
    page.goto("/w/summaries/")
    assert_accessible(page)
    page.get_by_role("button", name="生成初稿").click()
    editor = page.locator(".ProseMirror")
    expect(editor).to_contain_text("家电维修进社区")
    expect(page.get_by_text("学生修理电风扇")).to_be_visible()
    assert_accessible(page)

    editor.locator("p").last.click()
    page.keyboard.press("End")
    page.keyboard.type("学校还走访了社区。")
    expect(page.locator("#summary-saved")).to_contain_text("已保存", timeout=15_000)
    assert "学校还走访了社区。" in Summary.objects.get().body
    page.keyboard.type("最后一句。")  # and at once to the button: nothing that was typed stays behind
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="提交").click()
    expect(page.get_by_text("情况总结已提交。").first).to_be_visible()
    assert "学校还走访了社区。最后一句。" in Summary.objects.get().body

    desk = desktop_page
    sign_in(desk, person(tree.host, "manager"))
    desk.goto("/w/summaries/")
    desk.get_by_role("link", name="示例第一职业学校").click()
    desk.get_by_role("button", name="通过", exact=True).click()
    expect(desk.get_by_text("已通过。").first).to_be_visible()
    desk.goto("/w/summaries/")
    desk.get_by_role("button", name="生成初稿").click()
    expect(desk.locator(".ProseMirror")).to_contain_text("参与学生30人次")
    assert_accessible(desk)
    with desk.expect_download() as waiting:
        desk.get_by_role("link", name="下载 Word").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    words = [paragraph.text for paragraph in Document(str(path)).paragraphs]
    source = next(line for line in words if "参与学生 30" in line)
    address = source.rsplit("，", 1)[1]

    desk.goto(address)
    desk.get_by_role("link", name="示例第一职业学校").click()
    expect(desk.get_by_role("heading", name="参与学生")).to_be_visible()
    expect(desk.get_by_text("由 1 条记录合计 30：")).to_be_visible()
