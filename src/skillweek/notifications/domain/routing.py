"""Which channels a message takes, and when: its kind, the reader's wishes, quiet hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from skillweek.core.clock import now
from skillweek.notifications.domain.addresses import key_of
from skillweek.notifications.kinds import Kind, Urgency
from skillweek.notifications.models import Delivery, GroupChannel, Message, OptOut, Preference, ReaderSettings
from skillweek.notifications.timing import after_quiet, bundle_at, house_hours, house_zone, own_hours
from skillweek.organisations.models import User
from skillweek.organisations.phones import normalise_phone

_C, _S, _R = Delivery.Channel, Delivery.State, Delivery.Reason


def has_sms() -> bool:
    """Whether the operator set up short messages."""
    return bool(settings.SMS_DRIVER)


def to_person(message: Message, user: User, kind: Kind | None) -> None:
    """Queue the mail and the short message that this person wants about this kind."""
    wish = Preference.objects.filter(user=user, kind=kind.code).first() if kind else None
    reader = ReaderSettings.objects.filter(user=user).first()
    if kind is None or kind.mandatory or (wish.email if wish else kind.email):
        reason = _R.INACTIVE if not user.is_active else _R.NO_ADDRESS if not user.email else ""
        if not reason and _wants_bundle(kind, reader):
            assert reader is not None
            queue(message, _C.EMAIL, user.email or "", at=bundle_at(now(), reader, house_zone()), state=_S.HELD)
        else:
            queue(message, _C.EMAIL, user.email or "", reason, at=_moment(kind, own_hours(reader)))
    if kind and user.is_active and user.phone and has_sms() and wants_sms(user, kind, wish):
        queue(message, _C.SMS, user.phone, at=_moment(kind, own_hours(reader) or house_hours()))


def wants_sms(user: User, kind: Kind, wish: Preference | None) -> bool:
    """What the person chose; without a choice only urgent matters, for those who have no e-mail address."""
    return wish.sms if wish else not user.email and kind.urgency == Urgency.URGENT


def to_contact(message: Message, kind: Kind, *, email: str, phone: str) -> None:
    """Queue the mail, and the short message for those without an e-mail address or where the kind asks for both."""
    if email:
        reason = "" if kind.mandatory or not _opted_out(email) else _R.OPTED_OUT
        queue(message, _C.EMAIL, email, reason, at=now())
    if phone and (not email or (kind.sms_too and has_sms())):
        number, reason = _number(phone)
        if not reason and not kind.mandatory and _opted_out(number):
            reason = _R.OPTED_OUT
        queue(message, _C.SMS, number, reason, at=_moment(kind, house_hours()))


def to_group(message: Message, kind: Kind, channel: GroupChannel) -> None:
    """Queue the post into one group."""
    at = _moment(kind, house_hours())
    queue(message, channel.kind, str(channel.name), at=at, group_channel=channel)


def queue(
    message: Message, channel: str, address: str, reason: str = "", *, at: datetime, state: str = "", **more: Any
) -> Delivery:
    """Make the delivery and, unless it is skipped or held, its task; all in the caller's transaction."""
    state = _S.SKIPPED if reason else state or _S.QUEUED
    delivery = Delivery.objects.create(
        message=message,
        channel=channel,
        address=address,
        state=state,
        reason=reason,
        next_attempt_at=None if reason else at,
        **more,
    )
    if state == _S.QUEUED:
        enqueue(delivery.pk, at)
    return delivery


def enqueue(delivery_id: int, at: datetime) -> None:
    """Queue the task that sends a delivery, for a later moment where it has to wait."""
    from skillweek.notifications.tasks import deliver_mail

    later = deliver_mail.using(run_after=at) if at > now() else deliver_mail
    later.enqueue(delivery_id)


def _wants_bundle(kind: Kind | None, reader: ReaderSettings | None) -> bool:
    if kind is None or reader is None or kind.mandatory or kind.urgency != Urgency.LOW:
        return False
    return reader.digest != ReaderSettings.Digest.OFF


def _moment(kind: Kind | None, hours: Any) -> datetime:
    if kind is not None and kind.urgency == Urgency.URGENT:
        return now()
    return after_quiet(now(), hours, house_zone()) if hours else now()


def _opted_out(address: str) -> bool:
    return OptOut.objects.filter(address_key=key_of(address)).exists()


def _number(phone: str) -> tuple[str, str]:
    if not has_sms():
        return phone, _R.NO_DRIVER
    try:
        return normalise_phone(phone), ""
    except ValueError:
        return phone, _R.BAD_ADDRESS
