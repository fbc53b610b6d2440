"""The verbs of registration."""

from skillweek.bookings.domain.booking import book_places, change_party
from skillweek.bookings.domain.cancelling import cancel_all, cancel_booking, decline_offer
from skillweek.bookings.domain.erasure import erase_due, erase_personal_data
from skillweek.bookings.domain.reminders import remind_due
from skillweek.bookings.domain.waiting import confirm_offer, expire_offers, move_waiting_lists, release_places
from skillweek.bookings.domain.wishes import Wish

__all__ = [
    "Wish",
    "book_places",
    "cancel_all",
    "cancel_booking",
    "change_party",
    "confirm_offer",
    "decline_offer",
    "erase_due",
    "erase_personal_data",
    "expire_offers",
    "move_waiting_lists",
    "release_places",
    "remind_due",
]
