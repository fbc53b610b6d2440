"""What a person does on the activity form, step by step. Shared by the journeys."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Person

SAFETY = "现场设安全员两名，用电设备专人看护，突发情况立即断电并联系社区医院。"


def saved(page: Page) -> None:
    """Wait until the form says that everything is saved."""
    expect(page.locator("[data-save-state]")).to_contain_text("已保存", timeout=20_000)


def keep_order(who: Person) -> None:
    """Fill what the rules for order and money ask."""
    page = who.page
    who.write(page.get_by_label("活动负责人"), "王老师")
    who.write(page.get_by_label("负责人电话"), "13800000000")
    page.get_by_label("是否向参加者收费").select_option("yes")
    who.fields += 1
    who.write(page.get_by_label("经费来源"), "年度活动经费")
    who.write(page.get_by_label("安全预案"), SAFETY)
    who.click(page.get_by_text("本单位承诺"))
