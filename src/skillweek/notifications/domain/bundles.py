"""Bundles (汇总): several messages of little urgency in one mail, hourly or daily, as each person chose.

The first of a person's held deliveries that are due becomes the mail that carries the others; it then goes the way of
every delivery, with its claim and its retries, so a bundle is sent once too.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction

from skillweek.core.clock import now
from skillweek.notifications.domain.routing import enqueue
from skillweek.notifications.models import Delivery, ReaderSettings
from skillweek.notifications.timing import after_quiet, house_zone, own_hours
from skillweek.organisations.models import User

#: So many messages in one mail; the rest comes with the next.
_PER_MAIL: Final = 50
_HELD: Final = Delivery.State.HELD


def send_bundles() -> int:
    """Put together every bundle that is due; return how many mails were queued. Safe to run twice, and at once."""
    due = Delivery.objects.filter(state=_HELD, bundle=None, next_attempt_at__lte=now())
    users = due.order_by().values_list("message__recipient", flat=True).distinct()
    return sum(_bundle(user_id) for user_id in list(users) if user_id)


@transaction.atomic
def _bundle(user_id: int) -> int:
    # The person's row is the lock: two workers never share out the same deliveries.
    User.objects.select_for_update().filter(pk=user_id).first()
    rows = Delivery.objects.filter(state=_HELD, bundle=None, next_attempt_at__lte=now(), message__recipient_id=user_id)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:_PER_MAIL])
    if not ids:
        return 0
    lead, *others = ids
    reader = ReaderSettings.objects.filter(user_id=user_id).first()
    at = after_quiet(now(), own_hours(reader), house_zone())
    Delivery.objects.filter(pk=lead).update(state=Delivery.State.QUEUED, next_attempt_at=at)
    Delivery.objects.filter(pk__in=others).update(bundle_id=lead, next_attempt_at=None)
    enqueue(lead, at)
    return 1
