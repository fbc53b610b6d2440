"""Mails fetched from a real IMAP server: stored first, put away after, never twice, never lost (C8)."""

from __future__ import annotations

import signal
import tracemalloc
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult
from time_machine import escape_hatch

from skillweek.editions.models import Edition
from skillweek.mailbox.domain.filing import process
from skillweek.mailbox.intake import imap as intake
from skillweek.mailbox.intake.imap import MailboxError, fetch_once
from skillweek.mailbox.models import InboundMail
from skillweek.notifications.domain.delivery import deliver
from skillweek.notifications.models import Delivery
from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport, ReportItem
from tests.mailbox.conftest import FIRST_DAY, MORNING, Imap
from tests.mailbox.make import attachment, heavy_photo, mail, photo, tnef, word, words, zipped
from tests.notifications.conftest import Postbox
from tests.site.processes import end, start, wait_for

pytestmark = pytest.mark.requirement("C8")
_S = InboundMail.State
_PHOTO = attachment(word("学生茶艺展示.jpg"), photo())


def _mail(number: int, **more: Any) -> bytes:
    more.setdefault("subject", "3月3日材料")
    return mail([words("请查收"), attachment(word(f"学生茶艺展示{number}.jpg"), photo(number))],
                message_id=f"{number}@example.org", **more)  # fmt: skip


def test_a_mailed_report_is_filed_checked_and_answered_with_the_findings(
    imap: Imap, chen: User, postbox: Postbox
) -> None:
    """The whole way: IMAP, GBK headers, winmail.dat, zip in zip, report, findings, answer by SMTP."""
    parts = [
        words("老师好，3月3日的材料见附件。"),
        attachment(b"winmail.dat", tnef({"学生茶艺展示.jpg": photo()}), b"application/ms-tnef"),
        attachment("材料.zip".encode("gbk"), zipped({"内.zip": zipped({"照片/IMG_0002.jpg": photo(1)}, "gbk")})),
    ]
    imap.put(mail(parts, subject="一日一报（3月3日）".encode("gbk")), arrived=MORNING - timedelta(minutes=3))

    fetched = fetch_once()
    [task] = DBTaskResult.objects.filter(task_path="skillweek.mailbox.tasks.file_mail")
    process(task.args_kwargs["args"][0])

    got = InboundMail.objects.get()
    report = DailyReport.objects.get()
    assert (fetched.new, got.state, got.received_at, got.subject) == (
        1, _S.FILED, MORNING.replace(microsecond=0) - timedelta(minutes=3), "一日一报（3月3日）",
    )  # fmt: skip
    assert (report.day, report.state, report.items.filter(kind="photo").count()) == (FIRST_DAY, "draft", 2)
    [delivery] = Delivery.objects.filter(channel="email", message__kind="mailbox.filed")
    assert deliver(delivery.pk) == "sent"
    [answer] = postbox.mails
    body = answer.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "照片《IMG_0002.jpg》没有文字说明" in body


def test_mails_are_taken_once_and_moved_to_the_folder_of_done_ones(imap: Imap, chen: User, settings: Any) -> None:
    settings.MAILBOX_IMAP_DONE = "已处理"
    imap.put(_mail(1), _mail(2), arrived=MORNING)

    assert (fetch_once().new, fetch_once().new) == (2, 0)
    assert (InboundMail.objects.count(), imap.count()) == (2, 0)
    assert imap.count("&XfJZBHQG-") == 2


def test_without_a_folder_mails_stay_and_are_not_fetched_again_also_when_a_person_read_them(
    imap: Imap, chen: User
) -> None:
    imap.put(_mail(1), arrived=MORNING)
    client = imap.connect()
    client.select("INBOX")
    client.store("1", "+FLAGS", "\\Seen")
    client.logout()

    assert [fetch_once().new for _time in range(2)] == [1, 0]
    imap.put(_mail(2), arrived=MORNING)
    done = fetch_once()
    assert (done.new, done.known, imap.count(), InboundMail.objects.count()) == (1, 1, 2, 2)


def test_old_mails_and_closed_weeks_are_left_alone(imap: Imap, chen: User, edition: Edition) -> None:
    imap.put(_mail(1), arrived=MORNING - timedelta(days=60))
    assert fetch_once().new == 0

    imap.put(_mail(2), arrived=MORNING)
    Edition.objects.update(state=Edition.State.CLOSED)
    assert (fetch_once().new, imap.count()) == (0, 2)


