"""A real SMTP server, and a real HTTP server that answers like the platforms, for each test that asks for one."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

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


@dataclass(frozen=True)
class Asked:
    """One request as it came over the line."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Platform:
    """An HTTP server that keeps what it is asked. ``answers`` are given to the next requests, then ``usual``.

    An answer is (status, JSON); ``"die"`` reads the request and cuts the line; a number waits so many seconds first.
    """

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    usual: Any = field(default_factory=lambda: {"errcode": 0, "errmsg": "ok"})

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


@pytest.fixture
def platform(settings: Any) -> Iterator[Platform]:
    """A platform on a free port; the product may call it."""
    told = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            told.asked.append(Asked("POST", parts.path, query, headers, body))
            answer = told.answers.pop(0) if told.answers else told.usual
            if answer == "die":
                self.close_connection = True
                return
            if isinstance(answer, int):
                time.sleep(answer)
                answer = told.usual
            status, data = answer if isinstance(answer, tuple) else (200, answer)
            raw = json.dumps(data).encode() if not isinstance(data, bytes) else data
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", f"{told.url}/elsewhere")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    settings.ROBOT_HOSTS = [told.host]
    settings.OUTBOUND_TIMEOUT = 2
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def kinds() -> Iterator[dict[str, Any]]:
    """Kinds of the tests' own: ``test.told`` (ordinary), ``test.urgent`` (mandatory), ``test.low``."""
    from skillweek.notifications import kinds as registry
    from skillweek.notifications.kinds import Kind, Urgency

    common: dict[str, Any] = {
        "label": "示例消息",
        "group": "示例",
        "title": "您已预约{activity}",
        "body": "时间：{time}\n备注：{note}",
        "sms": "您已预约{activity}，时间{time}。",
        "variables": {"activity": "活动名称", "time": "时间", "note": "备注"},
        "sample": {"activity": "茶艺体验", "time": "5月14日 09:00", "note": "请带身份证"},
        "audiences": ("person", "contact", "group"),
    }
    made = {
        "told": Kind(code="test.told", **common),
        "urgent": Kind(code="test.urgent", urgency=Urgency.URGENT, mandatory=True, **common),
        "low": Kind(code="test.low", urgency=Urgency.LOW, **common),
    }
    registry.declare(*made.values())
    yield made
    for kind in made.values():
        registry._kinds.pop(kind.code)
