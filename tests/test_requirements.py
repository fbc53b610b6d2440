"""Every row of the mission that is built has a test that carries its id."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

#: The rows of what is built so far (see CHANGELOG.md).
ROWS = [
    *("A1", "A2", "A3", "A4", "A5", "A6", "A7"),
    *("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B12", "B13"),
    *("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "C11", "C12", "C13", "C14", "D1", "D2", "D6"),
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
