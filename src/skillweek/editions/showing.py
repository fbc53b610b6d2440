"""Values of an edition's document as people read them (A4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillweek.editions.describe import PARTS, reading_place, value_at
from skillweek.editions.specs import Spec

#: Units in which people write sizes, the largest first: bytes, name, explanation.
UNITS: tuple[tuple[int, str], ...] = (
    (1024**3, "GiB"),
    (1024**2, "MiB"),
    (1000**2, "MB"),
    (1000, "KB"),
    (1, "B"),
)


def split_size(size: int) -> tuple[int, int]:
    """``(number, unit)`` with the largest unit that divides exactly: 2 000 000 is 2 MB, 209 715 200 is 200 MiB."""
    for unit, _name in UNITS:
        if size and size % unit == 0:
            return size // unit, unit
    return size, 1


def size_in_words(size: int) -> str:
    """2 MB（2 000 000 字节）: the short form and the exact one."""
    number, unit = split_size(size)
    exact = f"{size:,}".replace(",", " ")
    name = dict(UNITS)[unit]
    return _("%(exact)s 字节") % {"exact": exact} if unit == 1 else f"{number} {name}（{exact} {_('字节')}）"


def share_in_percent(share: float) -> Decimal:
    """0.1 as 10, without the noise of binary fractions."""
    return (Decimal(repr(share)) * 100).normalize()


def show(spec: Spec, value: Any) -> str:
    """The value as text for reading; a dash where nothing stands."""
    if spec.kind == "yes":
        return _("是") if value else _("否")
    if value is None or value == "" or value == []:
        return "—"
    return _SHOWN[spec.kind](spec, value) if spec.kind in _SHOWN else str(value)


def _word(spec: Spec, value: Any) -> str:
    return str(dict(spec.choices).get(str(value), value))


_SHOWN: dict[str, Callable[[Spec, Any], str]] = {
    "date": lambda _spec, value: date_format(date.fromisoformat(str(value)), "DATE_FORMAT"),
    "time": lambda _spec, value: str(value)[:5],
    "times": lambda _spec, value: "、".join(str(one)[:5] for one in value),
    "lines": lambda _spec, value: "；".join(str(one) for one in value),
    "choice": _word,
    "choices": lambda spec, value: "、".join(_word(spec, one) for one in value),
    "size": lambda _spec, value: size_in_words(int(value)),
    "share": lambda _spec, value: f"{share_in_percent(float(value)):f}%",
    "pixels": lambda _spec, value: _("%(number)s 像素") % {"number": value},
    "words": lambda _spec, value: _("%(number)s 字") % {"number": value},
    "days": lambda _spec, value: _("%(number)s 天") % {"number": value},
    "number": lambda _spec, value: f"{int(value):,}".replace(",", " "),
}


def facts_of(part: str, document: dict[str, Any]) -> list[dict[str, Any]]:
    """The part's values for reading: label, text, reading, one after the other."""
    found = []
    for path, spec in PARTS[part].fields.items():
        place, key = reading_place(path)
        readings = value_at(document, place) or {}
        text = show(spec, value_at(document, path))
        found.append({"label": spec.label, "text": text, "reading": str(readings.get(key, "")), "kind": spec.kind})
    return found
