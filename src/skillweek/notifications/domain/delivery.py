"""One message's way out by one channel: claimed by one worker, tried with patience, never sent again once it went out.

States: queued → sending → sent, or back to queued for a later attempt, or failed. Every step is one conditional
update, so two workers never send the same. A worker that dies while sending leaves the delivery in ``sending``; after
``LEASE`` a mail is taken over by another: whether the dead one's had reached the server cannot be known, so it carries
the same Message-ID each time and mailboxes fold the second copy. Short messages and posts into groups cannot be
folded: they end as unknown, and a person decides.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict
from skillweek.notifications.domain.routing import enqueue
from skillweek.notifications.drivers import Driver, NoAnswer, Refused, TryLater, driver_for
from skillweek.notifications.models import Delivery, Message
from skillweek.organisations.models import User

log = logging.getLogger(__name__)

#: Longer than the mail server may keep a worker waiting (EMAIL_TIMEOUT, several commands).
LEASE: Final = timedelta(minutes=10)
#: The pause after the first, second, … failed attempt; one more failure ends it.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 125))
MAX_ATTEMPTS: Final = len(PAUSES) + 1
_REQUEUE_BATCH: Final = 500
#: Channels whose other end folds a second copy.
_FOLDING: Final = (Delivery.Channel.EMAIL,)

State = Delivery.State
Reason = Delivery.Reason


def claim(delivery_id: int) -> Delivery | None:
    """Take a delivery that is due for this worker alone; None when it is not due, done, or another's."""
    due = Q(state=State.QUEUED) | Q(state=State.SENDING, channel__in=_FOLDING)
    taken = Delivery.objects.filter(due, pk=delivery_id, next_attempt_at__lte=now()).update(
        state=State.SENDING, attempts=F("attempts") + 1, next_attempt_at=now() + LEASE
    )
    if not taken:
        return None
    return Delivery.objects.select_related("message__recipient", "message__organisation", "group_channel").get(
        pk=delivery_id
    )


def deliver(delivery_id: int) -> str:
    """Send one delivery if it is due; note the outcome and queue the next attempt where one makes sense.

    Returns the state afterwards, or ``""`` when there was nothing to do for this worker.
    """
    delivery = claim(delivery_id)
    if delivery is None:
        return ""
    recipient = delivery.message.recipient
    if recipient is not None and not recipient.is_active:
        return _finish(delivery, State.SKIPPED, Reason.INACTIVE)
    if delivery.attempts > MAX_ATTEMPTS:  # each earlier one died with its worker
        return _finish(delivery, State.FAILED, Reason.GAVE_UP)
    driver = driver_for(delivery.channel)
    if driver is None:
        return _finish(delivery, State.SKIPPED, Reason.NO_DRIVER)
    return _send(delivery, driver)


def _send(delivery: Delivery, driver: Driver) -> str:
    try:
        receipt = driver.send(delivery)
    except TryLater as later:
        return _put_off(delivery, later)
    except NoAnswer as lost:
        return _finish(delivery, State.FAILED, lost.reason, reply_note=lost.note[:80])
    except Refused as refused:
        facts = {"reply_code": refused.code, "reply_note": refused.note[:80]}
        return _finish(delivery, State.FAILED, refused.reason, **facts)
    except Exception:
        log.exception("delivery %s could not be built", delivery.pk)
        return _finish(delivery, State.FAILED, Reason.BROKEN)
    return _finish(delivery, State.SENT, sent_at=now(), reply_note=receipt.note[:80])


def _finish(delivery: Delivery, state: str, reason: str = "", **fields: object) -> str:
    """Write the outcome, also of what was bundled with it, unless another worker took the delivery over meanwhile."""
    fields.setdefault("next_attempt_at", None)
    mine = Delivery.objects.filter(pk=delivery.pk, state=State.SENDING, attempts=delivery.attempts)
    with transaction.atomic():
        if mine.update(state=state, reason=reason, **fields) and state != State.QUEUED:
            bundled = Delivery.objects.filter(bundle_id=delivery.pk).exclude(state=State.SENT)
            bundled.update(state=state, reason=reason, sent_at=fields.get("sent_at"), next_attempt_at=None)
    log.info(
        "delivery %s: %s %s %s %s",
        delivery.pk,
        state,
        reason,
        fields.get("reply_code") or "",
        fields.get("reply_note") or "",
        extra={"attempt": delivery.attempts, "channel": delivery.channel},
    )
    return state


def _put_off(delivery: Delivery, later: TryLater) -> str:
    """Queue the next attempt, or end after the last. Waiting for one's turn (``later.at``) is no attempt."""
    facts = {"reply_code": later.code, "reply_note": later.note[:80]}
    if later.at is not None:
        return _queue_again(delivery, later.at, later.reason, attempts=delivery.attempts - 1, **facts)
    if delivery.attempts >= MAX_ATTEMPTS:
        return _finish(delivery, State.FAILED, Reason.GAVE_UP, **facts)
    return _queue_again(delivery, now() + PAUSES[delivery.attempts - 1], later.reason, **facts)


def _queue_again(delivery: Delivery, at: datetime, reason: str, **facts: object) -> str:
    with transaction.atomic():
        state = _finish(delivery, State.QUEUED, reason, next_attempt_at=at, **facts)
        enqueue(delivery.pk, at)
    return state


def requeue_due() -> int:
    """Queue tasks for deliveries that are overdue: their task was lost or their worker died. Returns how many.

    What cannot be folded and died while sending ends as unknown.
    """
    lost = Delivery.objects.filter(state=State.SENDING, next_attempt_at__lt=now()).exclude(channel__in=_FOLDING)
    lost.update(state=State.FAILED, reason=Reason.UNKNOWN, next_attempt_at=None)
    overdue = now() - timedelta(minutes=1)
    rows = Delivery.objects.filter(state__in=(State.QUEUED, State.SENDING), next_attempt_at__lt=overdue)
    ids = list(rows.order_by("next_attempt_at").values_list("pk", flat=True)[:_REQUEUE_BATCH])
    for delivery_id in ids:
        enqueue(delivery_id, now())
    return len(ids)


@transaction.atomic
def retry_delivery(delivery: Delivery, *, by: User) -> Delivery:
    """Begin again with a failed delivery, to the person's present address.

    Raises Conflict when it is under way or already sent (nothing goes twice), when there is no address, when the
    person does not want it, or when its personal data was erased.
    """
    fresh = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if fresh.state not in (State.FAILED, State.SKIPPED):
        raise Conflict(str(_already()))
    if fresh.reason in (Reason.OPTED_OUT, Reason.ERASED):
        raise Conflict(str(fresh.get_reason_display()))
    address = _present_address(fresh)
    if not address:
        raise Conflict(str(Reason.NO_ADDRESS.label))
    fresh.state, fresh.reason, fresh.attempts, fresh.reply_code, fresh.reply_note = State.QUEUED, "", 0, 0, ""
    fresh.address, fresh.next_attempt_at, fresh.queued_at, fresh.bundle = address, now(), now(), None
    fresh.save()
    audit.record("delivery.retry", fresh, actor=by, organisation_id=fresh.message.organisation_id)
    enqueue(fresh.pk, now())
    return fresh


def _present_address(delivery: Delivery) -> str:
    recipient = delivery.message.recipient
    if delivery.message.audience != Message.Audience.PERSON or recipient is None:
        return delivery.address
    return (recipient.phone if delivery.channel == Delivery.Channel.SMS else recipient.email) or ""


def _already() -> str:
    from django.utils.translation import gettext

    return gettext("这封邮件已经发出或正在发送，不用再发。")
