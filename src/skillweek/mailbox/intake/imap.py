"""Fetching mails by IMAP: each is stored here before anything is changed there, and none is stored twice (C8).

The standard library is used on purpose: it reads a mail in pieces, so that one of 50 MB is never held in memory.
"""

from __future__ import annotations

import base64
import imaplib
import logging
import os
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.mailbox.domain.taking import spool_path, take_in
from skillweek.mailbox.models import InboundMail

log = logging.getLogger("skillweek.mailbox")
_PIECE: Final = 2 * 1024 * 1024
_SECONDS: Final = 60
#: Mails older than so many days before the edition's first day are not looked at.
_BEFORE: Final = timedelta(days=30)
_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_FACTS = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "[ ]*(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"')


class MailboxError(Exception):
    """The mailbox cannot be read; the text is for the operator."""


@dataclass
class Fetched:
    """How many mails were new, how many had been taken in before, how many were too large."""

    new: int = 0
    known: int = 0
    large: int = 0


def fetch_once() -> Fetched:
    """Take in what lies in the mailbox. Raises MailboxError when it cannot be reached or opened.

    Two runs at once do no harm; the second waits for its next turn.
    """
    edition = Edition.objects.current()
    if edition is None or not settings.MAILBOX_IMAP_HOST:
        return Fetched()
    if not cache.add("mailbox.fetch", 1, timeout=600):
        return Fetched()
    try:
        with _Mailbox() as mailbox:
            return mailbox.take_all(edition)
    except (imaplib.IMAP4.error, OSError, ssl.SSLError) as error:
        raise MailboxError(f"{settings.MAILBOX_IMAP_HOST}: {error}") from error
    finally:
        cache.delete("mailbox.fetch")


