"""A small SMTP server that takes mails to the week's mailbox: 250 only when a mail is on disk (C8)."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable
from typing import Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connections

from skillweek.core import audit
from skillweek.core.models import AuditEvent
from skillweek.mailbox.domain.replying import mailbox_address
from skillweek.mailbox.domain.taking import spool_path, take_in
from skillweek.mailbox.models import InboundMail

log = logging.getLogger("skillweek.mailbox")
_RECIPIENTS: Final = 20
#: So many mails are held in memory at a time, each while it arrives.
_AT_ONCE: Final = 4


class Intake:
    """The handler: checks recipients, stores mails."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self.addresses = frozenset(address.lower() for address in addresses if address)
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only mails to us: no relay."""
        if address.lower() not in self.addresses:
            return "550 5.1.1 no such mailbox"
        if len(envelope.rcpt_tos) >= _RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store the mail; a sender that gets no 250 keeps it and tries again."""
        content = envelope.content
        if not isinstance(content, bytes) or not content:
            return "554 5.6.0 no content"
        if envelope.mail_from in (None, "", "<>"):  # a bounce; told apart later by this line
            content = b"Return-Path: <>\r\n" + content
        async with self._turn:
            try:
                mail_id = await asyncio.to_thread(_store, content)
            except Exception:
                log.exception("a mail could not be stored")
                return "451 4.3.0 try again later"
        return f"250 OK {mail_id}"


def _store(content: bytes) -> str:
    token = audit.channel.set(AuditEvent.Channel.MAIL)
    path = spool_path()
    try:
        with path.open("wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        return str(take_in(path, source=InboundMail.Source.SMTP).pk)
    finally:
        path.unlink(missing_ok=True)
        audit.channel.reset(token)
        # The thread may never come back; its connection would stay open.
        connections.close_all()


def controller(host: str, port: int) -> Controller:
    """The listener, not yet started. Raises ValueError when no address is set that it could take mails for."""
    addresses = [*settings.MAILBOX_ADDRESSES] or [mailbox_address()]
    if not any(addresses):
        raise ValueError("no address to take mails for: set MAILBOX_ADDRESSES or the edition's mailbox")
    return Controller(
        Intake(addresses), hostname=host, port=port, data_size_limit=settings.MAILBOX_MAX_BYTES, ident="skillweek",
        enable_SMTPUTF8=True, decode_data=False,
    )  # fmt: skip
