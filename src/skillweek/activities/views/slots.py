"""Service slots: make a series from a pattern, change it, take it out (B10)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from skillweek.activities import access, domain
from skillweek.activities.forms.slots import SlotsForm, initial_of
from skillweek.activities.models import Activity, SessionSeries
from skillweek.activities.views.common import for_scripts, own_activity, posting
from skillweek.core.errors import Conflict, DomainError, TooMuch
from skillweek.core.limits import rate_limited


def _arrangeable(request: HttpRequest, pk: int) -> Activity:
    """An activity whose slots the person may lay out now. Raises Http404."""
    found = own_activity(request, pk)
    if not access.can_edit(request.user, found) and not access.can_arrange(request.user, found):
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@login_required
def slots(request: HttpRequest, pk: int, series_id: int | None = None) -> HttpResponseBase:
    """All series of an activity, and the pattern of a new one or of ``series_id``."""
    found = _arrangeable(request, pk)
    series = get_object_or_404(found.series, pk=series_id) if series_id else None
    if request.method == "POST":
        form = SlotsForm(request.POST, edition=found.edition)
        if form.is_valid():
            try:
                outcome = domain.make_series(found, form.pattern, by=request.user, shared=form.shared, series=series)  # type: ignore[arg-type]
            except (Conflict, DomainError) as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                _say(request, outcome)
                return redirect("activities:slots", pk=pk)
        return _page(request, found, series, form, status=400)
    initial = initial_of(series.pattern) if series else _usual(found)
    return _page(request, found, series, SlotsForm(initial=initial, edition=found.edition))


def _usual(found: Activity) -> dict[str, Any]:
    """Hours that most service desks keep, and the place of the activity's first session."""
    first = found.sessions.exclude(place="").first()
    place = {}
    if first is not None:
        names = ("place", "address", "room", "district", "latitude", "longitude")
        place = {name: getattr(first, name) for name in names}
    hours = {"begins": "09:00", "ends": "17:00", "lunch_begins": "12:00", "lunch_ends": "14:00"}
    return {**hours, "minutes": 20, "pause": 0, "capacity": 1, **place}


def _say(request: HttpRequest, outcome: Any) -> None:
    parts = [_("共 %(count)s 个时段") % {"count": outcome.made + outcome.kept}]
    if outcome.made:
        parts.append(_("新增 %(count)s 个") % {"count": outcome.made})
    if outcome.removed:
        parts.append(_("移除 %(count)s 个") % {"count": outcome.removed})
    messages.success(request, _("已保存：%(what)s。") % {"what": "，".join(parts)})
    _say_held(request, outcome)


def _say_held(request: HttpRequest, outcome: Any) -> None:
    if outcome.held:
        number = len(outcome.held)
        text = ngettext(
            "有 %(count)s 个时段已有人预约，保留不动。确实不办的，请用“变更场次”取消，系统会通知预约者。",
            "有 %(count)s 个时段已有人预约，保留不动。确实不办的，请用“变更场次”取消，系统会通知预约者。",
            number,
        )
        messages.warning(request, text % {"count": number})


def _page(
    request: HttpRequest, found: Activity, series: SessionSeries | None, form: SlotsForm, status: int = 200
) -> HttpResponse:
    rows = [(each, each.sessions.count(), each.sessions.order_by("starts_at").first()) for each in found.series.all()]
    context = {
        "activity": found,
        "edition": found.edition,
        "series": series,
        "rows": rows,
        "form": form,
        "settings": {
            "count": reverse("activities:slots_count", args=[found.pk]),
            "districts": [
                {"code": d.code, "name": d.name, "ring": d.ring, "latitude": d.latitude, "longitude": d.longitude}
                for d in found.edition.doc.districts
            ],
        },
    }
    return render(request, "activities/slots.html", context, status=status)


@rate_limited("slots-count", "240/m")
@require_POST
@for_scripts
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """How many slots the typed pattern gives, before anything is made."""
    found = _arrangeable(request, pk)
    form = SlotsForm(request.POST, edition=found.edition)
    if not form.is_valid():
        return JsonResponse({"ok": True, "text": _("填好日期、时间和名额后，这里显示会有多少个时段。")})
    try:
        made = domain.slots_of(form.pattern, found.edition.zone)
    except (DomainError, TooMuch) as error:
        return JsonResponse({"ok": True, "text": error.message, "wrong": True})
    days = len({start.date() for start, _end in made})
    text = _("%(days)s 天，共 %(count)s 个时段，可预约 %(places)s 人次；第一个 %(first)s，最后一个 %(last)s。")
    words = {
        "days": days,
        "count": len(made),
        "places": len(made) * form.pattern.capacity,
        "first": f"{made[0][0]:%H:%M}–{made[0][1]:%H:%M}",
        "last": f"{made[-1][0]:%H:%M}–{made[-1][1]:%H:%M}",
    }
    return JsonResponse({"ok": True, "text": text % words, "count": len(made)})


@posting
def remove(request: HttpRequest, pk: int, series_id: int) -> str:
    """Take a series out; booked slots stay."""
    found = _arrangeable(request, pk)
    series = get_object_or_404(found.series, pk=series_id)
    outcome = domain.remove_series(series, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("已移除 %(count)s 个时段。") % {"count": outcome.removed})
    _say_held(request, outcome)
    return reverse("activities:slots", args=[pk])
