"""Uploads that belong to a report: which are let in, and what they become (C6)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillweek.core.errors import DomainError, TooMuch
from skillweek.materials.captions import caption_from_name
from skillweek.reports.domain.filing import must_be_editable, must_be_fileable, open_report
from skillweek.reports.domain.importing import begin_import
from skillweek.reports.domain.items import MAX_ITEMS, add_item, attach_file
from skillweek.reports.domain.review import locked
from skillweek.reports.findings import refresh_findings
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.reports.texts import TEXT
from skillweek.uploads.models import StoredFile, Upload

_K, _F = ReportItem.Kind, StoredFile.Kind

#: section of the form → (kind of file, kind of item, the item's slot). No item kind: a package (C7).
SECTIONS: Final[dict[str, tuple[str, str, str]]] = {
    "photo": (_F.PHOTO, _K.PHOTO, "file"),
    "video": (_F.VIDEO, _K.VIDEO, "file"),
    "manuscript": (_F.MANUSCRIPT, _K.MANUSCRIPT, "file"),
    "case": (_F.MANUSCRIPT, _K.CASE, "file"),
    "coverage_scan": (_F.COVERAGE, _K.COVERAGE, "file"),
    "coverage_photo": (_F.COVERAGE, _K.COVERAGE, "photo_file"),
    "package": (_F.OTHER, "", ""),
}


class Purpose(BaseModel):
    """What the form says an upload is for. ``item`` names the coverage that it belongs to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: date
    section: Literal["photo", "video", "manuscript", "case", "coverage_scan", "coverage_photo", "package"]
    client_id: UUID
    item: UUID | None = None
    caption: Annotated[str, Field(max_length=500)] = ""


def _purpose(data: dict[str, Any]) -> Purpose | None:
    """The purpose, or None when it is not a report's. Raises DomainError for a malformed one of ours."""
    if "day" not in data:
        return None
    try:
        purpose = Purpose.model_validate(data)
    except ValidationError as error:
        raise DomainError(_("不知道这个文件用在哪里。请刷新页面后再试。"), field="purpose") from error
    if purpose.section.startswith("coverage_") and purpose.item is None:
        raise DomainError(_("不知道这个文件属于哪一篇报道。请刷新页面后再试。"), field="purpose")
    return purpose


def may_upload(*, user: Any, edition: Any, organisation: Any, kind: str, purpose: dict[str, Any], **_more: Any) -> bool:
    """Receiver of ``upload_requested``: True for a file that this person may add to this day's report now."""
    if (wanted := _purpose(purpose)) is None:
        return False
    if SECTIONS[wanted.section][0] != kind:
        raise DomainError(_("文件的种类与所在的栏目不符。请刷新页面后再试。"), field="kind")
    must_be_fileable(user, organisation, edition, wanted.day)
    report = DailyReport.objects.filter(edition=edition, organisation=organisation, day=wanted.day).first()
    if report is not None:
        must_be_editable(user, report)
        if report.items.filter(removed_at=None).count() >= MAX_ITEMS:
            text = _("一份报告最多 %(count)s 项材料，请先移除不需要的。") % {"count": MAX_ITEMS}
            raise TooMuch(text, code="too_many_items")
    return True


def take_file(*, upload: Upload, file: StoredFile, **_more: Any) -> None:
    """Receiver of ``upload_completed``: the file becomes an item, or a coverage's scan or photo, or a package."""
    if (wanted := _purpose(upload.purpose)) is None or upload.user is None:
        return
    report = open_report(upload.user, upload.organisation, upload.edition, wanted.day)
    _file_kind, kind, slot = SECTIONS[wanted.section]
    if not kind:
        must_be_editable(upload.user, report)
        begin_import(report, file, by=upload.user)
    elif wanted.item is not None:
        attach_file(report, by=upload.user, item_id=wanted.item, file=file, slot=slot, kind=kind)
    else:
        caption = wanted.caption or caption_from_name(file.name) if kind in (_K.PHOTO, _K.VIDEO) else ""
        add_item(report, by=upload.user, kind=kind, client_id=wanted.client_id, file=file, caption=caption)


def _undecided(file: StoredFile) -> list[int]:
    holds = Q(items__file=file) | Q(items__photo_file=file)
    undecided = DailyReport.objects.filter(holds).exclude(state=DailyReport.State.ACCEPTED)
    return list(undecided.order_by("pk").values_list("pk", flat=True).distinct())


def lock_reports(*, file: StoredFile, **_more: Any) -> None:
    """Receiver of ``file_checking``: the report before its file, as everywhere; the other way round people who remove
    a photo and the end of its check would wait for each other.
    """
    for pk in _undecided(file):
        locked(pk)


@transaction.atomic
def judge_again(*, file: StoredFile, **_more: Any) -> None:
    """Receiver of ``file_checked``: the findings on reports that hold the file follow; accepted ones stay."""
    for pk in _undecided(file):
        refresh_findings(locked(pk))


def holds_file(*, file: StoredFile, **_more: Any) -> bool:
    """Receiver of ``file_releasing``: True while an item that is not removed shows the file."""
    return ReportItem.objects.filter(Q(file=file) | Q(photo_file=file), removed_at=None).exists()


def likeness_changed(*, texts: set[tuple[str, int]], **_more: Any) -> None:
    """Receiver of ``texts_counted``: the findings on reports that hold these texts follow; accepted ones stay (C14)."""
    ids = [object_id for kind, object_id in texts if kind == TEXT]
    undecided = DailyReport.objects.filter(items__in=ids).exclude(state=DailyReport.State.ACCEPTED)
    for pk in undecided.order_by("pk").values_list("pk", flat=True).distinct():
        with transaction.atomic():
            refresh_findings(locked(pk), compare=False)
