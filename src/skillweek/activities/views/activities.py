"""One activity: begin, read, write with autosave, hand in, delete (B2–B5, B13)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.activities import access, domain
from skillweek.activities.forms.activity import ActivityForm
from skillweek.activities.forms.session import session_forms
from skillweek.activities.integrity import error_count
from skillweek.activities.models import Activity, ActivityVersion
from skillweek.activities.queries.planning import row_of
from skillweek.activities.queries.versions import activity_differences
from skillweek.activities.views.common import (
    activity_of,
    edition_now,
    for_scripts,
    organisation_of,
    own_activity,
    posting,
    version_in,
)
from skillweek.activities.views.reading import activity_context
from skillweek.core import audit
from skillweek.core.asked import back_to
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError
from skillweek.core.limits import rate_limited
from skillweek.core.notices import success_with_undo
from skillweek.organisations.models import Kind


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """Begin an activity: empty, from one of the ten ideas, or for a city activity of the notice."""
    organisation = organisation_of(request, organisation_id)
    edition = edition_now()
    if edition is None:
        return redirect("activities:index")
    if request.method == "POST":
        idea, city = request.POST.get("idea", "")[:60], request.POST.get("city", "")[:60]
        activity = domain.create_activity(organisation, edition, by=request.user, idea=idea, city=city)  # type: ignore[arg-type]
        return redirect("activities:edit", pk=activity.pk)
    planned = set(
        Activity.objects.filter(edition=edition, organisation=organisation).values_list("city_code", flat=True)
    )
    context = {
        "organisation": organisation,
        "edition": edition,
        "is_open": access.is_open(edition),
        "ideas": edition.doc.ideas,
        "city_activities": edition.doc.city_activities if organisation.kind == Kind.HOST else (),
        "planned": planned,
    }
    return render(request, "activities/new.html", context)


@require_GET
@login_required
def activity(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Read one activity with everything that may be done with it now; those who decide on it decide here."""
    found = activity_of(request, pk)
    return render(request, "activities/activity.html", activity_context(request, found))


@dataclass
class Saved:
    """What became of a posted form. ``problems``: field → sentence; what they name was not saved."""

    activity: Activity
    problems: dict[str, str] = field(default_factory=dict)
    conflict: Conflict | None = None
    form: Any = None
    formset: Any = None
    #: prefix of a session's form → its number, so that the page knows the new ones.
    sessions: dict[str, int] = field(default_factory=dict)


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The form. POST saves whatever can be saved and shows what cannot, with everything typed kept."""
    found = own_activity(request, pk)
    if not access.can_edit(request.user, found):
        if request.method == "POST":
            messages.error(request, _("这项活动现在不能修改，您的改动没有保存。"))
        return redirect("activities:activity", pk=pk)
    if request.method == "GET":
        form, formset = ActivityForm(activity=found), session_forms(found)
        return _form_page(request, Saved(found, form=form, formset=formset))
    saved = _save(request, found)
    if saved.conflict is not None:
        return _form_page(request, saved, status=409)
    if saved.problems:
        return _form_page(request, saved, status=400)
    if request.POST.get("then") == "submit":
        return _submit_after_saving(request, saved)
    messages.success(request, _("已保存。"))
    if request.POST.get("then") == "slots":
        return redirect("activities:slots", pk=pk)
    return redirect("activities:edit", pk=pk)


def _submit_after_saving(request: HttpRequest, saved: Saved) -> HttpResponseBase:
    fresh = saved.activity
    try:
        domain.submit_activity(fresh, by=request.user, expected_version=fresh.version)  # type: ignore[arg-type]
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(reverse("activities:edit", args=[fresh.pk]) + "#findings")
    messages.success(request, _("已提交，等待审核。"))
    return redirect("activities:activity", pk=fresh.pk)


def _save(request: HttpRequest, found: Activity) -> Saved:
    """Save what is valid. Sessions are saved together or, when one is wrong, not at all."""
    form, formset = ActivityForm(request.POST, activity=found), session_forms(found, request.POST)
    form.is_valid()
    sessions = formset.wanted if formset.is_valid() else None
    problems = {name: str(errors[0]) for name, errors in form.errors.items()}
    for each in formset.forms:
        problems.update({each.add_prefix(name): str(errors[0]) for name, errors in each.errors.items()})
    if formset.non_form_errors():
        problems["sessions"] = str(formset.non_form_errors()[0])
    if sessions is None and not problems:
        problems["sessions"] = _("场次的内容不完整，没有保存。请刷新页面后再试。")
    saved = Saved(found, problems, form=form, formset=formset)
    version = version_in(request)
    values, tags = form.values, form.tags
    for _attempt in range(len(values) + 3):
        try:
            saved.activity = domain.save_activity(
                found,
                by=request.user,  # type: ignore[arg-type]
                expected_version=version,
                values=values,
                tags=tags,
                sessions=sessions,
            )
        except Conflict as error:
            if error.code != "booked":
                saved.conflict = error
                return saved
            problems["sessions"] = error.message
            sessions = None
        except DomainError as error:
            # The form let something pass that the verb does not: all the rest is saved nevertheless.
            name = _field_of(error, form, formset, problems)
            if name.startswith("session"):
                sessions = None
            elif name in values or f"tag_{name}" in form.fields:
                values.pop(name, None)
                tags.pop(name, None)
            else:
                raise
        else:
            break
    if sessions is not None:
        rows = saved.activity.sessions.filter(series=None).order_by("pk")
        saved.sessions = _numbers(formset.kept_forms, list(rows))
    return saved


def _field_of(error: DomainError, form: Any, formset: Any, problems: dict[str, str]) -> str:
    """Put a verb's refusal beside its field and return the field's name in the verb's words."""
    name = error.field
    if name.startswith("session-"):
        _word, number, field_name = name.split("-", 2)
        target = formset.kept_forms[int(number)]
        shown = {"starts_at": "day", "ends_at": "ends", "booking_closes_at": "booking_closes"}.get(
            field_name, field_name
        )
        place = shown if shown in target.fields else None
        target.add_error(place, error.message)
        problems[target.add_prefix(place or "label")] = error.message
        return "session"
    shown = name if name in form.fields else f"tag_{name}"
    form.add_error(shown if shown in form.fields else None, error.message)
    problems[shown] = error.message
    return name


