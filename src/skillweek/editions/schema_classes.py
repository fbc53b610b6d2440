"""Classes that parents and young people book: what an activity starts with and what its booking asks (E5, E6)."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from skillweek.editions.schema_base import Code, Line, Note, Part

#: What a booking may be asked beside names, numbers and how to reach them.
ASKS = ("grade", "school", "teacher", "arrival", "needs")
_SPAN = re.compile(r"^(\d{2}:\d{2})-(\d{2}:\d{2})$")


class ClassPreset(Part):
    """How activities of one idea of 附件2 are offered and booked: 家长课堂, 技能与少年."""

    code: Code
    name: Line
    teaser: Note = ""
    #: The idea from which such an activity starts.
    idea: Code
    #: Who books: families, class groups of ordinary schools, or both.
    books: Literal["families", "groups", "both"] = "families"
    #: Words of ``ASKS``, separated by spaces.
    asks: Note = ""
    #: Hours of the first day for which sessions stand ready: ``09:00-10:30 15:00-16:30``.
    times: Note = ""
    capacity: Annotated[int, Field(ge=1, le=100_000)] = 30
    max_party: Annotated[int, Field(ge=1, le=1000)] = 3
    #: Children in one family's booking; 0: the class is for grown-ups only.
    max_children: Annotated[int, Field(ge=0, le=100)] = 4
    #: So many hours before a session booking ends.
    closes_hours: Annotated[int, Field(ge=0, le=720)] = 0
    #: Younger ones need a guardian's consent; 0: as in the edition's rules for booking.
    consent_below_age: Annotated[int, Field(ge=0, le=21)] = 0
    #: What a guardian agrees to, and what a school declares; kept with the booking until it is erased.
    consent: Note = ""
    group_consent: Note = ""
    #: School grades it is meant for, 1 to 12.
    grade_from: Annotated[int, Field(ge=1, le=12)] = 1
    grade_to: Annotated[int, Field(ge=1, le=12)] = 12

    @field_validator("asks")
    @classmethod
    def _known_words(cls, value: str) -> str:
        if strange := [word for word in value.split() if word not in ASKS]:
            context = {"known": ", ".join(ASKS), "strange": ", ".join(strange)}
            raise PydanticCustomError("asks", "words among {known}, not {strange}", context)
        return " ".join(value.split())

    @field_validator("times")
    @classmethod
    def _hours(cls, value: str) -> str:
        for word in value.split():
            try:
                begins, ends = (time.fromisoformat(part) for part in _SPAN.fullmatch(word).groups())  # type: ignore[union-attr]
            except (AttributeError, ValueError):
                begins = ends = time.min
            if ends <= begins:
                raise PydanticCustomError("times", "hours such as 09:00-10:30, not {word}", {"word": word})
        return " ".join(value.split())

    @property
    def hours(self) -> tuple[tuple[time, time], ...]:
        """The sessions' hours."""
        spans = (word.split("-") for word in self.times.split())
        return tuple((time.fromisoformat(begins), time.fromisoformat(ends)) for begins, ends in spans)

    @property
    def asked(self) -> frozenset[str]:
        """What its booking asks."""
        return frozenset(self.asks.split())
