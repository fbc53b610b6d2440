"""The school's pages: its week, the form of one day's report, its history (C1)."""

from __future__ import annotations

from datetime import date
from itertools import zip_longest
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from skillweek.core import audit
from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.organisations.access import can_review
from skillweek.organisations.models import Organisation
from skillweek.reports import access
from skillweek.reports.domain.values import FIGURE
from skillweek.reports.form_state import form_state
from skillweek.reports.models import DailyReport, ReportVersion
from skillweek.reports.queries.versions import compare
from skillweek.reports.requirements import level_choices, requirement_of
from skillweek.reports.views.bureau import no_edition
from skillweek.reports.views.school import report_of, school_of
from skillweek.uploads.client import client_config


@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponseBase:
    """Every day of the week for every school that the person files for."""
    edition = Edition.objects.current() or Edition.objects.filter(state=Edition.State.CLOSED).first()
    schools = access.filing_schools(request.user)
    if edition is None:
        return no_edition(request)
    weeks = [(school, _week(edition, school)) for school in schools]
    return render(request, "reports/filing/mine.html", {"edition": edition, "weeks": weeks, "now": now()})


def _week(edition: Edition, school: Organisation) -> list[dict[str, Any]]:
    reports = {report.day: report for report in DailyReport.objects.filter(edition=edition, organisation=school)}
    today = today_in(edition.zone)
    rows = []
    for day in edition.days:
        report, deadline = reports.get(day), edition.report_deadline(day)
        if report is not None:
            state = str(report.state)
        elif day > today:
            state = "upcoming"
        else:
            state = "missing" if deadline < now() else "todo"
        rows.append({"day": day, "report": report, "state": state, "deadline": deadline, "is_today": day == today})
    return rows


@require_GET
@login_required
def day(request: HttpRequest, day: date) -> HttpResponseBase:
    """From a reminder to the form: straight there for people of one school, else a choice."""
    edition = Edition.objects.current()
    schools = access.filing_schools(request.user)
    if edition is None or day not in edition.days or not schools:
        raise Http404
    if len(schools) == 1:
        return redirect("reports:file", organisation_id=schools[0].pk, day=day)
    return redirect("reports:mine")


@require_GET
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One report by its number, as messages name it: to the form for its school, to the review for the line above."""
    report = get_object_or_404(DailyReport.objects.select_related("organisation"), pk=pk)
    if access.can_file(request.user, report.organisation):
        return redirect("reports:file", organisation_id=report.organisation_id, day=report.day)
    if can_review(request.user, report.organisation) and report.state != DailyReport.State.DRAFT:
        return redirect("reports:review", pk=report.pk)
    raise Http404


@require_GET
@login_required
def file(request: HttpRequest, organisation_id: int, day: date) -> HttpResponseBase:
    """The form. What it shows and saves goes through ``filing_api``; nothing is made by opening it."""
    report = report_of(request, organisation_id, day)
    edition, school = report.edition, report.organisation
    too_early = day > today_in(edition.zone)
    context = {
        "edition": edition,
        "school": school,
        "report": report,
        "day": day,
        "deadline": edition.report_deadline(day),
        "now": now(),
        "too_early": too_early,
        "is_open": edition.state == Edition.State.OPEN,
        "sections": [
            {
                "code": section.code,
                "name": section.name,
                "help": section.help,
                "rule": requirement_of(edition, section.code),
            }
            for section in edition.doc.sections
        ],
        "figures": edition.doc.report_figures,
        "settings": _settings(request, report),
        "imports": report.imports.all()[:5] if report.pk else [],
    }
    return render(request, "reports/filing/form.html", context)


def _settings(request: HttpRequest, report: DailyReport) -> dict[str, Any]:
    """Everything the form's script needs, as JSON data."""
    where = {"organisation_id": report.organisation_id, "day": report.day}
    names = ("state", "save", "submit", "withdraw", "ask", "comment", "detach")
    return {
        "day": report.day.isoformat(),
        "owner": str(request.user.pk),
        "organisation": report.organisation_id,
        "signIn": f"{reverse('account_login')}?next={request.path}",
        "urls": {name: reverse(f"reports:{name}", kwargs=where) for name in names},
        "sections": [section.code for section in report.edition.doc.sections],
        "outlets": [{"name": outlet.name, "level": str(outlet.level)} for outlet in report.edition.doc.outlets],
        "levels": [{"value": value, "label": label} for value, label in level_choices()],
        "firstDay": report.edition.starts_on.isoformat(),
        "figures": [
            {"field": f"{FIGURE}{figure.code}", "label": figure.label, "maximum": figure.maximum}
            for figure in report.edition.doc.report_figures
        ],
        "uploads": client_config(request.user, edition=report.edition, organisation=report.organisation),
        "state": form_state(request.user, report),
    }


@require_GET
@login_required
def history(request: HttpRequest, organisation_id: int, day: date) -> HttpResponseBase:
    """Every submission with what changed since the one before, and who did what."""
    school_of(request, organisation_id)
    report = report_of(request, organisation_id, day)
    if not report.pk:
        raise Http404
    versions = list(ReportVersion.objects.filter(report=report).select_related("submitted_by"))
    pairs = [
        (version, compare(older.snapshot, version.snapshot) if older else None)
        for version, older in zip_longest(versions, versions[1:])
    ]
    verbs = {"report.begin", "report.submit", "report.withdraw", "report.ask", "report.accept", "report.return"}
    verbs |= {"report.reopen", "report.import", "report.mailed", "report.unmailed"}
    events = audit.history_of(report).filter(verb__in=verbs)[:100]
    context = {"report": report, "edition": report.edition, "pairs": pairs, "events": events}
    return render(request, "reports/filing/history.html", context)
