"""The national catalogue of vocational majors (职业教育专业目录 2021) with what the city changed in it (E3).

``data/majors.csv`` holds code and name: two digits a category (大类), four a class (专业类), six a major. Categories,
classes and the majors of 高职专科 and 高职本科 are complete, with the additions up to 2025; of 中职 it has only those
whose code is certain, the city adds the others by Excel (ADR 0205).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from skillweek.partnerships.models import CityMajor
from skillweek.partnerships.rules.fields import category_of, class_of, level_of

LEVELS: Final[dict[str, Any]] = {
    "secondary": _("中职"),
    "higher": _("高职专科"),
    "bachelor": _("高职本科"),
}


@dataclass(frozen=True)
class Major:
    """One major with its place in the catalogue."""

    code: str
    name: str

    @property
    def level(self) -> str:
        """``secondary``, ``higher`` or ``bachelor``."""
        return level_of(self.code)

    @property
    def level_name(self) -> str:
        """The level in words."""
        return str(LEVELS.get(self.level, ""))

    @property
    def class_name(self) -> str:
        """Its class: 自动化类."""
        return name_of_group(class_of(self.code))

    @property
    def category_name(self) -> str:
        """Its category: 装备制造大类."""
        return name_of_group(category_of(self.code))


@lru_cache(maxsize=1)
def _national() -> dict[str, str]:
    text = files("skillweek.partnerships").joinpath("data/majors.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


def name_of_group(code: str) -> str:
    """The name of a category or class; empty for an unknown one."""
    return _national().get(code, "") if len(code) in (2, 4) else ""


def categories() -> list[tuple[str, str]]:
    """``[("01", "农林牧渔大类"), …]``."""
    return [(code, name) for code, name in _national().items() if len(code) == 2]


def classes() -> list[tuple[str, str]]:
    """``[("0101", "农业类"), …]``."""
    return [(code, name) for code, name in _national().items() if len(code) == 4]


def national_majors() -> dict[str, str]:
    """Code → name of the majors that come with the product."""
    return {code: name for code, name in _national().items() if len(code) == 6}


def all_majors() -> dict[str, Major]:
    """Every major that may be stated now, by code: the national ones with the city's changes. One query."""
    found = national_majors()
    for code, name, is_dropped in CityMajor.objects.values_list("code", "name", "is_dropped"):
        if is_dropped:
            found.pop(code, None)
        else:
            found[code] = name
    return {code: Major(code, name) for code, name in sorted(found.items())}


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Code → name for categories, classes and majors, dropped ones too; unknown codes stay their own name."""
    codes = list(codes)
    known = dict(_national())
    known.update(CityMajor.objects.filter(code__in=codes).values_list("code", "name"))
    return {code: known.get(code, code) for code in codes}


def find(text: str, *, level: str = "", limit: int = 30) -> list[Major]:
    """Majors whose code begins with the text, or whose name, class or category holds every word of it."""
    words = text.replace("\0", "").split()
    if not words:
        return []
    found = []
    for major in all_majors().values():
        if level and major.level != level:
            continue
        whole = f"{major.name} {major.class_name} {major.category_name}"
        if all(major.code.startswith(word) or word in whole for word in words):
            found.append(major)
    found.sort(key=lambda major: (not major.name.startswith(words[0]), words[0] not in major.name, major.code))
    return found[:limit]


def is_known_field(code: str, majors: dict[str, Major]) -> bool:
    """Whether a need may name this category, class or major."""
    return bool(name_of_group(code)) or code in majors
