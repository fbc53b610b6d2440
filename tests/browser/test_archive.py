"""The host ends the week on a phone, takes its archive, and an empty installation becomes the same week (A8)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from playwright.sync_api import Page, expect

from skillweek.archive.importing import import_archive
from skillweek.archive.totals import totals_of
from skillweek.editions.models import Edition
from tests.archive import make
from tests.factories import Tree, person


@pytest.mark.requirement("A8")
def test_a_week_is_ended_exported_and_imported_elsewhere(
    phone_page: Page, new_page: Callable[..., Page], sign_in: Callable[..., Any], tree: Tree, edition: Edition,
    assert_accessible: Callable[..., None], tmp_path: Path,
) -> None:  # fmt: skip
    week = make.week(tree, edition, tmp_path, closed=False)
    page = phone_page
    sign_in(page, week.manager)
    page.goto(f"/w/archive/{edition.pk}/close/")
    expect(page.get_by_role("heading", name="还没有做完的事")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("理由").fill("活动周结束，材料已收齐")
    page.get_by_role("button", name="结束并归档").click()
    page.get_by_role("dialog").get_by_role("button", name="结束并归档").click()
    expect(page.get_by_text("已结束并归档").first).to_be_visible()
    assert_accessible(page)
    totals = totals_of(Edition.objects.get(pk=edition.pk))
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载完整归档").click()
    archive = tmp_path / "week.zip"
    waiting.value.save_as(archive)
    page.goto("/w/archive/")
    expect(page.get_by_role("link", name="完整归档")).to_be_visible()
    assert_accessible(page)
    page.goto("/w/archive/years/")
    assert_accessible(page)

    make.empty_the_installation()
    shutil.rmtree(default_storage.location)
    imported = import_archive(archive, actor=None)
    assert imported.differences == []
    assert totals_of(imported.edition) == totals

    stranger = new_page({"width": 390, "height": 844})
    stranger.goto(f"/past/{imported.edition.slug}/")
    expect(stranger.get_by_text("茶艺体验").first).to_be_visible()
    assert_accessible(stranger)
    desk = new_page()
    sign_in(desk, person(make.organisation(tree.host.code), "manager"))
    desk.goto("/w/archive/")
    desk.get_by_role("button", name="查看这一届").click()
    expect(desk.get_by_text(f"正在查看往届：{imported.edition.title}")).to_be_visible()
    assert_accessible(desk)
