"""What a visitor says on their ticket's page once the session has begun (B6)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from skillweek.bookings.domain.feedback import COMMENT_MAX, GAINS, can_leave_feedback, leave_feedback
from skillweek.bookings.models import Booking, Feedback
from skillweek.bookings.views.private import booking_of, private
from skillweek.core.errors import DomainError
from skillweek.core.limits import rate_limited


class OpinionForm(forms.Form):
    """Stars, ticks, one line."""

    stars = forms.IntegerField(min_value=1, max_value=5)
    gains = forms.MultipleChoiceField(choices=[(code, code) for code in GAINS], required=False)
    comment = forms.CharField(max_length=COMMENT_MAX, required=False)


def feedback_context(booking: Booking) -> dict[str, Any]:
    """What ``_opinion.html`` shows; nothing while nothing may be said."""
    if not can_leave_feedback(booking):
        return {}
    said = Feedback.objects.filter(booking=booking).first()
    held = said.gains if said else []
    return {
        "can_say": True,
        "said": said,
        "star_choices": range(5, 0, -1),
        "gain_choices": [(code, label, code in held) for code, label in GAINS.items()],
        "comment_max": COMMENT_MAX,
    }


@private
@require_POST
@rate_limited("ticket", "120/10m")
def feedback(request: HttpRequest, token: str) -> HttpResponseBase:
    """Say how it was, or change what was said."""
    booking = booking_of(token)
    form = OpinionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选一到五颗星；一句话最多 %(most)d 字。") % {"most": COMMENT_MAX})
        return redirect("bookings_public:ticket", token=token)
    data = form.cleaned_data
    try:
        leave_feedback(booking, stars=data["stars"], gains=data["gains"], comment=data["comment"])
        messages.success(request, _("谢谢您的评价。两周之内可以修改。"))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("bookings_public:ticket", token=token)
