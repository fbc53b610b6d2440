"""Messages to people of the public who take part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillweek.editions.models import Edition
from skillweek.notifications.domain import notify_contact
from skillweek.notifications.models import Message
from skillweek.participation.models import Participant


def prefix(edition: Edition) -> str:
    """How the keys of these messages begin, by which they are erased."""
    return f"part:{edition.pk}:"


def tell(
    participant: Participant, *, kind: str, url: str, dedupe_key: str, context: Mapping[str, Any] | None = None
) -> Message | None:
    """Write to the contact they proved. None when it was erased or already has ``dedupe_key``.

    ``kind`` must be declared with the audience ``contact``.
    """
    if not participant.contact:
        return None
    is_mail = participant.channel == Participant.Channel.EMAIL
    return notify_contact(
        email=participant.contact if is_mail else "",
        phone="" if is_mail else participant.contact,
        name=participant.name,
        kind=kind,
        context=context,
        url=url,
        dedupe_key=f"{prefix(participant.edition)}{dedupe_key}",
        language=participant.language,
    )
