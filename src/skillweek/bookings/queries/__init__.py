"""Reads of the room: what is left, who waits where, slots of a day, queue numbers."""

from skillweek.bookings.queries.places import State, booking_state, booking_states, places_left, public_session

__all__ = ["State", "booking_state", "booking_states", "places_left", "public_session"]
