"""The audience picker: what the issuer may choose from, what is chosen, and how many units that reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skillweek.notices.audience import CONDITIONS, area_of
from skillweek.organisations.models import Kind, Line, Organisation, SchoolType

#: Names of units shown beside the count.
NAMED = 6
#: Units found by one search for single units.
FOUND = 30


@dataclass
class Picker:
    """``options``: condition → ``[(value, label, ticked)]``, only what occurs below the issuer."""

    issuer: Organisation
    mode: str
    options: dict[str, list[tuple[str, Any, bool]]] = field(default_factory=dict)
    single: list[Organisation] = field(default_factory=list)
    error: str = ""


def picker_for(issuer: Organisation, rule: Mapping[str, Any]) -> Picker:
    """The picker with ``rule`` ticked."""
    rows = list(area_of(issuer).order_by().values_list("line", "district", "kind", "school_type").distinct())
    labels: dict[str, dict[Any, Any]] = {
        "lines": dict(Line.choices),
        "kinds": dict(Kind.choices),
        "school_types": dict(SchoolType.choices),
    }
    picker = Picker(issuer, "all" if rule.get("all") else "some" if _is_set(rule) else "none")
    for number, key in enumerate(("lines", "districts", "kinds", "school_types")):
        present = {row[number] for row in rows if row[number]} | set(rule.get(key, ()))
        order = [value for value in labels.get(key, sorted(present)) if value in present]
        ticked = set(rule.get(key, ()))
        picker.options[key] = [(value, labels.get(key, {}).get(value, value), value in ticked) for value in order]
    picker.single = list(area_of(issuer).filter(pk__in=rule.get("organisations", ())))
    return picker


def _is_set(rule: Mapping[str, Any]) -> bool:
    return any(rule.get(key) for key in (*CONDITIONS, "organisations"))


def rule_from(data: Any) -> dict[str, Any]:
    """The rule that a sent picker holds, not yet checked (``audience.clean_audience`` does)."""
    mode = data.get("audience_mode", "")
    if mode == "all":
        return {"all": True}
    if mode != "some":
        return {}
    rule: dict[str, Any] = {key: data.getlist(f"audience_{key}") for key in CONDITIONS}
    return {**rule, "organisations": list(dict.fromkeys(data.getlist("audience_organisations")))}
