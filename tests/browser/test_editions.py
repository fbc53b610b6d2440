"""A host's manager sets an edition up in the browser; everybody reads the rules (A4)."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.editions.domain import change_document
from skillweek.editions.models import Edition
from skillweek.reports.models import DailyReport
from tests.factories import EDITIONS, Tree, person

pytestmark = pytest.mark.requirement("A4")


@pytest.mark.parametrize("viewport", ["phone_page", "desktop_page"])
def test_pages_are_accessible(
    request: pytest.FixtureRequest,
    viewport: str,
    tree: Tree,
    edition: Edition,
    sign_in: Any,
    assert_accessible: Callable[..., None],
) -> None:
    page: Page = request.getfixturevalue(viewport)
    manager = person(tree.host, "manager")
    change_document(edition, {"theme": "技能照亮前程"}, actor=manager, expected_revision=1)
    sign_in(page, manager)

    for path, heading in {
        "": "届次设置",
        f"{edition.pk}/": edition.title,
        f"{edition.pk}/parts/basics/": "基本信息",
        f"{edition.pk}/parts/photo/": "照片要求",
        f"{edition.pk}/parts/notice/": "通知正文",
        f"{edition.pk}/lists/topics/": "宣传重点",
        f"{edition.pk}/lists/statistics_fields/": "统计表字段",
        f"{edition.pk}/lists/outlets/rows/rmrb/": "修改媒体",
        f"{edition.pk}/lists/ideas/add/": "增加活动",
        f"{edition.pk}/history/": "修改历史",
        f"{edition.pk}/history/1/": "第 1 版",
        f"{edition.pk}/copy/": "复制为新一届",
        "import/": "导入数据文件夹",
        "rules/": "规则说明",
    }.items():
        page.goto(f"/w/editions/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert_accessible(page)


def test_next_years_edition_is_made_and_opened_on_a_phone(
    phone_page: Page, tree: Tree, edition: Edition, sign_in: Any
) -> None:
    page = phone_page
    sign_in(page, person(tree.host, "manager"))

    page.goto(f"/w/editions/{edition.pk}/")
    page.get_by_role("link", name="复制为新一届").click()
    page.get_by_label("新一届的代码").fill("xiamen-2031")
    page.get_by_label("名称").fill("2031年厦门市职业教育活动周")
    page.get_by_label("主题").fill("一技在手，走遍天下")
    page.get_by_label("开始日期").fill("2031-05-11")
    page.get_by_label("结束日期").fill("2031-05-17")
    page.get_by_role("button", name="建立").click()
    expect(page.get_by_text("新一届已建好")).to_be_visible()

    page.get_by_role("link", name="修改照片要求").click()
    page.get_by_role("checkbox", name="PNG").check()
    page.get_by_label("最小宽度（像素）").fill("1920")
    page.get_by_role("group", name="最小文件").get_by_label("最小文件").fill("1.5")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()

    page.get_by_role("link", name="宣传重点").click()
    page.get_by_role("button", name="移除“职业教育数字化战略行动成果”").click()
    expect(page.get_by_text("已移除“职业教育数字化战略行动成果”。")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已恢复。")).to_be_visible()
    page.get_by_role("button", name="上移“技能成才的典型人物和事迹”").click()
    expect(page.locator("tbody tr").nth(3)).to_contain_text("技能成才的典型人物和事迹")

    made = Edition.objects.get(slug="xiamen-2031")
    page.goto(f"/w/editions/{made.pk}/")
    page.get_by_role("button", name="开放填报").click()
    page.get_by_role("dialog").get_by_role("button", name="开放").click()
    expect(page.get_by_text("已开放，学校可以填报")).to_be_visible()

    made.refresh_from_db()
    assert made == Edition.objects.current()
    assert (made.material_rules.photo.min_width, made.material_rules.photo.min_bytes) == (1920, 1_500_000)
    assert [str(name) for name in made.material_rules.photo.formats] == ["jpeg", "png"]
    assert [row.code for row in Edition.objects.get(pk=made.pk).doc.topics][3:] == ["people", "economy"]


def test_a_quicker_colleague_and_a_contradiction_lose_nothing_typed(
    desktop_page: Page, tree: Tree, edition: Edition, sign_in: Any, assert_accessible: Callable[..., None]
) -> None:
    page = desktop_page
    DailyReport.objects.create(
        edition=edition, organisation=tree.school_a, day=edition.days[0], state=DailyReport.State.ACCEPTED
    )
    sign_in(page, person(tree.host, "manager"))
    page.goto(f"/w/editions/{edition.pk}/parts/basics/")
    colleague = person(tree.host, "manager")
    change_document(edition, {"mailbox": "week@example.org"}, actor=colleague, expected_revision=1)
    change_document(edition, {"theme": "同事的主题"}, actor=colleague, expected_revision=2)

    page.get_by_label("主题", exact=True).fill("我的主题")
    page.get_by_label("开始日期").fill("2023-05-15")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("在您填写期间，别人改了")).to_be_visible()
    expect(page.get_by_text("同事的主题")).to_be_visible()
    expect(page.get_by_label("主题", exact=True)).to_have_value("我的主题")
    assert_accessible(page)

    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("5月14日不在新的起止日期内，但已有 1 份报告。")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("理由").fill("开幕式推迟一天")
    page.get_by_label("我已了解，仍然保存").check()
    page.get_by_role("button", name="保存").click()

    expect(page.get_by_text("已保存。")).to_be_visible()
    saved = Edition.objects.get(pk=edition.pk)
    assert (saved.theme, saved.starts_on.day, saved.revision) == ("我的主题", 15, 4)


def test_a_folder_is_looked_at_before_it_is_loaded(
    desktop_page: Page,
    tree: Tree,
    edition: Edition,
    sign_in: Any,
    tmp_path: Path,
    assert_accessible: Callable[..., None],
) -> None:
    page = desktop_page
    sign_in(page, person(tree.host, "manager"))
    with zipfile.ZipFile(tmp_path / "good.zip", "w") as good, zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
        for file in filter(Path.is_file, (EDITIONS / "xiamen-2023").iterdir()):
            text = file.read_text(encoding="utf-8")
            good.writestr(file.name, text.replace("2667858", "2667859"))
            bad.writestr(file.name, text.replace("min_width = 2000", 'min_width = "wide"'))

    page.goto("/w/editions/import/")
    page.get_by_label("数据文件夹（zip）").set_input_files(tmp_path / "bad.zip")
    page.get_by_role("button", name="查看会改什么").click()
    expect(page.get_by_role("cell", name="photo.min_width")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("数据文件夹（zip）").set_input_files(tmp_path / "good.zip")
    page.get_by_role("button", name="查看会改什么").click()
    expect(page.get_by_text("联系人 · 郭明波 · 联系方式")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="确认导入").click()

    expect(page.get_by_text("已更新。")).to_be_visible()
    assert Edition.objects.get(pk=edition.pk).doc.contacts[0].phone == "2667859"


def test_a_school_reads_and_prints_the_rules(
    phone_page: Page, tree: Tree, edition: Edition, sign_in: Any, assert_accessible: Callable[..., None]
) -> None:
    page = phone_page
    sign_in(page, person(tree.school_a, "liaison"))

    page.goto("/w/editions/rules/")
    expect(page.get_by_text("2 MB（2 000 000 字节）")).to_be_visible()
    page.get_by_text("通知全文").click()
    expect(page.get_by_text("力戒形式主义")).to_be_visible()
    assert_accessible(page)
    page.emulate_media(media="print")

    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    expect(page.get_by_role("cell", name="5月15日 周一 12:00")).to_be_visible()
