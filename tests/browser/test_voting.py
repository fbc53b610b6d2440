"""A resident votes on the phone, votes are stuffed and held, the results are opened to everybody's check (E10).

And a juror scores on the phone (E1).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from skillweek.bookings.tokens import token_from
from skillweek.core.clock import now
from skillweek.judging.models import Sheet
from skillweek.notifications.models import Message
from skillweek.voting.domain.holding import scan
from skillweek.voting.models import Hold, Vote, VoteSheet
from tests.factories import Tree, person
from tests.judging import make as juries
from tests.voting import make

SHOTS = Path("test-results/voting")


def _prove(phone: Page, address: str) -> None:
    """Prove an e-mail address with the code that was sent to it."""
    phone.get_by_label("手机号码或电子邮箱").fill(address)
    phone.get_by_label("我已阅读并同意").check()
    phone.get_by_role("button", name="发送验证码").click()
    expect(phone.get_by_label("验证码")).to_be_visible()
    sent = Message.objects.filter(kind="participation.code").order_by("-pk").first()
    assert sent is not None
    code = re.search(r"\d{6}", sent.title)
    assert code
    phone.get_by_label("验证码").fill(code[0])
    phone.get_by_role("button", name="确定").click()


@pytest.mark.requirement("E10")
def test_a_resident_votes_stuffing_is_held_and_the_count_is_open(
    tree: Tree,
    edition: Any,
    desktop_page: Page,
    phone_page: Page,
    sign_in: Callable[..., Any],
    assert_accessible: Callable[..., None],
    settings: Any,
) -> None:
    settings.REQUIRE_TWO_FACTOR = False
    settings.BOOKING_PROOF_WORK = 50
    SHOTS.mkdir(parents=True, exist_ok=True)
    liaison, reviewer = person(tree.school_a, "liaison", name="陈老师"), person(tree.siming, "reviewer")
    desk, phone = desktop_page, phone_page

    # The organiser writes the ballot, the line above approves it.
    sign_in(desk, liaison)
    desk.goto("/w/voting/")
    assert_accessible(desk)
    desk.get_by_role("link", name="新建评选").first.click()
    desk.get_by_label("标题").fill("最美职校生")
    desk.get_by_label("评选规则").fill("每人三票，按有效票数定名次。")
    desk.get_by_label("投票开始").fill((now() - timedelta(days=1)).strftime("%Y-%m-%dT09:00"))
    desk.get_by_label("投票截止").fill((now() + timedelta(days=3)).strftime("%Y-%m-%dT18:00"))
    desk.get_by_label("每人共几票").fill("3")
    desk.get_by_label("票数何时公开").select_option("during")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "edit-desktop.png", full_page=True)
    desk.get_by_role("button", name="存为草稿").click()
    desk.get_by_role("link", name="添加候选").click()
    for name in ("林小满", "陈志远", "黄一鸣"):
        desk.get_by_label("名称").fill(name)
        desk.get_by_label("单位或作者").fill("示例第一职业学校")
        desk.get_by_label("介绍").fill("热爱技能，服务社区。")
        desk.get_by_role("button", name="保存并再加一个").click()
        expect(desk.get_by_text(f"已保存“{name}”").first).to_be_visible()
    desk.get_by_role("link", name="候选", exact=True).first.click()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "candidates-desktop.png", full_page=True)
    desk.get_by_role("link", name="概况").click()
    desk.get_by_role("button", name="送上级审核").click()
    sign_in(desk, reviewer)
    desk.goto("/w/voting/")
    desk.get_by_role("link", name="最美职校生").click()
    assert_accessible(desk)
    desk.get_by_role("button", name="批准并公开").click()
    expect(desk.get_by_text("公众可以看到").first).to_be_visible()

    # A resident votes on the phone.
    phone.goto("/vote/")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "index-phone.png", full_page=True)
    phone.get_by_role("link", name="最美职校生").click()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "gallery-phone.png", full_page=True)
    phone.get_by_label("选林小满").check()
    expect(phone.get_by_text("已选 1 个，最多 3 个")).to_be_visible()
    phone.get_by_label("查找").fill("陈志")
    phone.get_by_role("button", name="查找").click()
    expect(phone.get_by_text("已选 1 个")).to_be_visible()
    phone.get_by_label("选陈志远").check()
    expect(phone.get_by_text("已选 2 个")).to_be_visible()
    phone.get_by_role("button", name="去投票").click()
    _prove(phone, "resident@example.org")
    expect(phone.get_by_role("heading", name="我的选票")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "sheet-phone.png", full_page=True)
    phone.get_by_role("button", name="确认投票").click()
    expect(phone.get_by_role("heading", name="投票成功")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "receipt-phone.png", full_page=True)
    voting = VoteSheet.objects.get().ballot
    receipt = VoteSheet.objects.get().receipt
    expect(phone.get_by_text(receipt)).to_be_visible()

    # The second vote is refused kindly.
    phone.goto(f"/vote/{voting.pk}/candidate/1/")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "candidate-phone.png", full_page=True)
    phone.get_by_role("button", name="投一票").click()
    expect(phone.get_by_text("您投过了，每个候选只能投一次")).to_be_visible()
    expect(phone.get_by_role("button", name="确认投票")).to_have_count(0)
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "second-phone.png", full_page=True)

    # Stuffing from one device is held and refused; a burst is held by hand and released; the totals follow.
    for _each in range(7):
        make.vote(voting, 3, device_key="f" * 64)
    assert scan(voting) == 7
    phone.goto(f"/vote/{voting.pk}/results/")
    expect(phone.get_by_text("7 票正在核对，暂不计入")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "standing-phone.png", full_page=True)
    sign_in(desk, liaison)
    desk.goto(f"/w/voting/{voting.pk}/holds/")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "holds-desktop.png", full_page=True)
    desk.get_by_role("link", name="黄一鸣").click()
    expect(desk.get_by_text("同一台设备上有许多人投票")).to_be_visible()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "hold-desktop.png", full_page=True)
    desk.get_by_label("理由").fill("同一台手机，短时间内换了七个邮箱")
    desk.get_by_role("button", name="确认不计").click()
    expect(desk.get_by_text("已确认 7 票不计").first).to_be_visible()
    desk.get_by_text("人工暂扣一段时间的票").click()
    desk.get_by_label("候选").select_option(label="林小满")
    moment = now().astimezone(ZoneInfo(edition.zone))
    desk.get_by_label("从", exact=True).fill((moment - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"))
    desk.get_by_label("到", exact=True).fill((moment + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"))
    desk.get_by_label("理由").fill("票数突然增加，先核对")
    desk.get_by_role("button", name="暂扣这些票").click()
    expect(desk.get_by_text("这些票现在不计").first).to_be_visible()
    assert Vote.objects.filter(state="held").count() == 1
    desk.get_by_label("理由").fill("核对过，是本人投的")
    desk.get_by_role("button", name="恢复计票").click()
    expect(desk.get_by_text("已恢复 1 票").first).to_be_visible()

    # Closing, announcing, the audit file.
    desk.goto(f"/w/voting/{voting.pk}/")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "ballot-desktop.png", full_page=True)
    desk.get_by_role("button", name="提前结束投票").click()
    desk.get_by_role("button", name="结束投票", exact=True).click()
    desk.get_by_role("link", name="定奖项，公布结果").click()
    desk.get_by_label("林小满的奖项").fill("最美职校生")
    desk.get_by_label("结果说明").fill("感谢每一位投票人。")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "results-desktop.png", full_page=True)
    desk.get_by_role("button", name="公布结果").click()
    desk.get_by_role("button", name="公布", exact=True).click()
    expect(desk.get_by_text("获奖证书已颁发").first).to_be_visible()
    phone.goto(f"/vote/{voting.pk}/")
    phone.get_by_role("link", name="看结果").click()
    expect(phone.get_by_text("获奖名单")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "results-phone.png", full_page=True)
    phone.get_by_role("link", name="怎样核对票数").click()
    phone.get_by_label("回执号").fill(receipt.lower())
    phone.get_by_role("button", name="查我的票").click()
    expect(phone.get_by_text("找到了您的票")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "check-phone.png", full_page=True)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="CSV").click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert len(lines) == 1 + 2 + 7
    assert "resident" not in "".join(lines)
    assert Hold.objects.filter(state="open").count() == 0


@pytest.mark.requirement("E1")
@pytest.mark.requirement("E10")
def test_a_juror_scores_on_the_phone_and_the_organiser_sees_the_ranking(
    tree: Tree,
    edition: Any,
    desktop_page: Page,
    phone_page: Page,
    sign_in: Callable[..., Any],
    assert_accessible: Callable[..., None],
    settings: Any,
) -> None:
    settings.REQUIRE_TWO_FACTOR = False
    SHOTS.mkdir(parents=True, exist_ok=True)
    panel = juries.panel(edition, tree.edu, title="全民美拍评审", instructions="看作品，不看名气。")
    panel.works.filter(number=3).update(organisation=tree.school_a)
    juror = juries.juror(panel, unit=tree.school_a.name, organisation=tree.school_a)
    phone, desk = phone_page, desktop_page

    phone.goto(f"/jury/t/{token_from(juror.nonce)}/")
    expect(phone.get_by_text("本单位，回避")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "jury-phone.png", full_page=True)
    phone.get_by_role("link", name="开始评分").click()
    phone.get_by_label("创意").fill("8.5")
    phone.get_by_label("技术").fill("7")
    phone.get_by_label("评语").fill("构图好。")
    phone.get_by_label("评语").blur()
    expect(phone.get_by_text("已自动保存")).to_be_visible()
    assert Sheet.objects.get().state == Sheet.State.DRAFT
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "score-phone.png", full_page=True)
    phone.reload()
    expect(phone.get_by_label("创意")).to_have_value("8.5")
    phone.get_by_role("button", name="评完，交上").click()
    expect(phone.get_by_text("已评", exact=True)).to_be_visible()
    phone.get_by_role("link", name="评下一件").click()
    phone.get_by_label("创意").fill("6")
    phone.get_by_label("技术").fill("6")
    phone.get_by_role("button", name="评完，交上").click()
    expect(phone.get_by_text("您都评完了，谢谢")).to_be_visible()

    sign_in(desk, person(tree.edu, "reviewer"))
    desk.goto("/w/judging/")
    assert_accessible(desk)
    desk.get_by_role("link", name="全民美拍评审").click()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "panel-desktop.png", full_page=True)
    desk.get_by_role("link", name="评委", exact=True).click()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "jurors-desktop.png", full_page=True)
    desk.get_by_role("link", name="进度").click()
    desk.get_by_role("button", name="结束评审").click()
    desk.get_by_role("button", name="结束", exact=True).click()
    expect(desk.get_by_role("rowheader", name="作品1")).to_be_visible()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "ranking-desktop.png", full_page=True)
