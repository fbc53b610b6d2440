"""What the pages of forms share: which edition and form they are about, and what stands on the page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from skillweek.editions.models import Edition
from skillweek.organisations.access import visible_to
from skillweek.organisations.models import Organisation
from skillweek.reports.views.bureau import chosen_edition
from skillweek.statistics import access
from skillweek.statistics.checks import FormFinding, error_count, findings_of
from skillweek.statistics.domain.counting import ensure_entry
from skillweek.statistics.domain.submission import due_at
from skillweek.statistics.models import FormEntry
from skillweek.statistics.queries.figures import FigureView, figures_in, grouped


def edition_or_404(request: HttpRequest) -> Edition:
    """The edition that the request names, or the current one."""
    edition = chosen_edition(request)
    if edition is None:
        raise Http404
    return edition


def school_or_404(request: HttpRequest, organisation_id: int) -> Organisation:
    """A school whose form the person may read."""
    school: Organisation = get_object_or_404(visible_to(request.user), pk=organisation_id)
    if not access.can_see(request.user, school):
        raise Http404
    return school


def entry_or_404(request: HttpRequest, organisation_id: int) -> FormEntry:
    """The school's form; made and counted when an open edition has none yet."""
    edition = edition_or_404(request)
    school = school_or_404(request, organisation_id)
    if access.is_open(edition):
        return ensure_entry(edition, school)
    return get_object_or_404(
        FormEntry.objects.select_related("edition", "organisation"), edition=edition, organisation=school
    )


def form_context(request: HttpRequest, entry: FormEntry) -> dict[str, Any]:
    """Everything that the form's page and its fragments show."""
    edition = entry.edition
    figures = figures_in(edition, entry)
    _attach_comments(entry, figures)
    findings = findings_of(edition.doc.statistics_form, figures)
    _attach_findings(figures, findings)
    return {
        "edition": edition,
        "entry": entry,
        "school": entry.organisation,
        "form": edition.doc.statistics_form,
        "groups": list(grouped(figures)),
        "findings": findings,
        "errors": error_count(findings),
        "due_at": due_at(edition),
        "corrections": sum(view.corrected is not None for view in figures),
        "can_write": access.can_write(request.user, entry),
        "can_submit": access.can_submit(request.user, entry),
        "can_withdraw": access.can_withdraw(request.user, entry),
        "can_review": access.can_review(request.user, entry) and access.is_open(edition),
        "can_fill": access.can_fill(request.user, entry.organisation),
        "whole_comments": [comment for comment in _comments(entry) if not comment.code],
    }


def _comments(entry: FormEntry) -> list[Any]:
    cached: list[Any] | None = getattr(entry, "_comments_read", None)
    if cached is None:
        cached = entry._comments_read = list(entry.comments.select_related("author"))  # type: ignore[attr-defined]
    return cached


def _attach_comments(entry: FormEntry, figures: list[FigureView]) -> None:
    changes: dict[str, list[Any]] = {}
    for change in entry.changes.select_related("actor")[:500]:
        changes.setdefault(change.code, []).append(change)
    for view in figures:
        view.comments = [comment for comment in _comments(entry) if comment.code == view.field.code]
        view.changes = changes.get(view.field.code, [])


def _attach_findings(figures: list[FigureView], findings: list[FormFinding]) -> None:
    for view in figures:
        view.findings = [finding for finding in findings if view.field.code in finding.codes]
