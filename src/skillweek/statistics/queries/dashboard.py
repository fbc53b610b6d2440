"""Everything that a bureau's dashboard and its wall screen show, as charts over one unit's schools (C12, C13).

Figures of the form are those of the roll-up; they stand as accepted and provisional, or accepted alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from skillweek.activities.models import Activity
from skillweek.activities.queries.shares import spread
from skillweek.core.templatetags.ui import day as day_label
from skillweek.editions.models import Edition
from skillweek.editions.schema_closing import FormField
from skillweek.statistics.charts import Chart, Series
from skillweek.statistics.models import FormEntry
from skillweek.statistics.queries.days import Day, activities_of, days_of
from skillweek.statistics.queries.highlights import top_highlights
from skillweek.statistics.queries.reach import Reach
from skillweek.statistics.queries.rollup import Rollup, rollup

_REPORTS = "reports."
_COVERAGE = "coverage."


@dataclass(frozen=True)
class Dashboard:
    """One page. ``figure`` is the field that districts are compared by."""

    edition: Edition
    reach: Reach
    accepted_only: bool
    figure: FormField | None
    fields: list[FormField]
    found: Rollup
    days: list[Day]
    charts: list[Chart]
    categories: list[Chart]
    #: Titles of the notice's lists of which there is no activity at all.
    unused: str
    highlights: list[Activity] = field(default_factory=list)


def dashboard(edition: Edition, reach: Reach, *, by: str = "", accepted_only: bool = False) -> Dashboard:
    """Count everything: a fixed number of queries, whatever the number of schools."""
    found = rollup(edition, reach.root, group="district", chosen=reach.chosen)
    fields = list(found.fields)
    figure = next((each for each in fields if each.code == by), fields[0] if fields else None)
    told = told_figure(edition, figure)
    days = days_of(edition, reach, told[0] if told else "")
    charts = [sessions_chart(days), people_chart(days), reports_chart(days)]
    if told:
        charts.append(_told_chart(days, told, accepted_only))
    if figure is not None:
        charts.append(district_chart(found, figure, accepted_only))
    charts.append(coverage_chart(found, accepted_only))
    lists = _categories(edition, reach, accepted_only)
    unused = "、".join(each.title for each in lists if each.is_empty)
    used = [each for each in lists if not each.is_empty]
    return Dashboard(
        edition, reach, accepted_only, figure, fields, found, days, charts, used, unused,
        top_highlights(edition, reach),
    )  # fmt: skip


def told_figure(edition: Edition, chosen: FormField | None) -> tuple[str, str, str] | None:
    """(code, name, unit) of the daily reports' figure to show by day: the chosen field's, or else the first."""
    figures = {each.code: each for each in edition.doc.report_figures}
    code = chosen.prefill.removeprefix(_REPORTS) if chosen is not None and chosen.prefill.startswith(_REPORTS) else ""
    found = figures.get(code) or next(iter(figures.values()), None)
    return (found.code, found.name, found.unit) if found is not None else None


def coverage_fields(edition: Edition) -> list[FormField]:
    """The fields that count media coverage, one for each level."""
    return [each for each in edition.doc.statistics_form.fields if each.prefill.startswith(_COVERAGE)]


def _labels(days: Iterable[Day]) -> list[str]:
    return [day_label(each.day, "plain") for each in days]


def sessions_chart(days: list[Day]) -> Chart:
    """Sessions of approved activities by day."""
    values = Series(_("场次"), "teal", [each.sessions for each in days])
    return Chart("sessions", _("每天的活动场次"), _("日期"), _labels(days), [values], _("场"))


def people_chart(days: list[Day]) -> Chart:
    """People who came through the door by day."""
    values = Series(_("签到人次"), "sky", [each.people for each in days], line=True)
    return Chart("people", _("每天的签到人次"), _("日期"), _labels(days), [values], _("人次"))


def reports_chart(days: list[Day]) -> Chart:
    """Daily reports by day and state; together they are the schools that owe one."""
    counts = [each.reports for each in days]
    series = [
        Series(_("已通过"), "leaf", [each.accepted for each in counts]),
        Series(_("待审核"), "sky", [each.waiting for each in counts]),
        Series(_("已退回"), "flame", [each.returned for each in counts]),
        Series(_("未报"), "stone", [each.missing if each.is_due else 0 for each in counts], soft=True),
    ]
    return Chart("reports", _("每天的一日一报"), _("日期"), _labels(days), series, _("份"))


def _told_chart(days: list[Day], told: tuple[str, str, str], accepted_only: bool) -> Chart:
    _code, name, unit = told
    accepted = [each.reported_accepted for each in days]
    series = [Series(_("已审核"), "leaf", accepted)]
    if not accepted_only:
        waiting = [each.reported - each.reported_accepted for each in days]
        series.append(Series(_("暂时"), "gold", waiting, soft=True))
    title = _("每天填报的%(name)s") % {"name": name}
    return Chart("told", title, _("日期"), _labels(days), series, unit, note=_("来自一日一报。"))


def _parts(pairs: list[tuple[int, int]], accepted_only: bool) -> list[Series]:
    """Series of (accepted, all)."""
    series = [Series(_("已审核"), "leaf", [accepted for accepted, _every in pairs])]
    if not accepted_only:
        series.append(Series(_("暂时"), "gold", [max(every - accepted, 0) for accepted, every in pairs], soft=True))
    return series


def district_chart(found: Rollup, figure: FormField, accepted_only: bool) -> Chart:
    """One figure of the form by district, the largest first; ``found`` is grouped by district."""
    code = figure.code
    measure = "accepted" if accepted_only else "total"
    groups = sorted(found.groups, key=lambda each: -getattr(each, measure).get(code, 0))
    pairs = [(each.accepted.get(code, 0), each.total.get(code, 0)) for each in groups]
    labels = [each.label or _("未填写") for each in groups]
    note = _("这一项全市去重；各区相加可能比全市多。") if figure.kind == "distinct" else ""
    return Chart(
        "districts", _("各区%(name)s") % {"name": figure.name}, _("区"), labels, _parts(pairs, accepted_only),
        figure.unit, lying=True, note=note, sums_up=figure.kind != "distinct",
    )  # fmt: skip


def coverage_chart(found: Rollup, accepted_only: bool) -> Chart:
    """Media coverage by level, as the forms count it."""
    fields = [each for each in found.fields if each.prefill.startswith(_COVERAGE)]
    pairs = [(found.accepted.get(each.code, 0), found.total.get(each.code, 0)) for each in fields]
    labels = [each.name for each in fields]
    return Chart(
        "coverage", _("各级媒体报道"), _("媒体级别"), labels, _parts(pairs, accepted_only),
        fields[0].unit if fields else "", lying=True,
    )  # fmt: skip


def _categories(edition: Edition, reach: Reach, accepted_only: bool) -> list[Chart]:
    """Approved activities by each of the notice's lists; with ``accepted_only`` of schools whose form was accepted."""
    activities = activities_of(edition, reach)
    if accepted_only:
        done = FormEntry.objects.filter(edition=edition, state=FormEntry.State.ACCEPTED)
        activities = activities.filter(organisation__in=done.values("organisation_id"))
    _whole, groups = spread(edition, activities)
    return [
        Chart(
            f"category-{number}", group.title, _("类别"), [each.name for each in group.shares],
            [Series(_("活动"), "teal", [each.number for each in group.shares])], _("项"), lying=True,
            sums_up=False,
        )
        for number, group in enumerate(groups)
    ]  # fmt: skip