@pytest.mark.parametrize("moment", ["before storing", "before putting away"])
def test_ended_in_the_middle_nothing_is_lost_and_nothing_is_twice(
    imap: Imap, chen: User, settings: Any, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    settings.MAILBOX_IMAP_DONE = "Done"
    imap.put(_mail(1), _mail(2), arrived=MORNING)

    def ends(*_args: Any, **_more: Any) -> Any:
        raise SystemExit

    with monkeypatch.context() as patch:
        if moment == "before storing":
            patch.setattr(intake, "take_in", ends)
        else:
            patch.setattr(intake._Mailbox, "_put_away", ends)
        with pytest.raises(SystemExit):
            fetch_once()
    left = InboundMail.objects.count()

    fetch_once()

    assert (left, InboundMail.objects.count()) == (0 if moment == "before storing" else 1, 2)
    assert (imap.count(), imap.count("Done")) == (0, 2)
    assert DBTaskResult.objects.filter(task_path="skillweek.mailbox.tasks.file_mail").count() == 2


def test_a_mail_that_cannot_be_stored_does_not_hold_up_the_others(
    imap: Imap, chen: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap.put(_mail(1), _mail(2), arrived=MORNING)
    real = intake.take_in
    calls = iter([True, False, False, False])

    def sometimes(*args: Any, **more: Any) -> Any:
        if next(calls):
            raise OSError("disk")
        return real(*args, **more)

    monkeypatch.setattr(intake, "take_in", sometimes)

    assert (fetch_once().new, fetch_once().new, InboundMail.objects.count()) == (1, 1, 2)


def test_a_mail_that_is_too_large_is_put_aside_by_its_head_and_its_sender_told(
    imap: Imap, chen: User, settings: Any
) -> None:
    settings.MAILBOX_MAX_BYTES, settings.MAILBOX_IMAP_FAILED = 20_000, "Too large"
    raw = mail([attachment(b"a.jpg", heavy_photo(40_000))], subject="3月3日材料")
    imap.put(raw, arrived=MORNING)

    done = fetch_once()
    got = InboundMail.objects.get()
    process(got.pk)
    got.refresh_from_db()

    assert (done.large, done.new, imap.count("Too large"), got.size) == (1, 0, 1, len(raw))
    assert (got.state, got.reason, DailyReport.objects.count()) == (_S.WAITING, "too_large", 0)


def test_a_mail_of_40_mb_goes_all_the_way_in_little_memory(imap: Imap, chen: User) -> None:
    data = heavy_photo(40 * 1024 * 1024)
    imap.put(mail([words("3月3日"), attachment(word("开幕式全景.jpg"), data)], subject="3月3日"), arrived=MORNING)

    tracemalloc.start()
    fetch_once()
    got = InboundMail.objects.get()
    process(got.pk)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    item = ReportItem.objects.select_related("file").get()
    assert (item.caption, item.file.size if item.file else 0) == ("开幕式全景", len(data))
    assert peak < 40 * 1024 * 1024


def test_a_wrong_password_is_said_in_words(imap: Imap, chen: User, settings: Any) -> None:
    settings.MAILBOX_IMAP_PASSWORD = "wrong"

    with pytest.raises(MailboxError, match="AUTHENTICATIONFAILED"):
        fetch_once()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_storing_and_filing_leaves_the_mail_to_the_next(
    imap: Imap, chen: User, tmp_path: Path, settings: Any
) -> None:
    """Real processes: the command fetches, a worker is killed while it files, another one ends the work."""
    photos = {f"照片/学生茶艺{number:03}.jpg": photo(number) for number in range(30)}
    imap.put(mail([attachment(b"a.zip", zipped(photos))], subject="3月3日"), arrived=MORNING)
    where = {
        "MAILBOX_IMAP_HOST": "127.0.0.1",
        "MAILBOX_IMAP_PORT": str(imap.port),
        "MAILBOX_IMAP_TLS": "none",
        "MAILBOX_IMAP_USER": imap.user,
        "MAILBOX_IMAP_PASSWORD": "geheim",
        "SKILLWEEK_DEMO": "1",
        "SKILLWEEK_CLOCK_OFFSET": str(_offset()),
        "REQUIRE_TWO_FACTOR": "0",
    }
    fetched = start(tmp_path, "mailbox", "fetch", **where)
    assert fetched.wait(timeout=60) == 0, (tmp_path / "log").read_text()
    assert InboundMail.objects.get().state == _S.RECEIVED

    first = start(tmp_path, "worker", "--queues", "media", "--interval", "0.1", **where)
    wait_for(lambda: ReportItem.objects.count() >= 5, "some photos are in the report")
    first.send_signal(signal.SIGKILL)
    first.wait()
    second = start(tmp_path, "worker", "--queues", "media", "--interval", "0.1", **where)
    try:
        wait_for(lambda: InboundMail.objects.get().state == _S.FILED, "the mail is filed", 60)
    finally:
        end(second)

    assert ReportItem.objects.count() == len(photos)
    assert InboundMail.objects.get().attempts == 2
    assert Delivery.objects.filter(message__kind="mailbox.filed").count() == 1


def _offset() -> int:
    """Seconds from the machine's time to the test's."""
    return int(MORNING.timestamp() - escape_hatch.time.time())
