"""What every piece of an edition's data is made of: texts, codes, times, frozen parts. Pure Python (A4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

#: Control characters that no file and no database keeps; tab and line break are fine.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def without_controls(value: str) -> str:
    """Line breaks as one character on every system."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL.search(value):
        raise PydanticCustomError("control_character", "text without control characters")
    return value


#: A stable name that other data refers to; never shown.
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(without_controls)
]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), AfterValidator(without_controls)]
#: What also stands in a column of its own, and in headings.
Line = Annotated[Text, Field(max_length=200)]
Name = Annotated[Text, Field(max_length=60)]
#: Who a piece of data comes from: the notice's own words, or a default of ours where it is silent.
Origin = Literal["notice", "ours"]


#: Longest week that makes sense; a longer one is a slip of the year.
MAX_DAYS = 60


class Part(BaseModel):
    """Base of every part of the document."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def refuse_doubles(rows: tuple[Any, ...]) -> None:
    codes = [row.code for row in rows]
    doubles = sorted({code for code in codes if codes.count(code) > 1})
    if doubles:
        raise PydanticCustomError("double_code", "codes that stand once: {codes}", {"codes": ", ".join(doubles)})


def refuse_strange_readings(readings: Mapping[str, str], model: type[BaseModel]) -> None:
    """A reading explains one field; a key that names none would never be shown."""
    for key in readings:
        found: Any = model
        for step in key.split("."):
            field = getattr(found, "model_fields", {}).get(step)
            found = field.annotation if field is not None else None
        if found is None:
            raise PydanticCustomError("strange_reading", "a reading of a field there is: {key}", {"key": key})


def _wall_clock(value: time) -> time:
    if value.tzinfo is not None or value.second or value.microsecond:
        raise PydanticCustomError("wall_clock", "a wall-clock time like 12:00, without seconds and zone")
    return value


WallTime = Annotated[time, AfterValidator(_wall_clock)]
