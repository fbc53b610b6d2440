"""A quiz is made, somebody proves an address and is ranked, the certificate is checked, a hall plays (E2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.core.clock import now
from skillweek.notifications.models import Message
from skillweek.participation.models import Certificate
from skillweek.quiz.models import Attempt, LiveGame, Question, Quiz
from tests.factories import Tree, person
from tests.quiz import make

SHOTS = Path("test-results/quiz")


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR = False
    settings.BOOKING_PROOF_WORK = 50
    SHOTS.mkdir(parents=True, exist_ok=True)


def _prove(page: Page, address: str) -> None:
    """Ask for a code and type it in."""
    page.get_by_label("手机号码或电子邮箱").fill(address)
    page.get_by_label("我已阅读并同意").check()
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_label("验证码")).to_be_visible()
    code = re.search(r"\d{6}", Message.objects.filter(kind="participation.code").latest("pk").body)
    assert code is not None
    page.get_by_label("验证码").fill(code[0])
    page.locator("form:has(#id_code) button").click()


def _answer(page: Page, attempt: Attempt, *, right: bool) -> None:
    """Choose on the round's page what is right (or not) for the question shown."""
    turn = attempt.turns.filter(answered_at=None).exclude(shown_at=None).select_related("question").get()
    for place in make.places(turn, right=right):
        page.locator(f"label.quiz-choice:has(input[value='{place}'])").click()
    page.get_by_role("button", name="提交").click()


@pytest.mark.requirement("E2")
def test_a_quiz_from_the_organisers_desk_to_a_checked_certificate(
    tree: Tree,
    edition: Any,
    desktop_page: Page,
    phone_page: Page,
    new_page: Callable[..., Page],
    sign_in: Callable[..., Any],
    assert_accessible: Callable[..., None],
) -> None:
    make.bank(edition, tree.host, 2)
    make.question(
        edition, tree.host, "待核对的题目对吗？", kind="judge", options=["正确", "错误"], answer="A", state="draft"
    )
    desk = desktop_page
    sign_in(desk, person(tree.host, "reviewer"))
    desk.goto("/w/quiz/bank/")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "bank-desktop.png", full_page=True)
    desk.get_by_role("link", name=re.compile("待核对的题目对吗")).click()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "question-desktop.png", full_page=True)
    desk.get_by_role("button", name="核对通过").click()
    expect(desk.get_by_text("已核对通过")).to_be_visible()
    assert Question.objects.filter(state="checked").count() == 3

    desk.goto("/w/quiz/add/")
    desk.get_by_label("开始时间").fill((now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"))
    desk.get_by_label("结束时间").fill((now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"))
    desk.get_by_label("每题秒数").fill("60")
    desk.get_by_label("题数").first.fill("3")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "edit-desktop.png", full_page=True)
    desk.get_by_role("button", name="保存").click()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "quiz-desktop.png", full_page=True)
    desk.get_by_role("link", name="预览抽题").click()
    expect(desk.get_by_role("heading", name="预览抽题")).to_be_visible()
    assert_accessible(desk)
    desk.go_back()
    desk.get_by_role("button", name="发布", exact=True).click()
    expect(desk.get_by_text("已发布，到开始时间就能答题")).to_be_visible()
    quiz = Quiz.objects.get()

    phone = phone_page
    phone.goto(f"/quiz/{quiz.pk}/")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "quiz-phone.png", full_page=True)
    phone.get_by_role("link", name="开始练习").click()
    phone.locator("label.quiz-choice").first.click()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "practice-phone.png", full_page=True)
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("《示例办法》第三条")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "practice-answer-phone.png", full_page=True)

    phone.goto(f"/quiz/{quiz.pk}/")
    phone.get_by_role("link", name="开始计分答题").click()
    _prove(phone, "wang@example.org")
    phone.get_by_label("昵称").fill("小工匠")
    phone.get_by_label("代表学校").select_option(label="示例第一职业学校")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "start-phone.png", full_page=True)
    phone.get_by_role("button", name="开始，计时").click()
    expect(phone.get_by_text("第 1 / 3 题")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "round-phone.png", full_page=True)
    attempt = Attempt.objects.get()
    shown = attempt.turns.get(position=1).shown_at
    phone.reload()
    assert attempt.turns.get(position=1).shown_at == shown
    for number in range(3):
        expect(phone.get_by_text(f"第 {number + 1} / 3 题")).to_be_visible()
        _answer(phone, attempt, right=number < 2)
    expect(phone.get_by_role("heading", name="成绩")).to_be_visible()
    expect(phone.locator(".quiz-points strong")).to_have_text("66")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "result-phone.png", full_page=True)
    phone.get_by_label("证书上的姓名").fill("王小明")
    phone.get_by_role("button", name="领取证书").click()
    expect(phone.get_by_text("王小明").first).to_be_visible()
    phone.screenshot(path=SHOTS / "certificate-phone.png", full_page=True)
    phone.goto(f"/quiz/{quiz.pk}/board/")
    expect(phone.get_by_text("小*匠")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "board-phone.png", full_page=True)

    checker = new_page()
    checker.goto("/take-part/certificates/")
    checker.get_by_label("证书编号").fill(Certificate.objects.get().spaced_code)
    checker.locator("form:has(#id_code) button").click()
    expect(checker.get_by_text("王小明").first).to_be_visible()

    desk.goto(f"/w/quiz/{quiz.pk}/results/")
    expect(desk.get_by_text("作答 1 次").first).to_be_visible()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "results-desktop.png", full_page=True)
    desk.goto(f"/w/quiz/{quiz.pk}/board/")
    expect(desk.get_by_text("小*匠")).to_be_visible()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "board-desktop.png", full_page=True)
    desk.locator("summary", has_text="移出榜单").click()
    desk.get_by_label("原因（答题人会看到）").fill("测试移出")
    desk.get_by_role("button", name="移出", exact=True).click()
    expect(desk.get_by_text("已移出榜单：测试移出")).to_be_visible()


