"""Calls for works to start from: contests, relays, collections (E1, E7, E11)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from skillweek.editions.schema_base import Code, Line, Note, Part

#: What a work may be beside photos.
TAKES = ("video", "audio", "text")


class CallPreset(Part):
    """First values of a call of one kind; whoever begins it changes what they like. Empty limits are the form's own."""

    code: Code
    face: Literal["contest", "relay", "collection"]
    name: Line
    teaser: Note = ""
    title: Line
    theme: Note = ""
    text: Note = ""
    #: Names separated by spaces.
    groups: Note = ""
    #: Words of ``TAKES``, separated by spaces.
    takes: Note = ""
    open_to: Literal["all", "public", "schools"] = "all"
    photos_min: Annotated[int, Field(ge=0, le=20)] = 0
    photos_max: Annotated[int, Field(ge=0, le=20)] = 9
    video_seconds: Annotated[int, Field(ge=5, le=3600)] = 180
    text_max: Annotated[int, Field(ge=20, le=20_000)] = 500
    per_person: Annotated[int, Field(ge=1, le=50)] = 3

    @field_validator("takes")
    @classmethod
    def _known_words(cls, value: str) -> str:
        if strange := [word for word in value.split() if word not in TAKES]:
            context = {"known": ", ".join(TAKES), "strange": ", ".join(strange)}
            raise PydanticCustomError("takes", "words among {known}, not {strange}", context)
        return " ".join(value.split())

    def first_values(self) -> dict[str, Any]:
        """Field of a call → its first value; ``groups`` as a list."""
        values = self.model_dump(exclude={"code", "face", "name", "teaser", "groups", "takes"})
        taken = self.takes.split()
        return {
            **values,
            **{f"takes_{word}": word in taken for word in TAKES},
            "groups": self.groups.split(),
        }
