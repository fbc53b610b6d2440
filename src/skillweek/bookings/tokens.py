"""Personal links and keyed hashes (B8). The tables of this room hold neither token nor number to look one up by.

The log of messages holds the links it sent, until the erasure takes them out with the addresses.
"""

from __future__ import annotations

import base64
import hashlib
import secrets

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from skillweek.bookings.models import Booking

_SALT = "skillweek.booking"
_BYTES = 16


def fresh_nonce() -> str:
    """The random seed of a new link."""
    return secrets.token_hex(16)


def token_from(nonce: str, secret: str | None = None) -> str:
    """The token of a nonce: 22 characters that stand in an address as they are. Derived, never stored."""
    digest = salted_hmac(_SALT, nonce, secret=secret, algorithm="sha256").digest()[:_BYTES]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    """What a booking is found by; the phone at the door compares by it too."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_of(booking: Booking) -> str:
    """The token of a booking's personal link.

    After ``SECRET_KEY`` was changed, links made with one of ``SECRET_KEY_FALLBACKS`` are still told as they were.
    """
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = token_from(booking.nonce, secret)
        if hash_of(token) == booking.token_hash:
            return token
    return token_from(booking.nonce)


def booking_by_token(token: str) -> Booking | None:
    """The booking behind a link with its session and activity, whatever its state; None for a forged token."""
    if not token.isascii() or len(token) > 64:
        return None
    query = Booking.objects.select_related("session__activity__edition", "session__activity__organisation")
    return query.filter(token_hash=hash_of(token)).first()


def ticket_path(booking: Booking) -> str:
    """The path of the ticket page on this site."""
    return reverse("bookings_public:ticket", args=[token_of(booking)])


def ticket_url(booking: Booking) -> str:
    """The whole address of the ticket page; what its QR code holds."""
    return f"{settings.BASE_URL}{ticket_path(booking)}"


def person_key(edition_id: int, value: str) -> str:
    """A keyed hash of a phone number or e-mail address, of use within one edition only; ``""`` for nothing."""
    if not value:
        return ""
    return salted_hmac(f"{_SALT}.person.{edition_id}", value.lower(), algorithm="sha256").hexdigest()
