"""Every row of the mission has a test that carries its id."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

#: Every row of the mission.
ROWS = [
    *(f"A{number}" for number in range(1, 9)),
    *(f"B{number}" for number in range(1, 14)),
    *(f"C{number}" for number in range(1, 15)),
    *(f"D{number}" for number in range(1, 7)),
    *(f"E{number}" for number in range(1, 12)),
]
_MARK = re.compile(r"requirement\(\s*\"([A-Z]\d+)\"")
_FOUND = {
    row
    for path in Path(__file__).parent.rglob("test_*.py")
    if path != Path(__file__)
    for row in _MARK.findall(path.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("row", ROWS)
def test_row_has_a_test(row: str) -> None:
    assert row in _FOUND
