"""Reads of the room: what is left, who waits where, slots of a day, queue numbers."""

from skillweek.bookings.queries.feedback import FeedbackSummary, feedback_of, feedback_summary
from skillweek.bookings.queries.places import State, booking_state, booking_states, places_left, public_session

__all__ = [
    "FeedbackSummary",
    "State",
    "booking_state",
    "booking_states",
    "feedback_of",
    "feedback_summary",
    "places_left",
    "public_session",
]