def _numbers(forms: list[Any], rows: list[Any]) -> dict[str, int]:
    """Which row each form became: known ones by their number, new ones in the order they were made."""
    known = {row.pk for row in rows}
    claimed: set[int] = set()
    found: dict[str, int] = {}
    for form in forms:
        pk = form.cleaned_data.get("id")
        if pk in known and pk not in claimed:
            claimed.add(pk)
            found[form.prefix] = pk
    free = iter([row.pk for row in rows if row.pk not in claimed])
    for form in forms:
        if form.prefix not in found and (pk := next(free, None)) is not None:
            found[form.prefix] = pk
    return found


def _form_page(request: HttpRequest, saved: Saved, status: int = 200) -> HttpResponse:
    found = saved.activity
    stored = Activity.objects.select_related("organisation", "edition", "plan").get(pk=found.pk)
    context = {
        "activity": stored,
        "edition": stored.edition,
        "form": saved.form,
        "formset": saved.formset,
        "conflict": saved.conflict,
        "problems": saved.problems,
        #: After a conflict the person decides anew, knowing of it; otherwise the stored version is the one shown.
        "version": stored.version,
        "series": stored.series.all(),
        "comments": stored.comments.filter(resolved_at=None).select_related("author"),
        "errors": error_count(stored.findings),
        "can_submit": access.can_submit(request.user, stored),
        "settings": _script_settings(stored),
    }
    return render(request, "activities/edit.html", context, status=status)


def _script_settings(found: Activity) -> dict[str, Any]:
    districts = [
        {"code": row.code, "name": row.name, "ring": row.ring, "latitude": row.latitude, "longitude": row.longitude}
        for row in found.edition.doc.districts
    ]
    return {
        "activity": found.pk,
        "save": reverse("activities:save", args=[found.pk]),
        "page": reverse("activities:edit", args=[found.pk]),
        "signIn": f"{reverse('account_login')}?next={reverse('activities:edit', args=[found.pk])}",
        "days": [day.isoformat() for day in found.edition.days],
        "districts": districts,
    }


@rate_limited("activity-save", "240/m")
@require_POST
@for_scripts
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """The same form by script: JSON with the version, what was not saved and why, and the findings as HTML."""
    saved = _save(request, own_activity(request, pk))
    if saved.conflict is not None:
        fresh = Activity.objects.get(pk=pk)
        payload = {"ok": False, "code": saved.conflict.code, "message": saved.conflict.message}
        return JsonResponse({**payload, "version": fresh.version}, status=409)
    fresh = saved.activity
    return JsonResponse(
        {
            "ok": True,
            "version": fresh.version,
            "problems": saved.problems,
            "sessions": saved.sessions,
            "savedAt": now().astimezone(ZoneInfo(fresh.edition.zone)).strftime("%H:%M"),
            "errors": error_count(fresh.findings),
            "findings": render_to_string("activities/_findings.html", {"activity": fresh}, request),
        }
    )


@posting
def submit(request: HttpRequest, pk: int) -> str:
    """Hand it in as the page showed it."""
    found = own_activity(request, pk)
    version = version_in(request)
    domain.submit_activity(found, by=request.user, expected_version=version)  # type: ignore[arg-type]
    messages.success(request, _("已提交，等待审核。"))
    return reverse("activities:activity", args=[pk])


@posting
def withdraw(request: HttpRequest, pk: int) -> str:
    """Take back what nobody has decided on."""
    domain.withdraw_submission(own_activity(request, pk), by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("已撤回，可以继续修改。改好后请重新提交。"))
    return reverse("activities:edit", args=[pk])


@posting
def delete(request: HttpRequest, pk: int) -> str:
    """Delete a draft; the message brings it back."""
    found = own_activity(request, pk)
    event = domain.delete_draft(found, by=request.user)  # type: ignore[arg-type]
    name = found.title or _("未命名的活动")
    undo = reverse("activities:restore", args=[event.pk])
    success_with_undo(request, _("已删除“%(name)s”。") % {"name": name}, undo)
    return back_to(request, reverse("activities:index"))


@posting
def restore(request: HttpRequest, event_id: int) -> str:
    """Bring a deleted draft back."""
    restored = domain.restore_draft(event_id, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("已恢复“%(name)s”。") % {"name": restored.title or _("未命名的活动")})
    return reverse("activities:edit", args=[restored.pk])


@require_GET
@login_required
def history(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every submission with what changed since the one before, and who did what. Not for joint organisers (B13)."""
    found = activity_of(request, pk)
    if not access.can_see_integrity(request.user, found):
        return redirect("activities:activity", pk=pk)
    versions = list(ActivityVersion.objects.filter(activity=found).select_related("submitted_by"))
    pairs = [
        (version, activity_differences(older.snapshot, version.snapshot, found.edition) if older else None)
        for version, older in zip_longest(versions, versions[1:])
    ]
    context = {
        "activity": found,
        "edition": found.edition,
        "row": row_of(found),
        "pairs": pairs,
        "events": audit.history_of(found)[:100],
    }
    return render(request, "activities/history.html", context)
