"""Turn a workbook into plain text cells, in a process of its own with bounded memory and time.

A workbook of a few kilobytes can ask for gigabytes (one cell in the last corner of a sheet, a zip bomb). This module
is run as ``python -m skillweek.core.tables.sheets``: bytes on stdin, JSON on stdout. It imports no Django.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any, Final

_MEMORY_BYTES: Final = 768 * 1024 * 1024
_CPU_SECONDS: Final = 20
#: What one sheet may hold; rows beyond are counted, not read.
_MAX_ROWS: Final = 5000
_MAX_COLUMNS: Final = 60
_MAX_SHEETS: Final = 20
#: Characters of all cells together: what the asking process must hold.
_MAX_TEXT: Final = 20_000_000


def text_of(value: Any, limit: int = 500) -> str:
    """A cell as the text a person sees, at most ``limit`` characters: whole numbers without ``.0`` or ``e+10``."""
    if value is None or isinstance(value, bool):
        return "" if value is None else ("是" if value else "否")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime | date | time | timedelta):
        return str(value)
    return str(value)[:limit]


def read_workbook(content: bytes, limit: int = 500) -> list[list[list[str]]]:
    """Return the sheets' rows of cells, empty rows kept so that row numbers stay those of the file."""
    import io

    from python_calamine import load_workbook

    workbook = load_workbook(io.BytesIO(content))
    sheets = []
    total = 0
    for name in workbook.sheet_names[:_MAX_SHEETS]:
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=_MAX_ROWS)
        sheets.append([[text_of(value, limit) for value in row[:_MAX_COLUMNS]] for row in rows])
        total += sum(len(cell) for row in sheets[-1] for cell in row)
        if total > _MAX_TEXT:
            raise ValueError("more text than a table of ours ever has")
    return sheets


def _bound() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Read stdin, write ``{"sheets": …}`` or ``{"error": …}``; the argument is how much of a cell is kept."""
    _bound()
    try:
        limit = int(sys.argv[1]) if len(sys.argv) > 1 else 500
        answer: dict[str, Any] = {"sheets": read_workbook(sys.stdin.buffer.read(), limit)}
    except Exception as error:  # whatever a hostile file provokes is one answer: it cannot be read
        answer = {"error": f"{type(error).__name__}"}
    json.dump(answer, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
