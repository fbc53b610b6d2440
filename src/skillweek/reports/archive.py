"""A day's or a week's material as one zip, streamed from storage with flat memory (C13).

First the database is read once, row by row, into a plan on disk and the index beside it; then the plan is
streamed without touching the database. So the index matches the archive, a slow download holds no
transaction, and stopping the download stops the work.
"""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError
from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from zipstream import ZIP_STORED, ZipStream

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.reports.archive_entries import FOLDERS, TEXT_ENCODING, Entry, entries_of
from skillweek.reports.archive_index import INDEX_FILE, IndexWriter, small_sheet
from skillweek.reports.archive_names import MAX_FOLDER, UniqueNames, safe_name
from skillweek.reports.files import chunks, is_missing
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.reports.queries.states import HANDED_IN

#: Reports read at a time.
_BATCH = 100
#: Lists beside a folder are small; this is what one takes, for the size shown before the download.
_SHEET_BYTES = 6_000
_NO_DISTRICT = "市直属"
#: Names what was planned and had gone from storage when its turn came.
LOST_FILE = "缺失文件.txt"
_LOST_WORDS = "以下文件在存储中已找不到，没有放进压缩包，请联系运维人员："
log = logging.getLogger("skillweek.reports")


@dataclass(frozen=True)
class ArchiveSize:
    """What an archive will hold, counted by the database."""

    reports: int
    files: int
    bytes: int


def archive_reports(
    reports: QuerySet[DailyReport], edition: Edition, days: list[date], *, accepted_only: bool
) -> QuerySet[DailyReport]:
    """Those of ``reports`` that go into the archive of ``days``, by day and then in the tree's order."""
    states = [DailyReport.State.ACCEPTED] if accepted_only else HANDED_IN
    return reports.filter(edition=edition, day__in=days, state__in=states).order_by("day", "organisation__path", "pk")


def archive_size(reports: QuerySet[DailyReport]) -> ArchiveSize:
    """How large the archive of ``reports`` becomes, nearly; two queries."""
    counted = ReportItem.objects.filter(removed_at=None, report__in=reports.order_by().values("pk")).aggregate(
        main=Count("file"), photo=Count("photo_file"), typed=Count("pk", filter=Q(file=None) & ~Q(text="")),
        main_bytes=Sum("file__size"), photo_bytes=Sum("photo_file__size"),
    )  # fmt: skip
    number = reports.count()
    size = (counted["main_bytes"] or 0) + (counted["photo_bytes"] or 0) + number * _SHEET_BYTES * 2
    return ArchiveSize(number, counted["main"] + counted["photo"] + counted["typed"], size if number else 0)


