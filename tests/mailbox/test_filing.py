"""From a real mail to a report with findings and an answer (C8)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skillweek.mailbox.models import InboundMail
from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport
from tests.mailbox.make import attachment, mail, photo, word, words

pytestmark = pytest.mark.requirement("C8")
_S, _R = InboundMail.State, InboundMail.Reason
Receive = Callable[..., InboundMail]


def test_a_mail_from_a_liaison_becomes_the_days_report(receive: Receive, chen: User) -> None:
    raw = mail([words("请查收3月3日的照片。"), attachment(word("学生茶艺展示.jpg"), photo())], subject="3月3日材料")

    got = receive(raw)

    report = DailyReport.objects.get()
    assert (got.state, got.reason, got.report) == (_S.FILED, "", report)
    assert (report.organisation, report.day.isoformat(), report.state) == (
        chen.memberships.get().organisation,
        "2031-03-03",
        "draft",
    )
    assert [(item.kind, item.caption) for item in report.items.all()] == [("photo", "学生茶艺展示")]
