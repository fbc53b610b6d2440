"""The week of the sample edition is closed by school, district and city, one after the other (C11–C13, A8)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from skillweek.archive.exporting import open_export, zip_chunks
from skillweek.archive.totals import totals_of
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.statistics.models import FormEntry
from skillweek.statistics.queries.figures import count_again
from skillweek.summaries.models import Summary
from tests.factories import Tree, person
from tests.summaries.make import week


@pytest.mark.requirement("C13")
def test_a_week_is_closed_by_school_district_and_city(
    phone_page: Page, new_page: Callable[..., Page], sign_in: Callable[..., Any], tree: Tree, edition: Edition,
    assert_accessible: Callable[..., None], tmp_path: Path,
) -> None:  # fmt: skip
    week(edition, tree.school_a)
    count_again(edition, Organisation.objects.schools())
    _school(phone_page, sign_in, tree)
    _district(new_page(), sign_in, tree)
    words = _city(new_page(), sign_in, tree, tmp_path)
    assert tree.host.name in words and "部分数字尚未通过审核" not in words

    closed = Edition.objects.get(pk=edition.pk)
    assert closed.state == Edition.State.CLOSED
    assert totals_of(closed)
    assert sum(len(chunk) for chunk in zip_chunks(open_export(closed, by=None))) > 10_000
    page = phone_page
    page.goto("/w/statistics/")
    expect(page.get_by_role("button", name="提交", exact=True)).to_have_count(0)
    assert_accessible(page)


def _school(page: Page, sign_in: Callable[..., Any], tree: Tree) -> None:
    """Form and summary on a phone."""
    sign_in(page, person(tree.school_a, "liaison"))
    page.goto("/w/statistics/")
    page.get_by_label("特色亮点活动简介").fill("家电维修进社区。")
    page.get_by_label("特色亮点活动简介").blur()
    expect(page.locator("#f-highlights").get_by_text("已保存")).to_be_visible()
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="提交").click()
    expect(page.get_by_text("情况统计表已提交，等待上级审核。").first).to_be_visible()
    page.goto("/w/summaries/")
    page.get_by_role("button", name="生成初稿").click()
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="提交").click()
    expect(page.get_by_text("情况总结已提交。").first).to_be_visible()


def _district(page: Page, sign_in: Callable[..., Any], tree: Tree) -> None:
    """Both are accepted; the district hands in its own summary."""
    sign_in(page, person(tree.siming, "reviewer"))
    page.goto("/w/statistics/queue/?state=submitted")
    page.get_by_role("link", name="示例第一职业学校").click()
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_text("已通过").first).to_be_visible()
    assert FormEntry.objects.get(organisation=tree.school_a).state == FormEntry.State.ACCEPTED
    page.goto("/w/summaries/")
    page.get_by_role("link", name="示例第一职业学校").click()
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_text("已通过。").first).to_be_visible()
    page.goto("/w/summaries/")
    page.get_by_role("button", name="生成初稿").click()
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="提交").click()
    expect(page.get_by_text("情况总结已提交。").first).to_be_visible()


def _city(page: Page, sign_in: Callable[..., Any], tree: Tree, folder: Path) -> str:
    """The city accepts, writes its own, takes it as Word, and ends the week; returns the words of the file."""
    sign_in(page, person(tree.host, "manager"))
    page.goto("/w/summaries/")
    page.get_by_role("link", name=tree.siming.name).click()
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_text("已通过。").first).to_be_visible()
    page.goto("/w/summaries/")
    page.get_by_role("button", name="生成初稿").click()
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="提交").click()
    expect(page.get_by_text("情况总结已提交。").first).to_be_visible()
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_text("已通过。").first).to_be_visible()
    assert Summary.objects.get(organisation=tree.host).state == Summary.State.ACCEPTED
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载 Word").click()
    path = folder / "summary.docx"
    waiting.value.save_as(path)

    page.goto("/w/archive/")
    page.get_by_role("link", name="结束并归档").click()
    page.get_by_label("理由").fill("活动周结束，总结已通过。")
    page.get_by_role("button", name="结束并归档").click()
    page.get_by_role("dialog").get_by_role("button", name="结束并归档").click()
    expect(page.get_by_text("已结束并归档").first).to_be_visible()
    return "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)
