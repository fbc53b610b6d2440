"""What a summary is made of: accepted reports, activities and figures of one unit and all below it (C11)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from skillweek.activities.models import Activity, ActivityTag
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.statistics.models import FormEntry
from skillweek.statistics.queries.figures import figures_of
from skillweek.statistics.queries.rollup import rollup
from skillweek.summaries.models import Summary, SummaryPhoto
from skillweek.uploads.models import StoredFile


@dataclass(frozen=True)
class Figure:
    """One number with where it comes from."""

    code: str
    name: str
    number: int
    url: str
    #: How much of it nobody has accepted yet.
    waiting: int = 0


def figures_for(edition: Edition, organisation: Organisation) -> dict[str, Figure]:
    """Number fields of the statistics form by code: a school's own, or the roll-up of all schools below a bureau."""
    fields = {each.code: each for each in edition.doc.statistics_form.fields if each.kind != "text"}
    if organisation.is_school:
        views = figures_of(edition, organisation)
        numbers = {view.field.code: view.number for view in views}
        accepted = {view.field.code: view.number or 0 for view in views if view.state == FormEntry.State.ACCEPTED}
        page = "statistics:figure"
    else:
        together = rollup(edition, organisation, group="line")
        numbers, accepted = dict(together.total), together.accepted
        page = "statistics:rollup_figure"
    return {
        code: Figure(
            code, each.name, number, reverse(page, args=[organisation.pk, code]), max(0, number - accepted.get(code, 0))
        )
        for code, each in fields.items()
        if (number := numbers.get(code)) is not None
    }


def accepted_items(edition: Edition, organisation: Organisation, *kinds: str) -> QuerySet[ReportItem]:
    """Material of accepted reports at or below the unit, highlights first, then in the week's order."""
    return (
        ReportItem.objects.filter(
            kind__in=kinds,
            removed_at=None,
            report__edition=edition,
            report__state=DailyReport.State.ACCEPTED,
            report__organisation__path__startswith=organisation.path,
        )
        .select_related("report__organisation", "file")
        .order_by(
            "-is_highlight", "-report__is_highlight", "report__day", "report__organisation__path", "position", "pk"
        )
    )


def accepted_photos(edition: Edition, organisation: Organisation) -> QuerySet[ReportItem]:
    """Photos of accepted reports whose file was read without fault and has a caption."""
    photos = accepted_items(edition, organisation, ReportItem.Kind.PHOTO)
    return photos.filter(file__state=StoredFile.State.READY).exclude(caption="")


def shown_photos(summary: Summary) -> QuerySet[SummaryPhoto]:
    """The chosen photos that may still be shown: their report is accepted, they were not removed since."""
    return summary.photos.filter(
        item__removed_at=None, item__report__state=DailyReport.State.ACCEPTED, item__file__state=StoredFile.State.READY
    ).select_related("item__report__organisation", "item__file")


def activities_by_topic(edition: Edition, organisation: Organisation) -> dict[str, list[Activity]]:
    """Approved, not cancelled activities at or below the unit by focus topic, the city's highlights first."""
    tags = (
        ActivityTag.objects.filter(
            group=ActivityTag.Group.TOPIC,
            activity__edition=edition,
            activity__organisation__path__startswith=organisation.path,
            activity__state=Activity.State.APPROVED,
            activity__cancelled_at=None,
            activity__withdrawn_at=None,
        )
        .select_related("activity")
        .order_by("-activity__is_highlight", "activity__highlight_rank", "activity_id")
    )
    found: dict[str, list[Activity]] = {}
    for tag in tags:
        found.setdefault(tag.code, []).append(tag.activity)
    return found


def schools_reporting(edition: Edition, organisation: Organisation) -> int:
    """How many schools at or below the unit had a report accepted."""
    reports = DailyReport.objects.filter(
        edition=edition, state=DailyReport.State.ACCEPTED, organisation__path__startswith=organisation.path
    )
    return reports.values("organisation").distinct().count()
