"""Where else a report's material was handed in: the same file, a near-identical photo, the same text (C14)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.enums import TextChoices
from django.utils.translation import gettext_lazy as _

from skillweek.organisations.access import can_see
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.reports.texts import TEXT_KINDS
from skillweek.similarity import queries as similar
from skillweek.uploads.models import StoredFile
from skillweek.uploads.queries import lookalikes_of

#: Texts shorter than this many 字 repeat by nature (“同上”) and are not compared.
MIN_WORDS = 20
#: No more than this many places are shown for one item.
MAX_SHOWN = 12


#: (how alike, the other item, its file, the piece's own file)
_Hit = tuple["Likeness", ReportItem, StoredFile | None, StoredFile | None]


class Likeness(TextChoices):
    """How one piece of material is like another."""

    SAME_FILE = "same_file", _("同一文件")
    SIMILAR = "similar", _("画面相近")
    SAME_TEXT = "same_text", _("文字相同")


@dataclass(frozen=True)
class Evidence:
    """Another place where an item's material stands.

    ``visible`` is False when the reviewer may not look into that school: then nothing but the likeness and
    the day may be shown; ``school``, ``report_id``, ``item`` and ``file`` are empty.
    """

    likeness: Likeness
    visible: bool
    day: date
    school: str = ""
    report_id: int = 0
    is_draft: bool = False
    item: ReportItem | None = None
    file: StoredFile | None = None
    #: The piece's own file that is like ``file``.
    own: StoredFile | None = None


def evidence_for(user: Any, report: DailyReport, items: Sequence[ReportItem]) -> dict[int, list[Evidence]]:
    """Map item id → other places of its material in the edition, in a constant number of queries."""
    files = {file.pk: file for item in items for file in (item.file, item.photo_file) if file is not None}
    alike = lookalikes_of(list(files.values())) if files else {}
    found_ids = {hit.file.pk for hits in alike.values() for hit in hits} | set(files)
    places: dict[UUID, list[ReportItem]] = {}
    if found_ids:
        for place in _live(report).filter(Q(file__in=found_ids) | Q(photo_file__in=found_ids)):
            for file_id in {place.file_id, place.photo_file_id}:
                if file_id is not None and file_id in found_ids:
                    places.setdefault(file_id, []).append(place)
    texts = _same_texts(report, items)

    def found(item: ReportItem) -> Iterator[_Hit]:
        for file in filter(None, (item.file, item.photo_file)):
            for other, exact in [(file, True), *((hit.file, hit.exact) for hit in alike.get(file.pk, []))]:
                likeness = Likeness.SAME_FILE if exact else Likeness.SIMILAR
                yield from ((likeness, place, other, file) for place in places.get(other.pk, []))
        yield from ((Likeness.SAME_TEXT, place, None, None) for place in texts.get(item.text.strip(), []))

    result: dict[int, list[Evidence]] = {}
    for item in items:
        once: dict[int, _Hit] = {}
        for hit in found(item):
            once.setdefault(hit[1].pk, hit)
        once.pop(item.pk, None)
        if once:
            result[item.pk] = [_evidence(user, *hit) for hit in list(once.values())[:MAX_SHOWN]]
    return result


def likenesses_for(
    user: Any, items: Sequence[ReportItem], evidence: dict[int, list[Evidence]]
) -> dict[int, list[similar.Likeness]]:
    """Map item id → other texts with the same passages, without those that ``evidence`` shows as the very same."""
    found: dict[int, list[similar.Likeness]] = {}
    for kind, kinds in TEXT_KINDS.items():
        ids = {item.pk for item in items if item.kind in kinds}
        found |= similar.likenesses(user, kind, ids) if ids else {}
    for item_id, rows in found.items():
        same = {row.item.pk for row in evidence.get(item_id, []) if row.item and row.likeness == Likeness.SAME_TEXT}
        found[item_id] = [row for row in rows if row.kind not in TEXT_KINDS or row.object_id not in same]
    return found


def _live(report: DailyReport) -> QuerySet[ReportItem]:
    return ReportItem.objects.filter(removed_at=None, report__edition_id=report.edition_id).select_related(
        "report__organisation"
    )


def _same_texts(report: DailyReport, items: Sequence[ReportItem]) -> dict[str, list[ReportItem]]:
    """Map text → items of the edition with exactly that text; narrowed by 字数 before texts are compared."""
    wanted = [item for item in items if item.word_count >= MIN_WORDS and item.text.strip()]
    if not wanted:
        return {}
    places: dict[str, list[ReportItem]] = {}
    rows = _live(report).filter(
        word_count__in={item.word_count for item in wanted}, text__in={item.text for item in wanted}
    )
    for place in rows:
        places.setdefault(place.text.strip(), []).append(place)
    return places


def _evidence(
    user: Any, likeness: Likeness, place: ReportItem, file: StoredFile | None, own: StoredFile | None
) -> Evidence:
    report = place.report
    if not can_see(user, report.organisation):
        return Evidence(likeness, visible=False, day=report.day)
    return Evidence(
        likeness,
        visible=True,
        day=report.day,
        school=str(report.organisation),
        report_id=report.pk,
        is_draft=report.state == DailyReport.State.DRAFT,
        item=place,
        file=file,
        own=own,
    )
