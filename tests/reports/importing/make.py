"""Real packages, handed in as the form hands them in."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import xlsxwriter
from django.conf import settings

from skillweek.organisations.models import User
from skillweek.reports.domain.importing import begin_import, run_import
from skillweek.reports.models import DailyReport, PackageImport
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.models import StoredFile
from tests.materials.make import plain_jpeg, plain_mp4


def photo(number: int = 0) -> bytes:
    """A small real JPEG; another number, other bytes."""
    return plain_jpeg(200 + number, 120)


def video() -> bytes:
    """A small real mp4."""
    return plain_mp4()


def manuscript(text: str) -> bytes:
    """A docx with this text."""
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def sheet(*rows: list[str]) -> bytes:
    """An xlsx of text rows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                page.write_string(number, column, text)
    return out.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of files by path, the same bytes every time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2031, 3, 3, 8, 0, 0)), data)
    return out.getvalue()


def upload(report: DailyReport, by: User | None, data: bytes, name: str = "材料.zip") -> StoredFile:
    """The package in storage, as an upload leaves it."""
    folder = Path(settings.SPOOL_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "package"
    path.write_bytes(data)
    where: dict[str, Any] = {"edition": report.edition, "organisation": report.organisation}
    return store_local_file(path, user=by, kind=StoredFile.Kind.OTHER, name=name, **where)


def hand_in(report: DailyReport, by: User, data: bytes | dict[str, bytes], name: str = "材料.zip") -> PackageImport:
    """Hand a package in without taking it apart yet."""
    content = zipped(data) if isinstance(data, dict) else data
    return begin_import(report, upload(report, by, content, name), by=by)


def take(report: DailyReport, by: User, data: bytes | dict[str, bytes], name: str = "材料.zip") -> PackageImport:
    """Hand a package in, take it apart, and return the import as it ended."""
    package = hand_in(report, by, data, name)
    run_import(package.pk)
    package.refresh_from_db()
    return package


def outcomes(package: PackageImport) -> dict[str, str]:
    """path → outcome."""
    return {row["path"]: row["outcome"] for row in package.outcome}
