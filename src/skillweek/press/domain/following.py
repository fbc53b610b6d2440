"""Coverage of daily reports enters the register by itself, and goes with its report (C5, D4)."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.press.domain.common import lock_register
from skillweek.press.domain.merging import settle
from skillweek.press.domain.outlets import OutletBook
from skillweek.press.models import Coverage
from skillweek.reports.models import DailyReport, ReportItem

_S, _R = Coverage.State, DailyReport.State
_LIVE = (_R.SUBMITTED, _R.ACCEPTED)


@transaction.atomic
def follow_report(report: DailyReport, *, actor: Any = None) -> int:
    """Let the register say what the report says now; return how many rows are new. Safe to repeat.

    Coverage of a report that waits is registered, of an accepted one confirmed; of one that went back it waits. What a
    person decided or corrected in the register stays.
    """
    lock_register(report.edition_id)
    rows = {row.item_id: row for row in Coverage.objects.select_for_update().filter(report=report).order_by("pk")}
    items = []
    if report.state in _LIVE:
        items = list(report.items.filter(kind=ReportItem.Kind.COVERAGE, removed_at=None).order_by("position", "pk"))
    made = 0
    book = OutletBook(report.edition) if items else None
    for item in items:
        assert book is not None
        row = rows.pop(item.pk, None)
        made += row is None
        _follow(row or _begin(report, item, actor), item, report, book)
    for row in rows.values():
        if row.state not in (_S.WAITING, _S.REJECTED):
            row.state, row.by_report = _S.WAITING, False
            row.version += 1
            row.save()
    return made


def _begin(report: DailyReport, item: ReportItem, actor: Any) -> Coverage:
    return Coverage(
        edition=report.edition, home=report.organisation, source=Coverage.Source.REPORT, report=report, item=item,
        registered_by=report.submitted_by or actor,
    )  # fmt: skip


def _follow(row: Coverage, item: ReportItem, report: DailyReport, book: OutletBook) -> None:
    is_new = row.pk is None
    if not row.is_edited:
        row.title = (str(item) or item.outlet)[:200]
        row.outlet = book.get(item.outlet, item.level)
        row.level = item.level or book.level_of(item.outlet)
        row.published_on = item.published_on or report.day
        row.link, row.scan = item.link, item.file
    row.source_label = f"{report.day:%Y-%m-%d} {item}"[:200]
    if row.state == _S.WAITING:
        row.state = _S.REGISTERED
    if report.state == _R.ACCEPTED and row.state == _S.REGISTERED:
        row.state, row.by_report = _S.CONFIRMED, True
        row.decided_at, row.decided_by = report.decided_at or now(), report.decided_by
    elif report.state != _R.ACCEPTED and row.state == _S.CONFIRMED and row.by_report:
        row.state, row.by_report, row.decided_at, row.decided_by = _S.REGISTERED, False, None, None
    row.version += not is_new
    row.save()
    if is_new:
        row.organisations.set([report.organisation])
    settle(row)


def register_missing(edition: Edition) -> int:
    """Register the coverage of reports that were handed in before this register existed; return how many rows."""
    wanted = ReportItem.objects.filter(
        kind=ReportItem.Kind.COVERAGE, removed_at=None, coverage=None,
        report__edition=edition, report__state__in=_LIVE,
    )  # fmt: skip
    reports = DailyReport.objects.filter(pk__in=wanted.values("report")).select_related("edition", "organisation")
    made = 0
    for pk in reports.order_by("day", "pk").values_list("pk", flat=True):
        with transaction.atomic():
            made += follow_report(DailyReport.objects.select_for_update(of=("self",)).select_related(
                "edition", "organisation").get(pk=pk))  # fmt: skip
    return made