class _Mailbox:
    """One session with the folder open."""

    def __init__(self) -> None:
        self._client = _connect()
        try:
            self._client.login(settings.MAILBOX_IMAP_USER, settings.MAILBOX_IMAP_PASSWORD)
            # Some large providers (163, 126) refuse clients that do not say who they are.
            with suppress(imaplib.IMAP4.error):
                imaplib.Commands.setdefault("ID", ("AUTH", "SELECTED"))
                self._client._simple_command("ID", '("name" "skillweek" "version" "1.0" "vendor" "skillweek")')
            self._capabilities = self._read_capabilities()
            self._ok(self._client.select(_quoted(settings.MAILBOX_IMAP_FOLDER)), settings.MAILBOX_IMAP_FOLDER)
            self._validity = int(self._client.response("UIDVALIDITY")[1][0] or 0)
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> _Mailbox:
        return self

    def __exit__(self, *_error: object) -> None:
        self._close()

    def _close(self) -> None:
        with suppress(imaplib.IMAP4.error, OSError):
            self._client.logout()

    def take_all(self, edition: Edition) -> Fetched:
        """Every mail of the folder that is not known yet; those that are known are put where they belong."""
        done = Fetched()
        since = edition.starts_on - _BEFORE
        wanted = f"UNDELETED SINCE {since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"
        uids = [int(uid) for uid in self._ok(self._client.uid("SEARCH", wanted))[0].split()]
        known = set(
            InboundMail.objects.filter(imap_validity=self._validity, imap_uid__in=uids).values_list(
                "imap_uid", flat=True
            )
        )
        for uid in uids:
            if uid in known:
                done.known += 1
                if settings.MAILBOX_IMAP_DONE:
                    self._put_away(uid, settings.MAILBOX_IMAP_DONE)
                continue
            try:
                self._take(uid, done)
            except (imaplib.IMAP4.abort, ConnectionError, TimeoutError):
                raise
            except Exception:
                # One mail never holds up the others; it stays where it is and is tried again.
                log.exception("mail %s of the mailbox could not be taken in", uid)
        return done

    def _take(self, uid: int, done: Fetched) -> None:
        size, arrived = self._facts(uid)
        too_large = size > settings.MAILBOX_MAX_BYTES
        path = spool_path()
        try:
            with path.open("wb") as target:
                if too_large:
                    target.write(self._piece(uid, "BODY.PEEK[HEADER]"))
                for start in range(0, 0 if too_large else size, _PIECE):
                    target.write(self._piece(uid, f"BODY.PEEK[]<{start}.{_PIECE}>"))
                target.flush()
                os.fsync(target.fileno())
            take_in(
                path, source=InboundMail.Source.IMAP, received_at=arrived, imap_validity=self._validity, imap_uid=uid,
                full_size=size if too_large else 0,
            )  # fmt: skip
        finally:
            path.unlink(missing_ok=True)
        done.large += too_large
        done.new += not too_large
        self._put_away(uid, settings.MAILBOX_IMAP_FAILED if too_large else settings.MAILBOX_IMAP_DONE)

    def _facts(self, uid: int) -> tuple[int, datetime]:
        """(size in bytes, when the server got it)."""
        rows = self._ok(self._client.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)"))
        said = b" ".join(row if isinstance(row, bytes) else b" ".join(row) for row in rows if row)
        size = _FACTS.search(said)
        if size is None:
            raise MailboxError(f"no size of mail {uid}")
        return int(size[1]), _arrival(said)

    def _piece(self, uid: int, what: str) -> bytes:
        for row in self._ok(self._client.uid("FETCH", str(uid), f"({what})")):
            if isinstance(row, tuple):
                return bytes(row[1])
        return b""

    def _put_away(self, uid: int, folder: str) -> None:
        """Move the mail, or mark it as read when there is no folder. It is stored here: a failure is only noted."""
        try:
            if not folder:
                self._ok(self._client.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Seen)"))
                return
            self._client.create(_quoted(folder))  # says NO when it is there
            if "MOVE" in self._capabilities:
                self._ok(self._client.uid("MOVE", str(uid), _quoted(folder)))
                return
            self._ok(self._client.uid("COPY", str(uid), _quoted(folder)))
            self._ok(self._client.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Seen \\Deleted)"))
            if "UIDPLUS" in self._capabilities:
                self._ok(self._client.uid("EXPUNGE", str(uid)))
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            log.warning("mail %s stays in the mailbox: %s", uid, error)

    def _read_capabilities(self) -> set[str]:
        kind, rows = self._client.capability()
        return set(b" ".join(rows).decode("ascii", "ignore").upper().split()) if kind == "OK" else set()

    @staticmethod
    def _ok(answer: tuple[str, list[Any]], what: str = "") -> list[Any]:
        kind, rows = answer
        if kind != "OK":
            said = b" ".join(row for row in rows if isinstance(row, bytes)).decode("utf-8", "replace")
            raise imaplib.IMAP4.error(f"{what} {said}".strip())
        return rows


def _connect() -> imaplib.IMAP4:
    host, port = settings.MAILBOX_IMAP_HOST, settings.MAILBOX_IMAP_PORT
    match settings.MAILBOX_IMAP_TLS:
        case "ssl":
            return imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=_SECONDS)
        case "starttls":
            client = imaplib.IMAP4(host, port, timeout=_SECONDS)
            client.starttls(ssl.create_default_context())
            return client
        case "none":
            return imaplib.IMAP4(host, port, timeout=_SECONDS)
        case other:
            raise MailboxError(f"MAILBOX_IMAP_TLS must be ssl, starttls or none, not {other!r}")


def _arrival(said: bytes) -> datetime:
    found = _DATE.search(said)
    if found is None:
        return now()
    day, month, year, hour, minute, second = found[1], found[2].decode(), *map(int, found.group(3, 4, 5, 6))
    ahead = timedelta(hours=int(found[8]), minutes=int(found[9])) * (1 if found[7] == b"+" else -1)
    moment = datetime(year, _MONTHS.index(month) + 1, int(day), hour, minute, second, tzinfo=UTC) - ahead
    return min(moment, now())


def _quoted(folder: str) -> str:
    """A folder's name as IMAP writes it: modified UTF-7 in quotes (RFC 3501, 5.1.3)."""
    pieces: list[str] = []
    for plain, other in re.findall(r"([\x20-\x7e]+)|([^\x20-\x7e]+)", folder):
        if plain:
            pieces.append(plain.replace("&", "&-"))
        else:
            coded = base64.b64encode(other.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
            pieces.append(f"&{coded}-")
    return '"' + "".join(pieces).replace("\\", "\\\\").replace('"', '\\"') + '"'
