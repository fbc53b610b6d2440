"""Many short sessions of one activity as a grid by day and time: service slots (B10)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from skillweek.activities.models import Activity
from skillweek.bookings.queries.tickets import slot_days, slots_of
from skillweek.bookings.views.private import private
from skillweek.core.clock import now, today_in


@private
@require_GET
def slots(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Choose a day, then a slot that is free."""
    activity = Activity.objects.select_related("edition", "organisation").filter(pk=pk).first()
    if activity is None:
        raise Http404
    zone = activity.edition.zone
    today = today_in(zone)
    if not Activity.objects.published(today).filter(pk=pk).exists():
        raise Http404
    days = slot_days(activity)
    day = _chosen(request.GET.get("day", ""), [row[0] for row in days], today)
    places = slots_of(activity, day, ZoneInfo(zone)) if day else []
    free = sum(slot.state.takes for _place, hours in places for hour in hours for slot in hour.slots)
    context = {
        "activity": activity,
        "days": days,
        "day": day,
        "today": today,
        "places": places,
        "free": free,
        "zone": zone,
        "now": now(),
    }
    return render(request, "bookings/slots.html", context)


def _chosen(asked: str, days: list[date], today: date) -> date | None:
    """The day asked for if there is one, else today or the next with slots, else the last."""
    try:
        wanted = date.fromisoformat(asked)
    except ValueError:
        wanted = None
    if wanted in days:
        return wanted
    return next((day for day in days if day >= today), days[-1] if days else None)
