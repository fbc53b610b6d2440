"""What the school's pages share: whose report, about which day (C1)."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.reports import access
from skillweek.reports.models import DailyReport


def school_of(request: HttpRequest, organisation_id: int) -> tuple[Organisation, Edition]:
    """The school, if the person files for it, and the edition they work in. Raises Http404."""
    school = next((one for one in access.filing_schools(request.user) if one.pk == organisation_id), None)
    edition = Edition.objects.current() or Edition.objects.filter(state=Edition.State.CLOSED).first()
    if school is None or edition is None:
        raise Http404
    return school, edition


def report_of(request: HttpRequest, organisation_id: int, day: date) -> DailyReport:
    """The school's report about ``day``; an unsaved empty draft when there is none. Raises Http404."""
    school, edition = school_of(request, organisation_id)
    if day not in edition.days:
        raise Http404
    known = DailyReport.objects.filter(edition=edition, organisation=school, day=day)
    report = known.select_related("submitted_by", "decided_by").first()
    if report is None:
        return DailyReport(edition=edition, organisation=school, day=day)
    # The rows at hand, with what they have already worked out.
    report.edition, report.organisation = edition, school
    return report
