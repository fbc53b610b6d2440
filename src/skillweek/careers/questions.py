"""The questionnaire: items, types and fields as data, read once (ADR 0213).

The items are our own words after Holland's six types of interest; 大类 are those of the national catalogue of
vocational majors. Nothing here belongs to an edition.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

#: The order in which the six types are named and in which equal scores stand.
TYPES = "RIASEC"


@dataclass(frozen=True)
class Item:
    """One sentence that people like or not."""

    code: str
    type: str
    text: str


@dataclass(frozen=True)
class Field:
    """A 大类 of vocational majors, and words by which activities of it are found."""

    code: str
    name: str
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """One of the six types with its fields."""

    code: str
    name: str
    lead: str
    text: str
    fields: tuple[Field, ...]


@cache
def items() -> tuple[Item, ...]:
    """Every item in the order in which it is asked."""
    return tuple(Item(row["code"], row["type"], row["text"]) for row in _rows("items"))


@cache
def fields() -> dict[str, Field]:
    """code → 大类."""
    return {row["code"]: Field(row["code"], row["name"], tuple(row["keywords"].split())) for row in _rows("fields")}


@cache
def kinds() -> dict[str, Kind]:
    """Letter → type."""
    known = fields()
    return {
        row["code"]: Kind(
            row["code"], row["name"], row["lead"], row["text"], tuple(known[code] for code in row["fields"].split())
        )
        for row in _rows("types")
    }


def _rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("skillweek.careers") / "data" / f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
