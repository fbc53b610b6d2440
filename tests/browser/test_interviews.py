"""A school makes an interview, the line above publishes it, a listener jumps through its chapters (E8)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.interviews.domain.sounds import make_sound
from skillweek.interviews.models import Episode
from tests.factories import Tree, person
from tests.interviews import make

SHOTS = Path("test-results/interviews")


@pytest.mark.requirement("E8")
def test_an_interview_is_made_published_and_watched(
    tree: Tree, edition: Any, desktop_page: Page, phone_page: Page, new_page: Callable[..., Page],
    sign_in: Callable[..., Any], assert_accessible: Callable[..., None], settings: Any, tmp_path: Path,
) -> None:  # fmt: skip
    settings.REQUIRE_TWO_FACTOR = False
    SHOTS.mkdir(parents=True, exist_ok=True)
    liaison = person(tree.school_a, "liaison", name="陈老师")
    film = make.film(edition, tree.school_a, tmp_path)
    desk = desktop_page
    sign_in(desk, liaison)
    desk.goto("/w/interviews/")
    assert_accessible(desk)
    desk.get_by_role("link", name="开设栏目").first.click()
    desk.get_by_label("栏目名称").fill("职教百家谈")
    desk.get_by_label("栏目介绍").fill("听各行各业的人讲职业教育。")
    assert_accessible(desk)
    desk.get_by_role("button", name="保存").click()
    desk.get_by_label("标题").fill("一把焊枪的三十年")
    desk.get_by_label("嘉宾姓名").fill("林师傅（示例）")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "series-desktop.png", full_page=True)
    desk.get_by_role("button", name="增加").click()
    desk.get_by_label("嘉宾身份").fill("示例船厂首席技师")
    desk.get_by_label("嘉宾同意公开", exact=False).check()
    desk.get_by_label("同意日期").fill("2023-05-10")
    desk.get_by_label("章节").fill("没有时间的一行")
    desk.get_by_label("逐字稿").fill(make.TRANSCRIPT)
    desk.get_by_role("button", name="保存草稿").click()
    expect(desk.get_by_text("第 1 行没有时间", exact=False).first).to_be_visible()
    desk.get_by_label("章节").fill(make.CHAPTERS)
    desk.get_by_role("button", name="保存草稿").click()
    expect(desk.get_by_text("草稿已保存", exact=False).first).to_be_visible()
    episode = Episode.objects.get()
    episode.draft = {**episode.draft, "video": str(film.pk)}
    episode.save()
    desk.reload()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "edit-desktop.png", full_page=True)
    desk.get_by_role("button", name="提交审核").click()
    expect(desk.get_by_text("已提交审核", exact=False).first).to_be_visible()

    above = new_page()
    sign_in(above, person(tree.siming, "reviewer"))
    above.goto("/w/interviews/")
    above.get_by_role("link", name="一把焊枪的三十年").click()
    assert_accessible(above)
    above.screenshot(path=SHOTS / "review-desktop.png", full_page=True)
    above.get_by_role("button", name="现在发布").click()
    expect(above.get_by_text("已发布，公众可以看到了。")).to_be_visible()
    make_sound(episode.pk)

    phone = phone_page
    phone.goto("/interviews/")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "index-phone.png", full_page=True)
    phone.get_by_role("link", name="职教百家谈").first.click()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "series-phone.png", full_page=True)
    phone.get_by_role("link", name="一把焊枪的三十年").click()
    expect(phone.get_by_role("link", name="只听声音")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "episode-phone.png", full_page=True)
    phone.wait_for_function("document.querySelector('video').readyState >= 1 || document.querySelector('video').error")
    if phone.evaluate("document.querySelector('video').error === null"):
        phone.get_by_role("link", name="为什么学焊接").click()
        phone.wait_for_function("document.querySelector('video').currentTime >= 2")
        line = phone.locator("[data-transcript] li", has_text="十六岁进厂")
        expect(line).to_have_attribute("aria-current", "true")
        assert phone.url.endswith(f"/interviews/{episode.pk}/")
    phone.goto("/interviews/?q=十六岁进厂")
    expect(phone.get_by_role("link", name="一把焊枪的三十年")).to_be_visible()
