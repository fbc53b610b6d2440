"""Figures counted from daily reports that were handed in: what they say, and what was sent with them (C1, C12).

Reports that wait for a decision count too, and their rows say so: the form is prefilled before all are accepted.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import BigIntegerField, Count, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation.figures import FigureRow
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.statistics.sources import Source

_S = DailyReport.State
_HANDED_IN = (_S.SUBMITTED, _S.ACCEPTED)


def counted(edition: Edition) -> QuerySet[DailyReport]:
    """The reports of the edition that count."""
    return DailyReport.objects.filter(edition=edition, state__in=_HANDED_IN)


def report_url(report_id: int) -> str:
    """Where this report is read: the school's page or the reviewer's, by who follows the link."""
    return reverse("statistics:report", args=[report_id])


def _note(report: DailyReport) -> str:
    return "" if report.state == _S.ACCEPTED else _("一日一报待审核")


def figure_source(code: str) -> Source:
    """The source ``reports.<code>`` for one of the edition's figures of the daily report."""

    def numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
        rows = counted(edition).filter(organisation__in=organisations, figures__has_key=code).order_by()
        value = Cast(KeyTextTransform(code, "figures"), BigIntegerField())
        return {pk: number or 0 for pk, number in rows.values_list("organisation_id").annotate(number=Sum(value))}

    def rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
        found = counted(edition).filter(organisation=organisation, figures__has_key=code).order_by("day")
        return [
            FigureRow(_("一日一报"), int(row.figures[code]), row.day, _note(row), report_url(row.pk), str(row.pk))
            for row in found
            if row.figures[code]
        ]

    return Source(f"reports.{code}", numbers, rows)


def _item_source(code: str, kinds: Iterable[str]) -> Source:
    wanted = list(kinds)

    def items(edition: Edition) -> QuerySet[ReportItem]:
        return ReportItem.objects.filter(kind__in=wanted, removed_at=None, report__in=counted(edition))

    def numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
        rows = items(edition).filter(report__organisation__in=organisations).order_by()
        return dict(rows.values_list("report__organisation_id").annotate(number=Count("pk")))

    def rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
        found = items(edition).filter(report__organisation=organisation).select_related("report", "file")
        return [
            FigureRow(str(row), 1, row.report.day, _note(row.report), report_url(row.report_id), str(row.pk))
            for row in found.order_by("report__day", "position", "pk")
        ]

    return Source(code, numbers, rows)


def sources() -> list[Source]:
    """The sources of this file that no edition names itself."""
    kind = ReportItem.Kind
    return [
        _item_source("reports.manuscripts", [kind.CASE, kind.MANUSCRIPT]),
        _item_source("reports.photos", [kind.PHOTO]),
        _item_source("reports.videos", [kind.VIDEO]),
    ]
