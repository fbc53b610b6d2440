"""A school drafts, writes and hands in its summary on a phone; the city follows a figure to a school's row (C11)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.statistics.queries.figures import count_again
from skillweek.summaries.domain.writing import begin_summary
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
    _follow_every_figure(desk, Document(str(path)))


def _follow_every_figure(page: Page, document: Any) -> None:
    """From each number in the Word file to the schools it is summed from, and on to what a school counted."""
    links = [
        (paragraph.text, urlsplit(link.url).path)
        for paragraph in document.paragraphs
        for link in paragraph.hyperlinks
        if "/w/statistics/" in link.url
    ]
    assert len(links) > 6
    for text, address in links:
        said = re.search(r"^\d+\. \D+(\d+)", text)
        assert said is not None, text
        page.goto(address)
        page.get_by_role("link", name="示例第一职业学校").click()
        expect(page.get_by_role("heading", name="数字的由来")).to_be_visible()
        number = page.locator(".figure-number dd").first
        expect(number).to_have_text(re.compile(rf"^{said[1]}\b"))


def test_what_was_typed_in_the_last_second_goes_along(
    phone_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Edition
) -> None:
    page = phone_page
    week(edition, tree.school_a)
    liaison = person(tree.school_a, "liaison")
    begin_summary(edition, tree.school_a, by=liaison)
    sign_in(page, liaison)
    page.goto(f"/w/summaries/{Summary.objects.get().pk}/")
    editor = page.locator(".ProseMirror")
    editor.locator("p").last.click()
    page.keyboard.press("End")
    page.keyboard.type("临走前写的一句。")
    page.get_by_role("link", name="返回", exact=True).click()
    expect(page.get_by_role("link", name="继续写")).to_be_visible()
    assert "临走前写的一句。" in Summary.objects.get().body


def test_somebody_signed_out_meanwhile_keeps_what_they_typed(
    phone_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Edition
) -> None:
    page = phone_page
    week(edition, tree.school_a)
    liaison = person(tree.school_a, "liaison")
    begin_summary(edition, tree.school_a, by=liaison)
    sign_in(page, liaison)
    page.goto(f"/w/summaries/{Summary.objects.get().pk}/")
    editor = page.locator(".ProseMirror")
    editor.locator("p").last.click()
    page.context.clear_cookies(name="sessionid")
    page.keyboard.type("登录过期后写的。")

    expect(page.get_by_text("登录已过期，刚才的内容还没有保存")).to_be_visible(timeout=15_000)
    expect(editor).to_contain_text("登录过期后写的。")
    expect(page.locator("#summary-saved")).to_have_count(1)
