"""Contacts who want no more optional messages, and those who change their mind."""

from __future__ import annotations

from skillweek.notifications.models import OptOut


def leave(address_key: str) -> None:
    """End optional messages to an address. What people must know, such as a cancelled session, still goes to it."""
    OptOut.objects.get_or_create(address_key=address_key)


def come_back(address_key: str) -> None:
    """Send optional messages again."""
    OptOut.objects.filter(address_key=address_key).delete()


def has_left(address_key: str) -> bool:
    """Whether the address wants no optional messages."""
    return OptOut.objects.filter(address_key=address_key).exists()
