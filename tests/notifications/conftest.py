"""A real SMTP server for each test that asks for one."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail


class Postbox:
    """An SMTP handler that keeps what it accepts. ``answers`` are given to the next mails, then ``250``.

    The answer ``"die"`` takes the whole mail in and cuts the line without saying what became of it.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers and self.answers[0].startswith("rcpt "):
            return self.answers.pop(0).removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "die":
            assert server.transport is not None
            server.transport.abort()
            return "250 OK"
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            parsed: Any = message_from_bytes(envelope.content, policy=policy.default)
            self.mails.append(parsed)
        return answer


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    """A mail server on a free port; the product sends to it."""
    handler = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    # pytest-django swaps the mail backend for one in memory; here real SMTP counts.
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_TIMEOUT = 5
    mail.outbox = []
    yield handler
    controller.stop()


@pytest.fixture
def told(liaison: Any, tree: Any) -> Callable[..., Any]:
    """``told()``: one message to the liaison of school A; ``told(key=…)`` another. Returns its delivery."""
    from skillweek.notifications.domain import notify

    def tell(key: str = "test:1", **fields: Any) -> Any:
        fields.setdefault("title", "5月14日的一日一报被退回")
        fields.setdefault("body", "意见：第 2 张照片请换原图。\n另有 1 条批注。")
        fields.setdefault("url", "/w/")
        [message] = notify([liaison], kind="report.returned", dedupe_key=key, organisation=tree.school_a, **fields)
        return message.deliveries.get()

    return tell
