"""What the files of a package become in a report: kinds, fields, files, and what finds no place, with the reason (C7).

Only reads the package. ``importing`` adds what comes out of here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.materials.coverage_files import CoverageItem
from skillweek.materials.findings import Kind
from skillweek.materials.package import Item, Package, PackageError
from skillweek.materials.text import ManuscriptError, read_manuscript
from skillweek.reports.archive_entries import CASES_FOLDER
from skillweek.reports.archive_index import INDEX_FILE
from skillweek.reports.domain.values import FIELDS, LENGTHS, clean_text, put_value
from skillweek.reports.models import ReportItem
from skillweek.uploads.models import StoredFile

_K, _F = ReportItem.Kind, StoredFile.Kind
_KINDS: Final = {
    Kind.MANUSCRIPT: (_K.MANUSCRIPT, _F.MANUSCRIPT),
    Kind.PHOTO: (_K.PHOTO, _F.PHOTO),
    Kind.VIDEO: (_K.VIDEO, _F.VIDEO),
}
#: 典型案例, also when the school numbered it.
_CASES = re.compile(rf"^[\d\s.、_-]*{CASES_FOLDER}$")
_ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_PLAIN_TEXT: Final = (".txt", ".md")
_ARCHIVES: Final = (".zip", ".rar", ".7z", ".tar", ".gz")
_SHEETS: Final = (".xls", ".xlsx", ".et", ".csv", ".ppt", ".pptx", ".dps")


@dataclass
class Part:
    """One file of the package that a report can hold. ``bytes`` is 0 where the package does not say."""

    path: str
    kind: str
    bytes: int = 0

    @property
    def name(self) -> str:
        """The file's own name."""
        return PurePosixPath(self.path).name


@dataclass
class Piece:
    """One future item of the report. ``left`` are files that belong to it and find no place: (path, reason)."""

    path: str
    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
    file: Part | None = None
    photo: Part | None = None
    texts: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    #: What could not be taken as it was written, for the person.
    remarks: list[str] = field(default_factory=list)


@dataclass
class NotTaken:
    """One file that is no material for this report; ``used`` when it is needed no more rather than left out."""

    path: str
    reason: str
    used: bool = False


def pieces_of(package: Package, edition: Edition, day: date) -> Iterator[Piece | NotTaken]:
    """Yield what becomes of every item of the package, in the order in which people number files."""
    for item in sorted(package.items, key=lambda item: _natural(item.path)):
        other_day = _other_day(item.path, edition, day)
        if other_day is not None:
            text = _("这是%(day)s的材料，请在那一天的报告里导入。")
            yield NotTaken(item.path, text % {"day": date_format(other_day, "MONTH_DAY_FORMAT")})
        elif item.coverage is not None:
            yield from _coverage(item.path, item.coverage)
        elif item.kind in _KINDS:
            yield _single(item)
        else:
            yield _nothing(item)


def typed_text(path: Path, name: str) -> str:
    """The text of a plain text file, to be edited in the form; ``""`` when it had better stay a file."""
    if not name.lower().endswith(_PLAIN_TEXT):
        return ""
    try:
        text = clean_text(read_manuscript(path, name)).strip("\n")
    except (ManuscriptError, OSError):
        return ""
    return text if text.strip() and len(text) <= LENGTHS["text"] else ""


def read_coverage_text(piece: Piece, package: Package) -> None:
    """Put the first readable text of a coverage into ``piece``; the others are left."""
    for path in piece.texts:
        if piece.fields.get("text"):
            piece.left.append((path, _("一篇报道只放一份文稿，已采用另一份。")))
            continue
        try:
            text = read_manuscript(package.local_path(path), PurePosixPath(path).name)
        except ManuscriptError as error:
            piece.left.append((path, _("文稿读不出来：%(why)s。请复制文字粘贴到报道里。") % {"why": error.reason}))
        except PackageError as error:
            piece.left.append((path, _("没有打开：%(why)s。") % {"why": error.reason}))
        else:
            put_cleaned(piece, {"text": text})
        finally:
            package.release(path)


def put_cleaned(piece: Piece, values: dict[str, str]) -> None:
    """Put texts into the piece's fields as the form would; what is too long is cut, what is wrong is left out."""
    probe = ReportItem(kind=piece.kind)
    for name, value in values.items():
        value = clean_text(value).strip()
        if not value or name not in FIELDS[piece.kind]:
            continue
        try:
            put_value(probe, name, value)
        except DomainError as error:
            label = ReportItem._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            piece.remarks.append(f"{label}：{error.message}")
            if name == "link":
                continue
            put_value(probe, name, value[: LENGTHS[name]])
        piece.fields[name] = getattr(probe, name)


def _single(item: Item) -> Piece:
    kind, file_kind = _KINDS[item.kind]
    if kind == _K.MANUSCRIPT and any(_CASES.match(part) for part in PurePosixPath(item.path).parts[:-1]):
        kind = _K.CASE
    piece = Piece(item.path, kind, file=Part(item.path, file_kind, item.bytes))
    put_cleaned(piece, {"caption": item.caption, "source": item.source})
    return piece


def _coverage(path: str, said: CoverageItem) -> Iterator[Piece | NotTaken]:
    strange = _("不是报道的扫描件、照片或文稿（PDF、图片、docx、txt），没有导入。")
    if not said.files and said.others:
        yield from (NotTaken(other, strange) for other in said.others)
        return
    piece = Piece(path, _K.COVERAGE, texts=said.texts)
    scans, photos = ([Part(one, _F.COVERAGE) for one in paths] for paths in (said.scans, said.photos))
    piece.file = scans[0] if scans else None
    piece.photo = photos[0] if photos else None
    piece.left += [(part.path, _("一篇报道只放一份扫描件，已采用第一份。")) for part in scans[1:]]
    piece.left += [(part.path, _("一篇报道只放一张照片，已采用第一张。")) for part in photos[1:]]
    piece.left += [(other, strange) for other in said.others]
    put_cleaned(piece, {"outlet": said.outlet, "title": said.title, "link": said.link})
    if said.level is not None:
        piece.fields["level"] = said.level.value
    if said.published_on is not None:
        piece.fields["published_on"] = said.published_on
    yield piece


def _nothing(item: Item) -> NotTaken:
    name = item.name.lower()
    if item.name == INDEX_FILE:
        return NotTaken(item.path, _("归档的索引，不需要导入。"), used=True)
    if name.endswith(_ARCHIVES):
        return NotTaken(item.path, _("压缩包里的压缩包没有打开。请先解压，把里面的文件放进文件夹再导入。"))
    if name.endswith(_SHEETS):
        return NotTaken(item.path, _("表格和幻灯片不是一日一报的材料，没有导入。"))
    return NotTaken(item.path, _("不是可以报送的材料（文稿、照片、视频、媒体报道），没有导入。"))


def _other_day(path: str, edition: Edition, day: date) -> date | None:
    """The day of the week that a folder named like 2023-05-15 belongs to, when it is another than ``day``."""
    named = [part for part in PurePosixPath(path).parts[:-1] if _ISO_DAY.match(part)]
    return next((other for other in edition.days if other != day and other.isoformat() in named), None)


def _natural(path: str) -> list[tuple[int, int, str]]:
    """So that 2.jpg stands before 10.jpg."""
    parts = re.split(r"(\d+)", path)
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts]
