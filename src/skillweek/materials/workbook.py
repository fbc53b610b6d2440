"""Read the cells of a stranger's .xlsx in a process of its own, with bounded memory and time (C7).

A workbook of a few kilobytes can ask for gigabytes (one cell in the last corner of a sheet), and an allocation that
fails ends the process: so it must not be ours. Run as ``python -m skillweek.materials.workbook PATH``: rows as JSON on
stdout.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

_MEMORY_BYTES: Final = 768 * 1024 * 1024
_SECONDS: Final = 20
_MAX_SHEETS: Final = 20
_MAX_ROWS: Final = 20_000
_MAX_COLUMNS: Final = 60
_MAX_CELL: Final = 2000
_MAX_TEXT: Final = 5_000_000

Rows = list[list[str]]


def workbook_rows(path: Path) -> Rows:
    """Return the rows of all sheets as text, empty rows left out; none when the file cannot be read within bounds."""
    command = [sys.executable, "-m", __name__, str(path.resolve())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS * 2, check=False)
        rows: Rows = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return []
    return rows


def _read(path: str) -> Rows:
    from python_calamine import load_workbook

    workbook = load_workbook(path)
    rows: Rows = []
    left = _MAX_TEXT
    for name in workbook.sheet_names[:_MAX_SHEETS]:
        for row in workbook.get_sheet_by_name(name).to_python(nrows=_MAX_ROWS):
            cells = [_text(value) for value in row[:_MAX_COLUMNS]]
            left -= sum(map(len, cells))
            if left < 0 or len(rows) >= _MAX_ROWS:
                return rows
            if any(cells):
                rows.append(cells)
    return rows


def _text(value: Any) -> str:
    """A cell as a person sees it: whole numbers without ``.0``, days without midnight."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip().removesuffix(" 00:00:00")[:_MAX_CELL]


def _bound() -> None:
    with suppress(ImportError):  # not on Windows
        import resource

        for limit, value in (
            (resource.RLIMIT_AS, _MEMORY_BYTES),
            (resource.RLIMIT_CPU, _SECONDS),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    _bound()
    json.dump(_read(sys.argv[1]), sys.stdout)
