"""A resident proves an address on the phone, looks at their things, and a certificate is checked and printed (E2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.notifications.models import Message
from skillweek.participation.domain.certificates import issue
from skillweek.participation.models import Participant
from tests.factories import Tree, person

SHOTS = Path("test-results/participation")


@pytest.mark.requirement("E2")
def test_a_resident_proves_an_address_and_anybody_checks_a_certificate(
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
    phone = phone_page
    phone.goto("/take-part/")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "index-phone.png", full_page=True)
    phone.get_by_role("link", name="我的参与和证书").click()
    expect(phone.get_by_role("heading", name="验证手机或邮箱")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "who-phone.png", full_page=True)
    phone.get_by_label("手机号码或电子邮箱").fill("lin@example.org")
    phone.get_by_label("我已阅读并同意").check()
    phone.get_by_role("button", name="发送验证码").click()
    expect(phone.get_by_text("验证码已发到 li***@example.org")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "code-phone.png", full_page=True)
    phone.get_by_label("验证码").fill("12")
    phone.get_by_role("button", name="确定").click()
    expect(phone.get_by_text("验证码不对")).to_be_visible()
    code = re.search(r"\d{6}", Message.objects.get(kind="participation.code").title)
    assert code
    phone.get_by_label("验证码").fill(code[0])
    phone.get_by_role("button", name="确定").click()
    expect(phone.get_by_role("heading", name="我的参与")).to_be_visible()

    paper = issue(
        edition, tree.school_a, kind="quiz", key="test", holder="林女士", title="职业教育知识问答合格证书",
        lines=["得分 96 分", "用时 3 分 20 秒"], participant=Participant.objects.get(),
    )  # fmt: skip
    phone.reload()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "mine-phone.png", full_page=True)
    phone.get_by_role("link", name="职业教育知识问答合格证书").click()
    expect(phone.get_by_text("有效：由本站颁发")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "certificate-phone.png", full_page=True)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="下载 PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")
    download.value.save_as(SHOTS / "certificate.pdf")

    desk = desktop_page
    sign_in(desk, person(tree.siming, "reviewer"))
    desk.goto("/w/take-part/")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "switches-desktop.png", full_page=True)
    desk.get_by_role("link", name="已颁发的证书（1）").click()
    desk.get_by_text("撤销", exact=True).click()
    desk.get_by_label("撤销原因").fill("代答")
    desk.screenshot(path=SHOTS / "certificates-desktop.png", full_page=True)
    desk.get_by_role("button", name="撤销证书").click()
    expect(desk.get_by_text("已撤销证书")).to_be_visible()
    desk.goto("/w/statistics/taking-part/")
    expect(desk.get_by_text("还没有人参与")).to_be_visible()

    phone.goto("/take-part/certificates/")
    phone.get_by_label("证书编号").fill(paper.spaced_code.lower())
    phone.get_by_role("button", name="查验").click()
    expect(phone.get_by_text("撤销，不再有效")).to_be_visible()
    phone.screenshot(path=SHOTS / "revoked-phone.png", full_page=True)