class ArchiveStream:
    """An iterable of zip bytes. ``close`` (also called when the client goes away) removes the plan."""

    def __init__(self, folder: Path, files: int, size: int) -> None:
        self._folder = folder
        self.files = files
        #: Bytes of the material, without the zip's own.
        self.size = size

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._zip()
        finally:
            self.close()

    def close(self) -> None:
        """Forget the plan. Safe to call twice."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _zip(self) -> Iterator[bytes]:
        stream = ZipStream(compress_type=ZIP_STORED)
        stream.add_path(str(self._folder / INDEX_FILE), INDEX_FILE)
        yield from stream.all_files()
        lost = []
        with (self._folder / "plan.jsonl").open(encoding="utf-8") as plan:
            for line in plan:
                entry = Entry(**json.loads(line))
                parts = _started(entry)
                if parts is None:
                    lost.append(entry.path)
                    continue
                # The size lets zipstream choose ZIP64 for this file; the bytes come chunk by chunk. Lists are small.
                stream.add(parts, entry.path, size=None if entry.sheet else entry.size)
                yield from stream.all_files()
        if lost:
            stream.add("\r\n".join([_LOST_WORDS, *lost]).encode(TEXT_ENCODING), LOST_FILE)
            yield from stream.all_files()
        yield from stream.footer()


def _started(entry: Entry) -> Iterator[bytes] | None:
    """The entry's bytes with the first chunk already read; None when it is no longer in storage.

    One lost file must not cost the download of the thousand others.
    """
    parts = _bytes_of(entry)
    try:
        head = next(parts, b"")
    except (OSError, ClientError):
        log.exception("archive: %s is not in storage", entry.key)
        return None
    return chain([head], parts)


def _bytes_of(entry: Entry) -> Iterator[bytes]:
    if entry.key:
        yield from chunks(default_storage, entry.key)
    elif entry.text is not None:
        yield entry.text.encode(TEXT_ENCODING)
    else:
        yield small_sheet(entry.sheet[0], entry.sheet[1:])


def open_archive(reports: QuerySet[DailyReport], edition: Edition, *, by: User, what: dict[str, Any]) -> ArchiveStream:
    """Write the plan and the index of ``reports``, record who takes the archive, and return its stream.

    ``what`` is JSON for the audit trail: the days, the filter, whether accepted ones only. The caller iterates
    the stream or closes it.
    """
    sweep_archives()
    spool = Path(settings.SPOOL_ROOT)
    spool.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="archive-", dir=spool))
    try:
        files, size = _write_plan(folder, reports, edition)
        audit.record("archive.download", edition, actor=by, data={**what, "files": files, "bytes": size})
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return ArchiveStream(folder, files, size)


def _write_plan(folder: Path, reports: QuerySet[DailyReport], edition: Edition) -> tuple[int, int]:
    live = (
        ReportItem.objects.filter(removed_at=None)
        .select_related("file", "photo_file")
        .order_by("report_id", "kind", "position", "pk")
    )
    rows = reports.select_related("organisation", "decided_by").prefetch_related(
        Prefetch("items", queryset=live, to_attr="live_items")
    )
    files = size = 0
    folders = _SchoolFolders()
    index = IndexWriter(folder / INDEX_FILE)
    try:
        with (folder / "plan.jsonl").open("w", encoding="utf-8") as plan:
            for report in rows.iterator(chunk_size=_BATCH):
                items: list[ReportItem] = report.live_items
                prefix = folders.of(report)
                who, state, decision = _report_columns(report, edition.zone)
                for entry in entries_of(items):
                    entry.path = f"{prefix}/{entry.path}"
                    if entry.key and not entry.left_out and is_missing(default_storage, entry.key):
                        entry.left_out = "文件缺失，请联系运维人员"
                    if entry.item >= 0:
                        what, found = _item_columns(report, items[entry.item], entry)
                        index.add([*who, *what, *state, *found, *decision])
                    if not entry.left_out:
                        plan.write(json.dumps(entry.as_dict(), ensure_ascii=False) + "\n")
                        files += 1
                        size += entry.size
    finally:
        index.close()
    return files, size


class _SchoolFolders:
    """day/district/school, the same folder name for a school on every day, never shared by two schools."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._districts: dict[str, UniqueNames] = {}

    def of(self, report: DailyReport) -> str:
        school = report.organisation
        if school.pk not in self._names:
            district = safe_name(school.district, _NO_DISTRICT, MAX_FOLDER)
            taken = self._districts.setdefault(district, UniqueNames())
            self._names[school.pk] = f"{district}/{taken.take(safe_name(school.name, school.code, MAX_FOLDER))}"
        return f"{report.day.isoformat()}/{self._names[school.pk]}"


def _report_columns(report: DailyReport, zone: str) -> tuple[list[Any], list[Any], list[Any]]:
    """What every row of one report shares: (school and day, state and lateness, who decided and when)."""
    school = report.organisation
    decided = report.decided_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") if report.decided_at else ""
    return (
        [
            school.name,
            school.code,
            school.district,
            school.get_line_display() if school.line else "",
            school.get_school_type_display() if school.school_type else "",
            report.day.isoformat(),
        ],
        [report.get_state_display(), "是" if report.is_late else ""],
        [str(report.decided_by) if report.decided_by else "", decided],
    )


def _item_columns(report: DailyReport, item: ReportItem, entry: Entry) -> tuple[list[Any], list[Any]]:
    """What a row says of its own file: (what and where, highlight and findings)."""
    found = "；".join(finding["message"] for finding in item.findings if finding.get("severity") != "advice")
    return (
        [
            FOLDERS[item.kind],
            f"（{entry.left_out}）" if entry.left_out else entry.path,
            item.caption or item.title,
            entry.size,
            entry.sha256,
        ],
        ["是" if item.is_highlight or report.is_highlight else "", found],
    )


def sweep_archives(hours: int = 48) -> int:
    """Remove this machine's plans that a killed server left behind, older than ``hours``; returns how many."""
    swept = 0
    for folder in Path(settings.SPOOL_ROOT).glob("archive-*"):
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime < now().timestamp() - hours * 3600:
                shutil.rmtree(folder, ignore_errors=True)
                swept += 1
    return swept
