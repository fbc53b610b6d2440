"""What reports object to when an edition's data changes under them (A4). Receiver of ``edition_changing``."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillweek.core.clock import deadline_at
from skillweek.editions.models import Edition
from skillweek.editions.schema import EditionDocument
from skillweek.reports.models import DailyReport, ReportItem


def objections(*, edition: Edition, old: EditionDocument, new: EditionDocument, **_more: Any) -> list[str]:
    """One sentence for each way in which ``new`` contradicts the edition's reports; none when it does not."""
    reports = DailyReport.objects.filter(edition=edition)
    found = [
        _days_removed(reports, new),
        _deadline_moved(reports, old, new),
        _rules_changed(reports, old, new),
        *_figures_removed(reports, old, new),
        *_sections_removed(reports, old, new),
    ]
    return [sentence for sentence in found if sentence]


def _in_words(days: list[date]) -> str:
    """Days as people name them: 5月14日、5月15日."""
    return "、".join(date_format(day, "MONTH_DAY_FORMAT") for day in days)


def _days_removed(reports: QuerySet[DailyReport], new: EditionDocument) -> str:
    """A report counts when it was handed in or holds anything: a draft is somebody's work too."""
    worked_on = ~Q(state=DailyReport.State.DRAFT) | Q(items__isnull=False) | ~Q(figures={})
    outside = reports.filter(worked_on).exclude(day__range=(new.starts_on, new.ends_on))
    days = sorted(set(outside.values_list("day", flat=True)))
    if not days:
        return ""
    count = outside.values("pk").distinct().count()
    text = _("%(days)s不在新的起止日期内，但已有 %(count)s 份报告。")
    return text % {"days": _in_words(days), "count": count}


def _deadline_moved(reports: QuerySet[DailyReport], old: EditionDocument, new: EditionDocument) -> str:
    """On time or late was decided when the report came in; another deadline would make the mark untrue."""
    handed_in = reports.exclude(first_submitted_at=None).values_list("day", flat=True).distinct().order_by("day")
    days = [day for day in handed_in if _deadline(old, day) != _deadline(new, day)]
    if not days:
        return ""
    text = _("%(days)s的报告已按原来的截止时间判定是否逾期，改动截止时间或时区后不会重新判定。")
    return text % {"days": _in_words(days)}


def _deadline(document: EditionDocument, day: date) -> Any:
    rule = document.report_deadline
    return deadline_at(day, days_after=rule.days_after, at=rule.time, zone=document.zone)


def _rules_changed(reports: QuerySet[DailyReport], old: EditionDocument, new: EditionDocument) -> str:
    """The readings explain the limits; only the limits judge."""
    if old.material_rules.model_dump(exclude={"readings"}) == new.material_rules.model_dump(exclude={"readings"}):
        return ""
    accepted = reports.filter(state=DailyReport.State.ACCEPTED).count()
    if not accepted:
        return ""
    return _("已有 %(count)s 份报告按原来的材料要求审核通过，改动要求后不会重新检查。") % {"count": accepted}


def _figures_removed(reports: QuerySet[DailyReport], old: EditionDocument, new: EditionDocument) -> list[str]:
    kept = {figure.code for figure in new.report_figures}
    text = _("已有 %(count)s 份报告填了“%(name)s”，删除后这些数字不再显示和汇总。")
    counts = [(row.name, reports.filter(figures__has_key=row.code).count()) for row in _gone(old.report_figures, kept)]
    return [text % {"count": count, "name": name} for name, count in counts if count]


def _sections_removed(reports: QuerySet[DailyReport], old: EditionDocument, new: EditionDocument) -> list[str]:
    kept: set[str] = {section.code for section in new.sections}
    items = ReportItem.objects.filter(report__in=reports, removed_at=None)
    text = _("已有报告在“%(name)s”栏目里放了 %(count)s 项材料，删除栏目后学校看不到它们。")
    counts = [(row.name, items.filter(kind=row.code).count()) for row in _gone(old.sections, kept)]
    return [text % {"count": count, "name": name} for name, count in counts if count]


def _gone(rows: tuple[Any, ...], kept: set[str]) -> list[Any]:
    return [row for row in rows if row.code not in kept]
