"""Classes in the workspace: begin one, say for whom it is, see all bookings as a timetable (E5, E6)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from skillweek.activities.access import can_write_for, planning_organisations, runs_q
from skillweek.activities.models import Activity
from skillweek.bookings.asking import GRADES
from skillweek.bookings.views.staff import sessions_run_by, staff_page
from skillweek.classes.domain.settings import set_class
from skillweek.classes.models import ClassSetting
from skillweek.classes.queries import timetable as times
from skillweek.classes.queries.offers import class_name, ideas_of
from skillweek.content.access import is_open
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.organisations.access import scope_of

_PER_PAGE = 30


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """家长课堂: the unit's classes for parents, and how to begin one."""
    return _index(request, are_groups=False)


@require_GET
@login_required
def youth(request: HttpRequest) -> HttpResponse:
    """技能与少年: classes that families and school classes book."""
    return _index(request, are_groups=True)


def _index(request: HttpRequest, *, are_groups: bool) -> HttpResponse:
    edition = edition_asked(request)
    ideas = ideas_of(edition, groups=are_groups)
    rows = Activity.objects.filter(runs_q(request.user, ""), edition=edition, idea_code__in=ideas).distinct()
    rows = rows.select_related("organisation", "edition").annotate(number=Count("sessions", distinct=True))
    context = {
        "edition": edition,
        "presets": [row for row in edition.doc.class_presets if row.idea in ideas],
        "title": class_name(edition, are_groups=are_groups),
        "other_title": class_name(edition, are_groups=not are_groups),
        "others": "classes:index" if are_groups else "classes:youth",
        "are_groups": are_groups,
        "page": Paginator(rows.order_by("-updated_at", "-pk"), _PER_PAGE).get_page(request.GET.get("page")),
        "units": list(planning_organisations(request.user))[:20],
        "is_open": is_open(edition),
    }
    return render(request, "classes/index.html", context)


@require_GET
@staff_page
def timetable(request: HttpRequest) -> HttpResponseBase:
    """Every booking of the unit's classes, day by day: who comes, with whom, how, and what they need."""
    edition = edition_asked(request)
    mine = sessions_run_by(request.user).filter(activity__edition=edition, activity__idea_code__in=ideas_of(edition))
    days = sorted({day for day in mine.values_list("day", flat=True) if day})
    asked = request.GET.get("day", "")
    chosen = asked if asked in {day.isoformat() for day in days} else ""
    code = request.GET.get("preset", "")
    preset = next((row for row in edition.doc.class_presets if row.code == code), None)
    rows = mine.filter(day=chosen) if chosen else mine
    if preset is not None:
        rows = rows.filter(activity__idea_code=preset.idea)
    with timezone.override(ZoneInfo(edition.zone)):
        context = {
            "edition": edition,
            "days": days,
            "chosen": chosen,
            "presets": edition.doc.class_presets,
            "preset": preset,
            "table": times.timetable(rows),
            "mine": set(scope_of(request.user).roles),
        }
        return render(request, "classes/timetable.html", context)


class SettingForm(forms.Form):
    """Which grades, and what to bring."""

    grade_from = forms.TypedChoiceField(label=gettext_lazy("最低年级"), coerce=int, choices=GRADES)
    grade_to = forms.TypedChoiceField(label=gettext_lazy("最高年级"), coerce=int, choices=GRADES)
    bring = forms.CharField(
        label=gettext_lazy("请带"), max_length=200, required=False, help_text=gettext_lazy("例如：水杯、长袖衣服。")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """For whom one class is meant."""
    rows = Activity.objects.filter(runs_q(request.user, "")).select_related("edition", "organisation").distinct()
    activity = get_object_or_404(rows, pk=pk)
    preset = activity.edition.doc.class_preset(activity.idea_code)
    if preset is None or not can_write_for(request.user, activity.organisation):
        raise PermissionDenied
    known = ClassSetting.objects.filter(activity=activity).first()
    source: Any = known or preset
    initial = {"grade_from": source.grade_from, "grade_to": source.grade_to, "bring": getattr(known, "bring", "")}
    form = SettingForm(request.POST or None, initial=initial)
    if form.is_valid():
        done = run(form, lambda: set_class(activity, actor=request.user, **form.cleaned_data))
        if done is not None:
            messages.success(request, _("已保存。"))
            return redirect("classes:index" if preset.books == "families" else "classes:youth")
    context = {"edition": activity.edition, "activity": activity, "preset": preset, "form": form}
    return render(request, "classes/settings.html", context, status=400 if form.is_bound else 200)
