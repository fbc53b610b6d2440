"""Taking a mail in: on disk first, then a row, once however often it comes (C8)."""

from __future__ import annotations

import hashlib
import os
import uuid
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings
from django.db import IntegrityError, transaction

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.mailbox.models import InboundMail
from skillweek.mailbox.parsing.headers import words_of
from skillweek.mailbox.parsing.letter import address_of, message_id_of
from skillweek.mailbox.parsing.mime import MailFile
from skillweek.uploads import storage

_NAMES: Final = uuid.uuid5(uuid.NAMESPACE_URL, "skillweek:mail")
_CHUNK: Final = 1024 * 1024
#: Lines that servers add on the way: the same mail delivered twice differs in them.
_SAME: Final = ("message-id", "from", "to", "date", "subject", "content-type")


def spool_path() -> Path:
    """A new file on the spool's disk for a mail that is arriving; whoever asks removes it."""
    return storage.working_folder() / f"mail-{uuid.uuid4().hex}"


def take_in(
    raw: bytes | BinaryIO | Path,
    *,
    source: str,
    received_at: datetime | None = None,
    imap_validity: int | None = None,
    imap_uid: int | None = None,
    full_size: int = 0,
) -> InboundMail:
    """Store a raw mail and queue its filing; return its row, the known one when it was taken in before.

    When this returns the mail is on disk and in the database; when it raises (OSError, the database's errors) nothing
    counts as taken and it may be handed in again. A path is moved away. ``received_at`` is our server's time, now by
    default. ``full_size`` says that only the head of a mail of so many bytes was taken: it is too large.
    """
    path = raw if isinstance(raw, Path) else _spooled(raw)
    try:
        return _take(path, source, received_at or now(), imap_validity, imap_uid, full_size)
    finally:
        path.unlink(missing_ok=True)


def _spooled(raw: bytes | BinaryIO) -> Path:
    path = spool_path()
    with path.open("wb") as target:
        if isinstance(raw, bytes):
            target.write(raw)
        else:
            while block := raw.read(_CHUNK):
                target.write(block)
        target.flush()
        os.fsync(target.fileno())
    return path


def _take(
    path: Path, source: str, received_at: datetime, validity: int | None, uid: int | None, full_size: int
) -> InboundMail:
    from skillweek.mailbox.tasks import file_mail

    mail_id, facts = _facts(path)
    known = InboundMail.objects.filter(pk=mail_id).first()
    if known is not None:
        return _seen_again(known, validity, uid)
    edition = Edition.objects.current()
    key = f"mail/{mail_id.hex[:2]}/{mail_id}.eml"
    size = full_size or path.stat().st_size
    reason = InboundMail.Reason.TOO_LARGE if full_size else ""
    storage.put(path, key)
    try:
        with transaction.atomic():
            mail = InboundMail.objects.create(
                id=mail_id, edition=edition, source=source, key=key, size=size, received_at=received_at,
                imap_validity=validity, imap_uid=uid, reason=reason, **facts,
            )  # fmt: skip
            audit.record("mailbox.take", mail, data={"source": source, "size": size})
            file_mail.enqueue(str(mail.pk))
    except IntegrityError:  # the same mail at the same moment; both wrote the same bytes
        return _seen_again(InboundMail.objects.get(pk=mail_id), validity, uid)
    return mail


def _seen_again(mail: InboundMail, validity: int | None, uid: int | None) -> InboundMail:
    if uid is not None and (mail.imap_validity, mail.imap_uid) != (validity, uid):
        mail.imap_validity, mail.imap_uid = validity, uid
        mail.save(update_fields=["imap_validity", "imap_uid", "updated_at"])
    return mail


def _facts(path: Path) -> tuple[uuid.UUID, dict[str, str]]:
    """(id by content, what the head says). Everything below the head counts, of the head what no server changes."""
    digest = hashlib.sha256()
    with MailFile(path) as mail:
        headers, start = mail.root.headers, mail.root.start
        for name in _SAME:
            digest.update(name.encode() + b":" + b" ".join(headers.raw(name).split()) + b"\n")
        who, address = address_of(headers)
        facts = {
            "message_id": message_id_of(headers.raw("message-id")),
            "subject": _storable(words_of(headers.raw("subject"))[:300]),
            "sender_name": _storable(who),
            "sender_email": _storable(address),
        }
    with path.open("rb") as stream:
        stream.seek(start)
        while block := stream.read(_CHUNK):
            digest.update(block.replace(b"\r", b""))
    return uuid.uuid5(_NAMES, digest.hexdigest()), facts


def _storable(text: str) -> str:
    from skillweek.reports.domain.values import clean_text

    return clean_text(text)


def own_addresses() -> frozenset[str]:
    """The addresses that mails of ours come from or go to: nothing is answered to them."""
    from email.utils import parseaddr

    found = {parseaddr(settings.DEFAULT_FROM_EMAIL)[1], settings.MAILBOX_IMAP_USER, *settings.MAILBOX_ADDRESSES}
    current = Edition.objects.current()
    if current is not None:
        found.add(current.doc.mailbox)
    return frozenset(address.lower() for address in found if "@" in address)


def forget_raw(mail: InboundMail) -> None:
    """Remove the raw bytes; missing ones are fine."""
    if mail.key:
        with suppress(OSError):
            storage.erase(mail.key)
