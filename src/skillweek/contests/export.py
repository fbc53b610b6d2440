"""A call's entries for its organiser: a list in Excel, and the originals as one streamed zip (E11)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from zipstream import ZIP_STORED, ZipStream

from skillweek.contests.models import Call, Entry, EntryFile
from skillweek.core.audit import record
from skillweek.core.tables.writing import LISTS, Book
from skillweek.reports.archive_names import MAX_FOLDER, UniqueNames, safe_name
from skillweek.reports.files import chunks

log = logging.getLogger("skillweek.contests")
_BATCH: Final = 500
LOST_FILE: Final = "缺失文件.txt"


def write_list(call: Call) -> IO[bytes]:
    """Every entry but drafts as a workbook; contacts masked, guardians' names left out. Returns the open file."""
    made = Book(colour=LISTS, constant_memory=True)
    book, head = made.raw, made.head
    sheet = book.add_worksheet(_("作品"))
    titles = [
        _("编号"), _("状态"), _("标题"), _("署名"), _("单位"), _("组别"), _("所在区"), _("未成年人"), _("文字"),
        _("照片"), _("视频"), _("音频"), _("投稿人"), _("提交时间"), _("审核意见"), _("奖项"),
    ]  # fmt: skip
    sheet.set_column(0, len(titles) - 1, 14)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, titles, head)
    zone = ZoneInfo(call.edition.zone)
    rows = call.entries.exclude(state=Entry.State.DRAFT).select_related(
        "participant", "organisation", "award_given__award"
    )
    for line, entry in enumerate(rows.order_by("number", "pk").prefetch_related("files").iterator(_BATCH), start=1):
        sheet.write_row(line, 0, _row(entry, zone))
    return made.close()


def _row(entry: Entry, zone: ZoneInfo) -> list[Any]:
    kinds = [each.kind for each in entry.files.all()]
    given = getattr(entry, "award_given", None)
    return [
        str(entry.number or ""), str(entry.get_state_display()), entry.title, entry.author,
        str(entry.organisation or ""), entry.group, entry.district, _("是") if entry.is_minor else "",
        entry.text[:32_000], *(kinds.count(kind) for kind in EntryFile.Kind.values),
        entry.participant.masked if entry.participant is not None else str(entry.entered_by or ""),
        f"{entry.submitted_at.astimezone(zone):%Y-%m-%d %H:%M}" if entry.submitted_at else "", entry.remark,
        given.award.name if given is not None and given.withdrawn_at is None else "",
    ]  # fmt: skip


@dataclass(frozen=True)
class Planned:
    """One original: where it stands in the zip, its key in storage, its size."""

    name: str
    key: str
    size: int


def plan_originals(call: Call, *, by: Any) -> list[Planned]:
    """What the zip will hold, read once: originals of the approved works, a folder for each, by group."""
    taken: dict[int, UniqueNames] = {}
    rows = EntryFile.objects.filter(entry__call=call, entry__state=Entry.State.APPROVED)
    plan = []
    for each in rows.select_related("file", "entry").order_by("entry__number", "position", "pk").iterator(_BATCH):
        entry = each.entry
        folder = safe_name(f"{entry.number or 0:04d}-{entry.title}-{entry.author}", f"{entry.pk}", MAX_FOLDER)
        parts = [safe_name(entry.group, "group", MAX_FOLDER)] if entry.group else []
        name = taken.setdefault(entry.pk, UniqueNames()).take(safe_name(each.file.name, f"{each.pk}"))
        plan.append(Planned("/".join([*parts, folder, name]), each.file.key, each.file.size))
    record("call.originals", call, actor=by, organisation_id=call.organisation_id, data={"files": len(plan)})
    return plan


def stream_originals(plan: list[Planned]) -> Iterator[bytes]:
    """The zip, without touching the database; what is gone from storage is named in a list at the end."""
    stream = ZipStream(compress_type=ZIP_STORED)
    lost = []
    for each in plan:
        parts = chunks(default_storage, each.key)
        try:
            head = next(parts, b"")
        except (OSError, ClientError):
            log.exception("an original is not in storage: %s", each.key)
            lost.append(each.name)
            continue
        # The size lets zipstream choose ZIP64 for this file; the bytes come chunk by chunk.
        stream.add(chain([head], parts), each.name, size=each.size)
        yield from stream.all_files()
    if lost:
        stream.add("\r\n".join(lost).encode("utf-8-sig"), LOST_FILE)
        yield from stream.all_files()
    yield from stream.footer()
