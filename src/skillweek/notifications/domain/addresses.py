"""Keyed hashes of addresses: they tell the same address again without keeping it."""

from __future__ import annotations

from django.core import signing
from django.utils.crypto import salted_hmac

_SALT = "skillweek.notifications.unsubscribe"


def key_of(*addresses: str) -> str:
    """The hash of one address, or of all addresses of one contact."""
    text = "\0".join(address.strip().lower() for address in addresses)
    return salted_hmac("skillweek.notifications.address", text, algorithm="sha256").hexdigest()


def unsubscribe_token(address: str) -> str:
    """What stands in the link of a mail by which its reader ends optional messages."""
    return signing.dumps(key_of(address), salt=_SALT)


def address_key_in(token: str) -> str:
    """The hash in an unsubscribe link, ``""`` when the link was not made by us."""
    try:
        return str(signing.loads(token, salt=_SALT))
    except signing.BadSignature:
        return ""
