"""Figures counted from media coverage by level (C5, D4, C12): items of reports that were handed in."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.reports.models import ReportItem
from skillweek.statistics.counting_reports import counted, report_url
from skillweek.statistics.sources import Source, SourceRow


def _level_source(level: str) -> Source:
    def items(edition: Edition) -> QuerySet[ReportItem]:
        return ReportItem.objects.filter(
            kind=ReportItem.Kind.COVERAGE, level=level, removed_at=None, report__in=counted(edition)
        )

    def numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
        rows = items(edition).filter(report__organisation__in=organisations).order_by()
        return dict(rows.values_list("report__organisation_id").annotate(number=Count("pk")))

    def rows(edition: Edition, organisation: Organisation) -> list[SourceRow]:
        found = items(edition).filter(report__organisation=organisation).select_related("report", "file")
        return [
            SourceRow(
                str(row), 1, row.published_on or row.report.day, row.outlet,
                report_url(row.report_id), str(row.pk),
            )
            for row in found.order_by("published_on", "pk")
        ]  # fmt: skip

    return Source(f"coverage.{level}", numbers, rows)


def sources() -> list[Source]:
    """One source for each level of the notice."""
    return [_level_source(level) for level in ("national", "provincial", "municipal")]
