"""What visitors may ask about their own data: put it right by the ticket's link, have it erased before the day (B8)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.bookings import telling, tokens
from skillweek.bookings.access import can_manage_bookings
from skillweek.bookings.asking import asking_of
from skillweek.bookings.domain.booking import check_person, must_be_changeable
from skillweek.bookings.domain.erasure import BLANK
from skillweek.bookings.domain.seats import lock_people, locked_booking, must_be_open
from skillweek.bookings.domain.waiting import record
from skillweek.bookings.domain.wishes import Wish, clean_email, clean_phone
from skillweek.bookings.models import Booking
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.notifications.domain import erase_contacts


@transaction.atomic
def correct_contact(booking: Booking, *, name: str, phone: str = "", email: str = "") -> Booking:
    """Put name, phone and e-mail right, by the visitor's link.

    The place stays, and so do code and number. Where one e-mail address replaces another, a new link is mailed and the
    old one ends: a stranger may have it. A number alone may get no message, so its link stays. Raises DomainError
    naming a field, Conflict once the session has begun or where the new number has booked this session itself, TooMuch
    beyond the bookings of one person.
    """
    name, phone, email = " ".join(name.split())[:60], clean_phone(phone), clean_email(email)
    keys = [tokens.person_key(booking.session.activity.edition_id, value) for value in (phone, email)]
    lock_people(keys)
    row, _seats = locked_booking(booking)
    must_be_open(row.session)
    must_be_changeable(row)
    if not name:
        raise DomainError(_("请填写姓名，方便现场核对。"), field="name")
    if not (phone or email):
        raise DomainError(_("请填写手机号码或电子邮箱，活动有变动时好通知您。"), field="phone")
    wish = Wish(name, phone, email, kind=row.kind, group_name=row.group_name)
    if wish.is_group and asking_of(row.session, row.kind).asks("teacher") and not phone:
        raise DomainError(_("请填写带队老师的手机号码，当天好联系。"), field="phone")
    moved = [row.phone_key, row.email_key] != keys
    if moved:
        check_person(row.session, wish, keys, besides=row.pk)
    elif row.name == name:
        return row
    if row.guardian_name == row.name:
        row.guardian_name = name
    if row.email and email and row.email != email:
        row.nonce = tokens.fresh_nonce()
        row.token_hash = tokens.hash_of(tokens.token_from(row.nonce))
    row.name, row.phone, row.email = name, phone, email
    row.phone_key, row.email_key = keys
    row.save()
    record("booking.correct_contact", row)
    if moved:
        telling.tell(row, telling.LINK, once=row.updated_at.isoformat())
    return row


def may_be_erased(booking: Booking) -> bool:
    """Whether nobody needs the contact any more: the booking has ended, or its session has."""
    end = booking.session.ends_at or booking.session.starts_at
    return booking.state not in Booking.LIVE or (end is not None and end <= now())


@transaction.atomic
def erase_early(booking: Booking, *, actor: Any = None) -> Booking:
    """Take the personal data out of one booking and its messages before the edition's day, as its owner asked.

    By the visitor's link or, with ``actor``, by the organiser; also after the week has closed. The head count stays,
    the link stops working. Safe to repeat. Raises NotAllowed, Conflict while the organiser still has to reach them.
    """
    row, _seats = locked_booking(booking)
    if actor is not None and not can_manage_bookings(actor, row.session):
        raise NotAllowed(_("只有活动的承办单位可以删除预约里的个人信息。"))
    if row.erased_at is not None:
        return row
    if not may_be_erased(row):
        raise Conflict(_("活动当天还要用它核对和联系。请先取消预约，再删除个人信息。"))
    for field, empty in BLANK.items():
        setattr(row, field, empty)
    row.erased_at = now()
    row.save()
    erase_contacts(prefix=telling.prefix_of(row))
    record("booking.erase_early", row, actor=actor)
    return row
