"""Writing back to whoever mailed: once, never to programs, never too often (C8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.mailbox.domain.taking import own_addresses
from skillweek.mailbox.models import InboundMail
from skillweek.notifications.domain import notify_contact
from skillweek.notifications.models import Delivery

_R = InboundMail.Reason
#: To an address that nobody here knows, so many in a day.
_TO_STRANGERS: Final = 1
_OURS = re.compile(r"^skillweek-delivery-(\d+)@")
_ADDRESS = re.compile(r"[^@\s<>,;:\"]+@[A-Za-z0-9.-]+")
_KEY = re.compile(r"^mailbox:([0-9a-f-]{36}):")


def key_prefix(mail: InboundMail) -> str:
    """What the keys of all messages about a mail begin with."""
    return f"mailbox:{mail.pk}:"


def reply(mail: InboundMail, kind: str, context: Mapping[str, Any], *, url: str = "", stranger: bool = False) -> bool:
    """Queue an answer to the mail's sender; return whether there is one.

    None goes to automatic mails, to addresses of ours, to senders who failed the check (a forger would have us write to
    a stranger), and beyond the daily number for one address. Run inside the deciding transaction; ``mail`` is saved.
    """
    if not _may_answer(mail, _TO_STRANGERS if stranger else settings.MAILBOX_REPLIES_DAILY):
        return False
    name = "" if stranger else str(mail.sender or mail.sender_name)
    said = {} if stranger else {"subject": mail.subject or _("（无主题）"), "sender": mail.sender_email, **context}
    message = notify_contact(
        email=mail.sender_email, name=name, kind=kind, url=url,
        context={**said, "in_reply_to": _storable_id(mail.message_id), "reply_to": mailbox_address()},
        dedupe_key=f"{key_prefix(mail)}{kind}:{mail.attempts}:{mail.handled_at or ''}"[:160],
        organisation=None if stranger else mail.organisation,
    )  # fmt: skip
    mail.replied_at = now()
    mail.save(update_fields=["replied_at", "updated_at"])
    return message is not None


def mailbox_address() -> str:
    """Where people mail to: the first of MAILBOX_ADDRESSES, else the edition's address; may be empty."""
    current = Edition.objects.current()
    own = [*settings.MAILBOX_ADDRESSES, current.doc.mailbox if current else "", settings.MAILBOX_IMAP_USER]
    return next((address for address in own if _ADDRESS.fullmatch(address)), "")


def _storable_id(message_id: str) -> str:
    """A Message-ID that may stand in a header of ours; nothing of a stranger's that may not."""
    return message_id if re.fullmatch(r"[!-;=?-~]{1,250}", message_id) else ""


def _may_answer(mail: InboundMail, daily: int) -> bool:
    silent = mail.reason == _R.AUTOMATIC or mail.proof == InboundMail.Proof.FAIL
    if silent or not mail.sender_email or mail.sender_email in own_addresses():
        return False
    since = now() - timedelta(days=1)
    answered = InboundMail.objects.filter(sender_email=mail.sender_email, replied_at__gte=since)
    return answered.exclude(pk=mail.pk).count() < daily


def answered_mail(references: list[str]) -> InboundMail | None:
    """The mail whose answer of ours is answered by a mail that names ``references``."""
    for reference in references:
        ours = _OURS.match(reference)
        delivery = Delivery.objects.select_related("message").filter(pk=int(ours[1])).first() if ours else None
        key = _KEY.match(delivery.message.dedupe_key) if delivery else None
        if key is not None:
            found = InboundMail.objects.filter(pk=key[1]).first()
            if found is not None:
                return found
    return None
