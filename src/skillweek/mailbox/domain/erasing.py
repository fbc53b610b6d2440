"""Erasing raw mails and what people wrote in them when the edition's time has come; figures and decisions stay (C8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from skillweek.core import audit
from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.mailbox.domain.replying import key_prefix
from skillweek.mailbox.domain.taking import forget_raw
from skillweek.mailbox.models import InboundMail
from skillweek.notifications.domain import erase_contacts

_BATCH: Final = 200
#: Mails that came when no edition was open, and spam, are kept so many days.
_LOOSE_DAYS: Final = 60
_BLANK: Final[dict[str, Any]] = {
    "key": "",
    "subject": "",
    "sender_name": "",
    "sender_email": "",
    "message_id": "",
    "text": "",
    "detail": "",
    "attachments": [],
    "problems": [],
    "links": [],
}


def erase_due() -> int:
    """Erase the mails of every edition whose ``erase_after_days`` are over, and old ones of none; return how many."""
    ended = [
        edition.pk
        for edition in Edition.objects.all()
        if today_in(edition.zone) >= edition.ends_on + timedelta(days=edition.doc.erase_after_days)
    ]
    loose = Q(edition=None) | Q(state=InboundMail.State.SPAM)
    old = Q(received_at__lt=now() - timedelta(days=_LOOSE_DAYS))
    rows = InboundMail.objects.filter(Q(edition__in=ended) | (loose & old), erased_at=None)
    total = 0
    while batch := list(rows.order_by("pk")[:_BATCH]):
        for mail in batch:
            _erase(mail)
        total += len(batch)
    return total


def _erase(mail: InboundMail) -> None:
    """The bytes first: a row that says erased has none, whenever the process dies."""
    forget_raw(mail)
    with transaction.atomic():
        waiting = mail.state in (InboundMail.State.RECEIVED, InboundMail.State.WAITING)
        state = {"state": InboundMail.State.REJECTED} if waiting else {}
        InboundMail.objects.filter(pk=mail.pk).update(**_BLANK, **state, erased_at=now())
        erase_contacts(prefix=key_prefix(mail))
        audit.record("mailbox.erase", InboundMail.objects.get(pk=mail.pk), organisation_id=mail.organisation_id)