@pytest.mark.requirement("E2")
def test_a_hall_plays_with_a_host_and_two_phones(
    tree: Tree,
    edition: Any,
    desktop_page: Page,
    phone_page: Page,
    new_page: Callable[..., Page],
    sign_in: Callable[..., Any],
    assert_accessible: Callable[..., None],
) -> None:
    host = person(tree.host, "reviewer")
    make.bank(edition, tree.host, 2)
    quiz = make.quiz(edition, tree.host, host, rules=[make.Rule("", "", 2)])
    desk = desktop_page
    sign_in(desk, host)
    desk.goto(f"/w/quiz/{quiz.pk}/")
    desk.get_by_label("题数").fill("2")
    desk.get_by_role("button", name="开一场").click()
    expect(desk.get_by_text("0 人")).to_be_visible()
    game = LiveGame.objects.get()

    ann, bob = phone_page, new_page({"width": 390, "height": 844}, has_touch=True)
    for page, name in ((ann, "小安"), (bob, "坏名字")):
        page.goto(f"/quiz/live/?code={game.code}")
        page.get_by_label("昵称").fill(name)
        page.get_by_role("button", name="加入").click()
        expect(page.get_by_text("已加入")).to_be_visible()
    expect(desk.get_by_text("2 人")).to_be_visible()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "live-lobby-desktop.png", full_page=True)
    desk.get_by_role("button", name="请“坏名字”换昵称").click()
    desk.get_by_role("button", name="移出", exact=True).click()
    bob.get_by_role("link", name="重新加入").click()
    bob.get_by_label("昵称").fill("小鲍")
    bob.get_by_role("button", name="加入").click()
    expect(bob.get_by_text("已加入")).to_be_visible()

    desk.get_by_role("button", name="开始").click()
    for page, words in ((ann, "乙"), (bob, "甲")):
        choice = page.locator(".live-choice", has_text=words)
        expect(choice).to_be_visible()
        if page is ann:
            assert_accessible(page)
            page.screenshot(path=SHOTS / "live-question-phone.png", full_page=True)
            desk.screenshot(path=SHOTS / "live-question-desktop.png", full_page=True)
        choice.click()
        expect(page.get_by_text("已提交")).to_be_visible()
    expect(desk.get_by_text("2 / 2 人已作答")).to_be_visible()
    assert_accessible(desk)
    desk.get_by_role("button", name="结束作答").click()
    expect(desk.get_by_text("2 人作答，1 人答对")).to_be_visible()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "live-reveal-desktop.png", full_page=True)
    expect(ann.get_by_text("答对了")).to_be_visible()
    expect(bob.get_by_text("答错了")).to_be_visible()
    assert_accessible(ann)
    ann.screenshot(path=SHOTS / "live-reveal-phone.png", full_page=True)
    desk.get_by_role("button", name="看排名").click()
    expect(desk.locator(".quiz-board-row").first).to_contain_text("小安")
    desk.get_by_role("button", name="结束，公布排名").click()
    desk.get_by_role("button", name="结束", exact=True).click()
    expect(desk.get_by_role("heading", name="最终排名")).to_be_visible()
    expect(desk.locator(".live-step").first).to_contain_text("小安")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "live-over-desktop.png", full_page=True)
    expect(ann.get_by_role("heading", name="最终排名")).to_be_visible()
    ann.screenshot(path=SHOTS / "live-over-phone.png", full_page=True)
