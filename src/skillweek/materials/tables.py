"""Rows of text out of the small sheets and lists that people put beside their material (C7).

Reads .xlsx, .csv, .txt, .md and .docx within bounds. A file that cannot be read has no rows: a broken list of captions
shows as missing captions.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from .sniff import sniff_path
from .text import ManuscriptError, check_bounds, decode_text, read_manuscript, read_tables
from .workbook import Rows, workbook_rows
from .zipsafe import BROKEN_ZIP

__all__ = ["ENDINGS", "Rows", "cell", "find_columns", "read_rows"]

_MAX_BYTES: Final = 20 * 1024 * 1024
_MAX_ROWS: Final = 20_000
#: Endings of files that may hold such rows.
ENDINGS: Final = (".xlsx", ".csv", ".txt", ".md", ".docx")


def read_rows(path: Path, name: str = "") -> Rows:
    """Return the rows of a sheet, of a docx's tables and then its paragraphs, or of a text's lines.

    Cells are stripped text; a line that is no table row is one cell. ``name`` is the file's real name where ``path``
    is temporary. Raises OSError when the file cannot be opened.
    """
    name = (name or path.name).lower()
    if path.stat().st_size > _MAX_BYTES:
        return []
    kind = sniff_path(path)
    try:
        if kind == "xlsx":
            return _sheet(path)
        if kind == "docx":
            return _docx(path)
        if kind == "txt":
            text = decode_text(path.read_bytes())
            if name.endswith(".csv"):
                return _clean(csv.reader(text.splitlines()))
            return _clean(line.split("\t") for line in text.splitlines())
    except (ManuscriptError, csv.Error, *BROKEN_ZIP):
        return []
    return []


def _sheet(path: Path) -> Rows:
    with zipfile.ZipFile(path) as archive:
        check_bounds(archive)
    return workbook_rows(path)


def _docx(path: Path) -> Rows:
    tables, text = read_tables(path), read_manuscript(path)
    in_tables = {cell for row in tables for cell in row}
    lines = [[part for part in line.split("\t") if part] for line in text.split("\n") if line.strip() not in in_tables]
    return _clean([*tables, *lines])


def _clean(rows: Iterable[Iterable[str]]) -> Rows:
    cleaned: Rows = []
    for row in rows:
        cells = [value.strip() for value in row]
        if any(cells):
            cleaned.append(cells)
        if len(cleaned) >= _MAX_ROWS:
            break
    return cleaned


def find_columns(rows: Rows, wanted: dict[str, tuple[str, ...]]) -> tuple[int, dict[str, int]]:
    """Find the header row: return (index of the first row below it, key → column).

    ``wanted`` maps a key to words, one of which the header cell contains; keys and words come in order of preference.
    The header is the first of the first ten rows in which at least two keys are found; without one the result is
    ``(0, {})``.
    """
    for index, row in enumerate(rows[:10]):
        columns: dict[str, int] = {}
        for key, words in wanted.items():
            free = {number: row[number] for number in range(len(row)) if number not in columns.values()}
            column = _column(free, words)
            if column is not None:
                columns[key] = column
        if len(columns) >= 2:
            return index + 1, columns
    return 0, {}


def _column(headers: dict[int, str], words: tuple[str, ...]) -> int | None:
    """Return the column whose header is the first of ``words`` that is found, or else holds it, or None."""
    for word in words:
        exact = [number for number, header in headers.items() if header.lower() == word]
        loose = [number for number, header in headers.items() if len(header) <= 12 and word in header.lower()]
        if exact or loose:
            return (exact or loose)[0]
    return None


def cell(row: list[str], column: int | None) -> str:
    """Return a row's cell, ``""`` where the row is short or the column unknown."""
    return row[column] if column is not None and column < len(row) else ""
