"""The queue on a phone: a stray mail is read and filed; the school undoes it (C8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from skillweek.editions.models import Edition
from skillweek.mailbox.domain.filing import process
from skillweek.mailbox.domain.taking import take_in
from skillweek.mailbox.models import InboundMail
from skillweek.reports.models import DailyReport
from tests import factories
from tests.mailbox.make import attachment, mail, photo, word, words
from tests.reports.review.make import at, make_edition

pytestmark = pytest.mark.requirement("C8")


@pytest.fixture
def edition(db: None) -> Iterator[Edition]:
    """The invented edition on the morning after its first day."""
    made = make_edition()
    with time_machine.travel(at(made.starts_on + timedelta(days=1), 9), tick=True):
        yield made


def test_a_stray_mail_is_filed_from_a_phone_and_undone_by_the_school(
    phone_page: Page, desktop_page: Page, sign_in: Callable[..., Any], assert_accessible: Callable[..., None],
    tree: factories.Tree, edition: Edition,
) -> None:  # fmt: skip
    chen = factories.person(tree.school_a, "liaison")
    parts = [
        words("老师好，示例第一职业学校3月3日的材料见附件，视频在 https://pan.baidu.com/s/1abc 。"),
        attachment(word("学生茶艺展示.jpg"), photo()),
        attachment("视频.rar".encode("gbk"), b"Rar!\x1a\x07\x00x"),
    ]
    stray = take_in(mail(parts, sender="who@example.net", subject="3月3日材料"), source="file")
    process(stray.pk)
    sign_in(phone_page, factories.person(tree.host, "reviewer"))

    phone_page.goto("/w/mailbox/")
    assert_accessible(phone_page)
    phone_page.get_by_role("link", name="3月3日材料").click()
    expect(phone_page.get_by_text("发件邮箱不是平台上的填报人员").first).to_be_visible()
    expect(phone_page.get_by_text("rar 压缩包打不开")).to_be_visible()
    assert_accessible(phone_page)
    phone_page.get_by_label("示例第一职业学校").check()
    phone_page.get_by_role("button", name="归入").click()
    expect(phone_page.get_by_text("已交给系统归入")).to_be_visible()
    process(stray.pk)

    report = DailyReport.objects.get()
    assert (report.organisation, report.items.count()) == (tree.school_a, 1)
    sign_in(desktop_page, chen)
    desktop_page.goto(f"/w/mailbox/{stray.pk}/")
    assert_accessible(desktop_page)
    desktop_page.get_by_role("button", name="撤销这封邮件添加的材料").click()
    desktop_page.get_by_role("dialog").get_by_role("button", name="撤销", exact=True).click()
    expect(desktop_page.get_by_text("已从报告里移除 1 项材料")).to_be_visible()
    assert InboundMail.objects.get().state == InboundMail.State.UNDONE
