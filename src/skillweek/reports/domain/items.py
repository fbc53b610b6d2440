"""Material in a report: adding, attaching files, removing, bringing back, ordering (C1–C5, C6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, TooMuch
from skillweek.reports.domain.filing import must_be_editable
from skillweek.reports.domain.review import locked
from skillweek.reports.findings import refresh_findings
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.uploads.domain import release_file, retain_file
from skillweek.uploads.models import StoredFile

_K = ReportItem.Kind
#: More material than this in one day's report is a mistake.
MAX_ITEMS = 400
#: A removed item can be brought back so long.
UNDO_DAYS = 3


@transaction.atomic
def add_item(
    report: DailyReport,
    *,
    by: Any,
    kind: str,
    client_id: UUID,
    file: StoredFile | None = None,
    photo_file: StoredFile | None = None,
    **fields: Any,
) -> ReportItem:
    """Add one piece of material and return it; the same ``client_id`` again returns the one that is there.

    ``fields`` are the model's own (title, text, caption, source, outlet, level, published_on, link), already clean.
    Files must be the school's own; another file for a ``client_id`` that is taken is let go of. Raises Conflict or
    NotAllowed when the report cannot be changed, TooMuch beyond ``MAX_ITEMS``.
    """
    fresh = locked(report.pk)
    must_be_editable(by, fresh)
    item, created = insert_item(fresh, kind=kind, client_id=client_id, file=file, photo_file=photo_file, **fields)
    if not created and file is not None and file.pk != item.file_id:
        release_file(file, actor=by)
    if created:
        _changed(fresh)
        audit.record(
            "report.item_add", fresh, actor=by, organisation_id=fresh.organisation_id,
            data={"item": item.pk, "kind": kind, "file": str(file.pk) if file else ""},
        )  # fmt: skip
    return item


def insert_item(report: DailyReport, *, kind: str, client_id: UUID, **fields: Any) -> tuple[ReportItem, bool]:
    """Insert into a report that is locked and editable; returns (item, whether it is new)."""
    known = report.items.filter(client_id=client_id).first()
    if known is not None:
        return known, False
    if report.items.filter(removed_at=None).count() >= MAX_ITEMS:
        raise TooMuch(
            _("一份报告最多 %(count)s 项材料，请先移除不需要的。") % {"count": MAX_ITEMS}, code="too_many_items"
        )
    last = report.items.filter(kind=kind).aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    return ReportItem.objects.create(report=report, kind=kind, client_id=client_id, position=position, **fields), True


@transaction.atomic
def attach_file(report: DailyReport, *, by: Any, item_id: UUID, file: StoredFile, slot: str, kind: str) -> ReportItem:
    """Put ``file`` into ``slot`` (``file`` or ``photo_file``) of the item, made with ``kind`` if there is none yet.

    A file that stood there is let go of. Raises Conflict when the item was removed or is of another kind.
    """
    fresh = locked(report.pk)
    must_be_editable(by, fresh)
    item, _created = insert_item(fresh, kind=kind, client_id=item_id)
    if item.removed_at is not None or item.kind != kind:
        raise Conflict(_("这一项已被移除。请先恢复它，再添加文件。"), code="item_removed")
    before: StoredFile | None = getattr(item, slot)
    if before is not None and before.pk == file.pk:
        return item
    setattr(item, slot, file)
    item.save()
    if before is not None:
        release_file(before, actor=by)
    _changed(fresh)
    data = {"item": item.pk, "slot": slot, "file": str(file.pk), "before": str(before.pk) if before else ""}
    audit.record("report.item_file", fresh, actor=by, organisation_id=fresh.organisation_id, data=data)
    return item


@transaction.atomic
def detach_file(report: DailyReport, *, by: Any, item_id: UUID, slot: str) -> ReportItem:
    """Empty a slot of a media coverage. Photos and videos are removed as items instead (raises DomainError)."""
    fresh = locked(report.pk)
    must_be_editable(by, fresh)
    item = live_item(fresh, item_id)
    if item.kind != _K.COVERAGE or slot not in ("file", "photo_file"):
        raise DomainError(_("请移除整项材料。"))
    before: StoredFile | None = getattr(item, slot)
    if before is not None:
        setattr(item, slot, None)
        item.save()
        release_file(before, actor=by)
        _changed(fresh)
    return item


def live_item(report: DailyReport, item_id: UUID) -> ReportItem:
    """The report's item that is not removed. Raises Conflict ``item_removed``."""
    item = report.items.filter(client_id=item_id, removed_at=None).select_related("file", "photo_file").first()
    if item is None:
        raise Conflict(_("这一项已被同事移除。"), code="item_removed")
    return item


def remove_locked(report: DailyReport, item: ReportItem, by: Any) -> None:
    """Take an item out of a locked, editable report; it can be brought back for ``UNDO_DAYS`` days."""
    if item.removed_at is None:
        item.removed_at = now()
        item.save(update_fields=["removed_at", "updated_at"])
        for file in _files(item):
            release_file(file, actor=by)
        audit.record(
            "report.item_remove", report, actor=by, organisation_id=report.organisation_id,
            data={"item": item.pk, "label": str(item)},
        )  # fmt: skip


def restore_locked(report: DailyReport, item: ReportItem, by: Any) -> None:
    """Bring a removed item back into a locked, editable report."""
    if item.removed_at is not None:
        item.removed_at = None
        item.save(update_fields=["removed_at", "updated_at"])
        for file in _files(item):
            retain_file(file, actor=by)
        audit.record(
            "report.item_restore", report, actor=by, organisation_id=report.organisation_id,
            data={"item": item.pk, "label": str(item)},
        )  # fmt: skip


@transaction.atomic
def purge_removed_items() -> int:
    """Forget items removed longer ago than ``UNDO_DAYS``, so that their files can be erased; return how many."""
    due = (
        ReportItem.objects.filter(removed_at__lt=now() - timedelta(days=UNDO_DAYS))
        .select_related("file", "photo_file")
        # Nobody brings one back while it is being forgotten.
        .select_for_update(of=("self",))
    )
    count = 0
    for item in due[:1000]:
        files = _files(item)
        # What was said about it stays with the report, as settled.
        item.comments.filter(resolved_at=None).update(resolved_at=now())
        item.comments.update(item=None)
        item.delete()
        for file in files:
            release_file(file)
        count += 1
    return count


def _changed(report: DailyReport) -> None:
    refresh_findings(report)
    report.version += 1
    report.save(update_fields=["version", "updated_at"])


def _files(item: ReportItem) -> list[StoredFile]:
    return [file for file in (item.file, item.photo_file) if file is not None]
