"""A folder chosen in the browser becomes a report, and its outcome is read on a phone (C7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from skillweek.reports.domain.importing import run_import
from skillweek.reports.models import PackageImport, ReportItem
from skillweek.site.samples import make_manuscript, make_photo
from tests.factories import Tree, person
from tests.materials.make import make_sheet

pytestmark = pytest.mark.requirement("C7")
DAY = date(2023, 5, 14)


@pytest.fixture(autouse=True)
def _in_the_week() -> Iterator[None]:
    with time_machine.travel(datetime(2023, 5, 15, 2, 0, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as a school keeps it."""
    root = tmp_path / "示例学校0514"
    for name in ("照片", "文字稿件", "典型案例"):
        (root / name).mkdir(parents=True)
    make_photo(root / "照片" / "IMG_0001.jpg", seed=1)
    make_photo(root / "照片" / "IMG_0002.jpg", width=1080, height=720, min_bytes=0, seed=2)
    make_sheet(
        root / "照片" / "图片说明.xlsx",
        [["文件名", "说明"], ["IMG_0001.jpg", "茶艺专业学生为居民表演"], ["IMG_0002.jpg", "学生讲解木工工具"]],
    )
    make_manuscript(root / "文字稿件" / "开放日.docx", 1000)
    make_manuscript(root / "典型案例" / "匠心.docx", 1000, seed=1)
    (root / "照片" / "Thumbs.db").write_bytes(b"x")
    (root / "统计.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    return root


def test_a_folder_is_zipped_sent_and_taken_apart(
    phone_page: Page,
    sign_in: Callable[..., Any],
    tree: Tree,
    edition: Any,
    folder: Path,
    assert_accessible: Callable[[Page], None],
) -> None:
    page = phone_page
    sign_in(page, person(tree.school_a, "liaison"))
    page.goto(f"/w/reports/school/{tree.school_a.pk}/{DAY}/")
    page.locator("#section-package summary").click()

    page.locator("#package-folder").set_input_files(folder)

    link = page.locator(".report-imports a")
    expect(link).to_contain_text("示例学校0514.zip", timeout=30_000)
    link.click()
    expect(page.get_by_text("压缩包已收到")).to_be_visible()
    assert_accessible(page)

    run_import(PackageImport.objects.get().pk)

    expect(page.get_by_text("请看看下面排在前面的文件")).to_be_visible(timeout=10_000)
    rows = page.locator(".import-outcome tbody tr")
    expect(rows).to_have_count(6)
    expect(rows.nth(0)).to_contain_text("统计.xls")
    expect(rows.nth(1)).to_contain_text("IMG_0002.jpg")
    expect(rows.nth(1)).to_contain_text("已添加，须改正")
    assert_accessible(page)

    page.get_by_role("link", name="返回填报，核对并提交").click()
    expect(page).to_have_url(re.compile(f"/{DAY}/$"))
    kinds = ReportItem.objects.order_by("kind", "position").values_list("kind", "caption", "file__name")
    assert list(kinds) == [
        ("case", "", "匠心.docx"),
        ("manuscript", "", "开放日.docx"),
        ("photo", "茶艺专业学生为居民表演", "IMG_0001.jpg"),
        ("photo", "学生讲解木工工具", "IMG_0002.jpg"),
    ]
