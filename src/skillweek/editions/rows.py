"""Rows of the document's lists: find, put, move, take out. Plain data in, plain data out."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from skillweek.editions.describe import value_at
from skillweek.editions.describe_lists import LIST_SPECS

Row = dict[str, Any]


def rows_of(document: Mapping[str, Any], name: str) -> list[Row]:
    """The rows of the list, in order."""
    return [dict(row) for row in value_at(document, LIST_SPECS[name].path) or []]


def with_rows(document: Mapping[str, Any], name: str, rows: list[Row]) -> dict[str, Any]:
    """The change of the document that puts ``rows`` into the list, for ``change_document``."""
    first, *rest = LIST_SPECS[name].path
    if not rest:
        return {first: rows}
    part = copy.deepcopy(document[first])
    part[rest[0]] = rows
    return {first: part}


def put_row(rows: list[Row], row: Row, place: int) -> list[Row]:
    """The rows with ``row`` at ``place``, from 0; an earlier row with its code goes."""
    others = [one for one in rows if one["code"] != row["code"]]
    return [*others[:place], row, *others[place:]]


def moved(rows: list[Row], code: str, steps: int) -> list[Row]:
    """The rows with one of them ``steps`` further down, or up when negative; at the ends it stays."""
    codes = [row["code"] for row in rows]
    if code not in codes:
        return rows
    here = codes.index(code)
    return put_row(rows, rows[here], max(0, min(len(rows) - 1, here + steps)))


def without(rows: list[Row], code: str) -> list[Row]:
    """The rows without that one."""
    return [row for row in rows if row["code"] != code]


def free_code(name: str, rows: list[Row]) -> str:
    """A code that no row of the list has: ``topics-6``."""
    taken = {row["code"] for row in rows}
    number = len(rows) + 1
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"
