"""The texts of reports, as they are read and as the room ``similarity`` compares them (C2, C5, C14)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skillweek.core.clock import now
from skillweek.organisations.access import can_review
from skillweek.reports.access import visible_to
from skillweek.reports.files import manuscript_text
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.similarity.domain import put_text, remove_texts
from skillweek.similarity.sources import Place, register_text

_K = ReportItem.Kind
#: Kinds of texts, as ``similarity`` knows them.
TEXT: Final = "report"
COVERAGE: Final = "report_coverage"
MANUSCRIPTS: Final = (_K.CASE, _K.MANUSCRIPT)
TEXT_KINDS: Final[dict[str, tuple[str, ...]]] = {TEXT: MANUSCRIPTS, COVERAGE: (_K.COVERAGE,)}
_CACHED: Final = 24 * 3600
#: While somebody types, a report's texts are compared once in so many seconds.
_PAUSE: Final = 15


def text_of(item: ReportItem) -> str:
    """The item's text as typed, or as read from its manuscript file (kept in the cache; files never change)."""
    if item.text or item.file is None or item.kind == _K.COVERAGE:
        return item.text
    key = f"manuscript-text:{item.file.pk}"
    text: str | None = cache.get(key)
    if text is None:
        text = manuscript_text(item.file)
        cache.set(key, text, _CACHED)
    return text


def follow_soon(report: DailyReport) -> None:
    """Have a task put the report's texts, once the present transaction stands. Calls close together share one."""
    from skillweek.reports.tasks import follow_texts as task

    if cache.add(f"report-texts:{report.pk}", 1, _PAUSE):
        # Later than the pause, so that what is saved within it is read too.
        later = task.using(run_after=now() + timedelta(seconds=_PAUSE + 5))
        transaction.on_commit(partial(later.enqueue, report.pk))


def follow_texts(report_id: int) -> None:
    """Put every text of the report as it is now; those of removed items go. A report that is gone is no error."""
    report = DailyReport.objects.select_related("edition", "organisation").filter(pk=report_id).first()
    if report is None:
        return
    items = list(report.items.filter(kind__in=(*MANUSCRIPTS, _K.COVERAGE)).select_related("file"))
    for item in items:
        if item.removed_at is None:
            _put(report, item)
    for kind, kinds in TEXT_KINDS.items():
        remove_texts(kind, [item.pk for item in items if item.removed_at is not None and item.kind in kinds])


def _put(report: DailyReport, item: ReportItem) -> None:
    is_coverage = item.kind == _K.COVERAGE
    put_text(
        COVERAGE if is_coverage else TEXT,
        item.pk,
        edition=report.edition,
        organisation=report.organisation,
        text=text_of(item),
        title=str(item),
        source=item.source,
        outlet=item.outlet if is_coverage else "",
        link=item.link if is_coverage else "",
        dated=item.published_on if is_coverage else report.day,
    )


def register() -> None:
    """Make both kinds known to the room ``similarity``."""
    register_text(TEXT, _("一日一报"), places=_places, texts=partial(_all, TEXT))
    register_text(COVERAGE, _("媒体报道"), places=_places, texts=partial(_all, COVERAGE), is_coverage=True)


def _places(user: Any, ids: Collection[int]) -> dict[int, Place]:
    items = ReportItem.objects.filter(pk__in=ids, removed_at=None, report__in=visible_to(user))
    return {
        item.pk: Place(url=_url(user, item), name=str(item.report.organisation))
        for item in items.select_related("report__organisation", "report__edition")
    }


def _url(user: Any, item: ReportItem) -> str:
    report = item.report
    if report.state != DailyReport.State.DRAFT and can_review(user, report.organisation):
        return f"{reverse('reports:review', args=[report.pk])}#item-{item.pk}"
    return reverse("reports:edit", args=[report.pk])


def _all(kind: str) -> Iterable[int]:
    items = ReportItem.objects.filter(removed_at=None, kind__in=TEXT_KINDS[kind])
    for item in items.select_related("file", "report__edition", "report__organisation").iterator(200):
        _put(item.report, item)
        yield item.pk
