"""The SMTP listener: 250 only for mails to us, and only when they are on disk (C8)."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connections
from django_tasks_db.models import DBTaskResult

from skillweek.mailbox.intake import listener
from skillweek.mailbox.models import InboundMail
from skillweek.organisations.models import User
from skillweek.uploads.storage import local_size
from tests.mailbox.make import attachment, heavy_photo, mail, photo, word
from tests.site.processes import end, start, wait_for

pytestmark = [pytest.mark.requirement("C8"), pytest.mark.django_db(transaction=True)]
_RAW = mail([attachment(word("学生茶艺展示.jpg"), photo())], subject="3月3日材料".encode("gbk"))


@pytest.fixture
def running(chen: User, settings: Any) -> Iterator[Controller]:
    """The listener on a free port, for week@example.org, mails up to 200 000 bytes."""
    settings.MAILBOX_ADDRESSES = ["week@example.org"]
    settings.MAILBOX_MAX_BYTES = 200_000
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = listener.controller("127.0.0.1", port)
    controller.start()
    yield controller
    controller.stop()
    connections.close_all()


def _send(
    running: Controller, raw: bytes = _RAW, to: str = "week@example.org", sender: str = "chen@example.org"
) -> Any:
    with smtplib.SMTP("127.0.0.1", running.port, timeout=10) as client:
        return client.sendmail(sender, [to], raw)


def test_what_was_answered_with_250_is_on_disk_and_queued_once(running: Controller) -> None:
    _send(running)
    _send(running, to="WEEK@example.org")

    got = InboundMail.objects.get()
    assert (got.source, got.state, got.subject, got.sender_email) == (
        "smtp",
        "received",
        "3月3日材料",
        "chen@example.org",
    )
    assert local_size(got.key) == len(_RAW)
    assert DBTaskResult.objects.filter(task_path="skillweek.mailbox.tasks.file_mail").count() == 1


def test_mails_to_others_and_larger_ones_are_refused(running: Controller) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        _send(running, to="other@example.org")
    with pytest.raises((smtplib.SMTPSenderRefused, smtplib.SMTPDataError)):
        _send(running, mail([attachment(b"a.jpg", heavy_photo(400_000))]))

    assert InboundMail.objects.count() == 0


def test_a_mail_that_cannot_be_stored_stays_with_its_sender(
    running: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_more: Any) -> Any:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(listener, "take_in", full)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            _send(running)
    _send(running)

    assert (refused.value.smtp_code, InboundMail.objects.count()) == (451, 1)


def test_a_bounce_is_kept_and_never_answered(running: Controller) -> None:
    from skillweek.mailbox.domain.filing import process

    _send(running, sender="")

    got = InboundMail.objects.get()
    process(got.pk)
    got.refresh_from_db()
    assert (got.state, got.reason) == ("ignored", "automatic")


def test_without_an_address_it_does_not_start(chen: User, settings: Any) -> None:
    settings.MAILBOX_ADDRESSES = []

    with pytest.raises(ValueError, match="MAILBOX_ADDRESSES"):
        listener.controller("127.0.0.1", 0)


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_the_command_listens_until_it_is_told_to_stop(chen: User, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = start(
        tmp_path, "mailbox", "listen", "--bind", f"127.0.0.1:{port}", MAILBOX_ADDRESSES="week@example.org"
    )  # fmt: skip
    try:
        wait_for(lambda: _answers(port), "it listens")
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.sendmail("chen@example.org", ["week@example.org"], _RAW)
    finally:
        code = end(process)

    assert (code, InboundMail.objects.get().subject) == (0, "3月3日材料")
