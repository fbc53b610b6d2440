"""Pages with personal data or a personal link: kept by nobody, found by no search engine, told to no other site."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from skillweek.bookings.models import Booking
from skillweek.bookings.tokens import booking_by_token

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def private(view: View) -> View:
    """Mark a view's answers: ``no-store``, ``noindex``, and a referrer that stays on this site."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex, nofollow"
        # Not "no-referrer": browsers would then hide the origin of our own forms, which the CSRF check needs.
        response["Referrer-Policy"] = "same-origin"
        return response

    return marked  # type: ignore[return-value]


def booking_of(token: str) -> Booking:
    """The booking behind the link; 404 for a forged token and for one whose personal data was erased."""
    booking = booking_by_token(token)
    if booking is None:
        raise Http404
    return booking
