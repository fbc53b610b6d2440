"""``skillweek manage erase_participants``: erase personal data of people who took part, in editions that are due."""

from __future__ import annotations

from skillweek.bookings.management.commands.erase_bookings import Command as BookingsCommand
from skillweek.editions.models import Edition
from skillweek.participation.domain.erasure import erase_participation


class Command(BookingsCommand):
    """The same options as for bookings."""

    help = "Erase personal data of people who took part, N days after the edition's end (erase_after_days)."

    def erase(self, edition: Edition, reason: str) -> str:
        """Erase, and say how much."""
        return f"{erase_participation(edition, reason=reason)} rows erased"
