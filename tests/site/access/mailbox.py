"""Who may reach the URLs of ``mailbox``, and the mails that the walk reaches for."""

from __future__ import annotations

import uuid
from typing import Any

from skillweek.core.clock import now
from skillweek.mailbox.models import InboundMail
from tests.site.access.base import RoomWorld
from tests.site.access_rules import SCHOOL_REVIEWS, SCHOOL_SEES, SUBMITS, WITH_ROLE, Rule, get, post

TABLE: dict[str, Rule] = {
    "mailbox:index": get(WITH_ROLE),
    "mailbox:mail": get(SCHOOL_SEES, "waiting_mail"),
    # A school says which day its own mail is about; a line says it for the schools below.
    "mailbox:assign": post(SCHOOL_SEES, "waiting_mail", body="school_and_day"),
    "mailbox:retry": post(SCHOOL_SEES, "waiting_mail"),
    "mailbox:reject": post(SCHOOL_REVIEWS, "waiting_mail", data={"note": "请用登记的邮箱。"}),
    "mailbox:spam": post(SCHOOL_REVIEWS, "waiting_mail"),
    "mailbox:reopen": post(SCHOOL_REVIEWS, "spam_mail"),
    "mailbox:undo": post(SUBMITS, "filed_mail"),
}


class MailboxWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    def _mail_in(self, target: str, state: str, **fields: Any) -> dict[str, Any]:
        """A fresh mail: somebody may have dealt with the last one."""
        made = InboundMail.objects.create(
            id=uuid.uuid4(), edition=self.edition, organisation=self.unit_of(target), state=state, source="file",
            received_at=now(), subject="5月14日材料", sender_email="chen@example.org", **fields,
        )  # fmt: skip
        return {"pk": made.pk}

    def _waiting_mail(self, target: str) -> dict[str, Any]:
        return self._mail_in(target, InboundMail.State.WAITING)

    def _spam_mail(self, target: str) -> dict[str, Any]:
        return self._mail_in(target, InboundMail.State.SPAM)

    def _filed_mail(self, target: str) -> dict[str, Any]:
        return self._mail_in(target, InboundMail.State.FILED, report=self.drafts[target])

    def _school_and_day(self, target: str) -> dict[str, Any]:
        day = self.edition.days[0].isoformat()
        return {"data": {"organisation": str(self.unit_of(target).pk), "day": day}}
