"""Mails that come twice, steps that end halfway, tasks that are lost: each is filed exactly once (C8)."""

from __future__ import annotations

from typing import Any

import pytest

from skillweek.editions.models import Edition
from skillweek.mailbox.domain import filing
from skillweek.mailbox.domain.filing import process
from skillweek.mailbox.domain.taking import take_in
from skillweek.mailbox.models import InboundMail
from skillweek.organisations.models import User
from skillweek.reports.domain.filing import submit_report
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.uploads.models import StoredFile
from tests.mailbox.conftest import NEXT_DAY
from tests.mailbox.make import (
    PHOTO,
    PROOF,
    Receive,
    answers_sent,
    attachment,
    items_of,
    kinds_sent,
    mail,
    photo,
    word,
    words,
)
from tests.reports.review.make import at

pytestmark = pytest.mark.requirement("C8")
_S, _R = InboundMail.State, InboundMail.Reason

_STEPS = ["read_letter", "open_report", "write_package", "store_local_file", "begin_import", "run_import",
          "_check_files", "finish"]  # fmt: skip


def test_the_same_mail_is_one_mail_and_sent_again_it_adds_nothing(receive: Receive, chen: User) -> None:
    raw = mail([PHOTO], subject="3月3日材料")

    first = receive(raw)
    again = receive(b"Received: from a by b\r\nX-Spam: no\r\n" + raw)
    resent = receive(mail([PHOTO], subject="3月3日材料", message_id="2@example.org"))

    assert (again.pk, InboundMail.objects.count(), resent.state) == (first.pk, 2, _S.FILED)
    assert items_of(DailyReport.objects.get()) == [("photo", "学生茶艺展示")]


def test_a_mail_cannot_suppress_another_by_its_message_id(receive: Receive, chen: User) -> None:
    receive(mail([words("占位")], sender="who@example.net", subject="3月3日材料"))

    got = receive(mail([PHOTO], subject="3月3日材料"))

    assert (got.state, InboundMail.objects.count()) == (_S.FILED, 2)


@pytest.mark.parametrize("step", _STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_ended_at_any_step_the_mail_is_filed_exactly_once_by_the_next_run(
    receive: Receive, chen: User, trusted: None, monkeypatch: pytest.MonkeyPatch, step: str, moment: str
) -> None:
    mailed = take_in(mail([PHOTO], subject="3月3日材料", headers=[PROOF]), source="file")
    real = getattr(filing, step)

    def ends(*args: Any, **more: Any) -> Any:
        if moment == "after":
            real(*args, **more)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(filing, step, ends)
        with pytest.raises(SystemExit):
            process(mailed.pk)

    process(mailed.pk)

    mailed.refresh_from_db()
    report = DailyReport.objects.get()
    assert (mailed.state, report.state, report.versions.count(), items_of(report)) == (
        _S.FILED, "submitted", 1, [("photo", "学生茶艺展示")],
    )  # fmt: skip
    assert StoredFile.objects.filter(kind="photo").count() == 1
    assert kinds_sent() == ["mailbox.filed"]


def test_a_mail_that_breaks_its_filing_waits_for_a_person_after_three_tries(
    receive: Receive, chen: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_args: Any, **_more: Any) -> Any:
        raise RuntimeError

    mailed = take_in(mail([PHOTO], subject="3月3日材料"), source="file")
    monkeypatch.setattr(filing, "read_letter", breaks)

    for _attempt in range(3):
        process(mailed.pk)

    mailed.refresh_from_db()
    assert (mailed.state, mailed.reason, answers_sent()) == (_S.WAITING, _R.BROKEN, [])


def test_a_lost_task_is_queued_again(chen: User, edition: Edition) -> None:
    from django_tasks_db.models import DBTaskResult

    mailed = take_in(mail([PHOTO], subject="3月3日材料"), source="file")
    DBTaskResult.objects.all().delete()

    assert filing.resume() == 0
    InboundMail.objects.filter(pk=mailed.pk).update(updated_at=at(NEXT_DAY, 9))
    assert filing.resume() == 1
    assert DBTaskResult.objects.filter(task_path="skillweek.mailbox.tasks.file_mail").count() == 1


def test_a_report_that_is_too_full_refuses_in_words(receive: Receive, chen: User, settings: Any) -> None:
    settings.SCHOOL_QUOTA_BYTES = 100

    got = receive(mail([PHOTO], subject="3月3日材料"))

    assert (got.state, got.reason, ReportItem.objects.count()) == (_S.WAITING, _R.REFUSED, 0)
    assert "存储空间不足" in answers_sent()[0].body


def test_a_submission_by_hand_meanwhile_is_not_undone(receive: Receive, chen: User, trusted: None) -> None:
    receive(mail([PHOTO], subject="3月3日材料"))
    report = DailyReport.objects.get()
    submit_report(report, by=chen, expected_version=report.version)

    got = receive(mail([attachment(word("烘焙体验.jpg"), photo(1))], subject="3月3日", message_id="2@example.org"))

    assert (got.reason, len(items_of(report))) == (_R.REPORT_CLOSED, 1)
