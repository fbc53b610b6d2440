"""The verbs of registration."""

from skillweek.bookings.domain.booking import book_places, change_party
from skillweek.bookings.domain.cancelling import cancel_all, cancel_booking, decline_offer
from skillweek.bookings.domain.door import Arrival, check_in, undo_check_in
from skillweek.bookings.domain.door_queue import record_batch
from skillweek.bookings.domain.erasure import erase_due, erase_personal_data
from skillweek.bookings.domain.feedback import hide_comment, leave_feedback, show_comment
from skillweek.bookings.domain.own_data import correct_contact, erase_early, may_be_erased
from skillweek.bookings.domain.reminders import remind_due
from skillweek.bookings.domain.waiting import confirm_offer, expire_offers, move_waiting_lists, release_places
from skillweek.bookings.domain.wishes import Wish

__all__ = [
    "Arrival",
    "Wish",
    "book_places",
    "cancel_all",
    "cancel_booking",
    "change_party",
    "check_in",
    "confirm_offer",
    "correct_contact",
    "decline_offer",
    "erase_due",
    "erase_early",
    "erase_personal_data",
    "expire_offers",
    "hide_comment",
    "leave_feedback",
    "may_be_erased",
    "move_waiting_lists",
    "record_batch",
    "release_places",
    "remind_due",
    "show_comment",
    "undo_check_in",
]
