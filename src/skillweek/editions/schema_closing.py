"""The shape of what closes a week: the statistics form and the summary's template. Pure Python (C11, C12)."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from skillweek.editions.schema_base import Code, Line, Note, Origin, Part, Text, refuse_doubles


class FormField(Part):
    """One field of the statistics form (附件3, C12)."""

    code: Code
    group: Text
    name: Text
    unit: Note = ""
    kind: Literal["count", "sum", "distinct", "text"]
    prefill: Note = ""
    help: Note = ""
    #: Whether the form cannot be handed in without it, unless with a reason.
    required: bool = False
    #: Largest number that can be meant.
    maximum: Annotated[int, Field(gt=0)] = 100_000_000
    #: Longest text in 字; 0 is no limit.
    max_words: Annotated[int, Field(ge=0, le=20_000)] = 0


#: Codes of fields joined by ``+``.
_SUM = re.compile(r"[a-z0-9][a-z0-9_-]*( *\+ *[a-z0-9][a-z0-9_-]*)*")


class FormCheck(Part):
    """A check between fields: the sum of ``left`` must stand in ``relation`` to the sum of ``right`` (C12).

    Both sides are codes of fields that hold numbers, joined by ``+``. ``text`` says what to do when it does not hold.
    """

    code: Code
    left: Text
    relation: Literal["<=", "=", ">="]
    right: Text
    severity: Literal["error", "warning"] = "warning"
    text: Text

    @field_validator("left", "right")
    @classmethod
    def _a_sum(cls, value: str) -> str:
        if not _SUM.fullmatch(value):
            raise PydanticCustomError("sum", "codes of fields joined by +")
        return value

    @property
    def left_codes(self) -> tuple[str, ...]:
        """The codes on the left."""
        return tuple(code.strip() for code in self.left.split("+"))

    @property
    def right_codes(self) -> tuple[str, ...]:
        """The codes on the right."""
        return tuple(code.strip() for code in self.right.split("+"))


class StatisticsForm(Part):
    """The statistics form. ``origin`` says whether the notice printed its fields."""

    title: Text
    origin: Origin
    explanation: Note = ""
    #: A partner is an ordinary school when its name holds one of these words and none of ``other_school_words``.
    ordinary_school_words: tuple[Text, ...] = ()
    other_school_words: tuple[Text, ...] = ()
    fields: Annotated[tuple[FormField, ...], Field(min_length=1)]
    checks: tuple[FormCheck, ...] = ()

    @field_validator("fields", "checks")
    @classmethod
    def _once(cls, value: Any) -> Any:
        refuse_doubles(value)
        return value

    @field_validator("checks")
    @classmethod
    def _of_fields(cls, value: tuple[FormCheck, ...], info: ValidationInfo) -> tuple[FormCheck, ...]:
        numbers = {field.code for field in info.data.get("fields", ()) if field.kind != "text"}
        strange = sorted({code for check in value for code in (*check.left_codes, *check.right_codes)} - numbers)
        if numbers and strange:
            raise PydanticCustomError(
                "strange_field", "codes of number fields of this form, not {codes}", {"codes": ", ".join(strange)}
            )
        return value


#: What a section of a summary is composed from.
SummarySource = Literal["text", "topics", "cases", "coverage", "photos"]


class SummarySection(Part):
    """One section of a summary (情况总结, C11): a heading, and lines with ``{placeholders}`` that data fills.

    ``source`` says from what: ``text`` once; ``topics`` once for each focus topic; ``cases`` and ``coverage`` once for
    each piece, ``limit`` at most; ``photos`` makes no text but chooses pictures. A line is left out when one of its
    placeholders has nothing to say. ``summaries.compose.PLACEHOLDERS`` names them.
    """

    code: Code
    heading: Note = ""
    unit: Literal["both", "school", "bureau"] = "both"
    source: SummarySource = "text"
    text: Note = ""
    limit: Annotated[int, Field(ge=1, le=60)] = 6


class SummaryTemplate(Part):
    """How summaries are composed. Ours, where the notice is silent; the city may write it anew."""

    origin: Origin = "ours"
    title: Line = "{unit}{edition}情况总结"
    #: Advised length in 字; 0 is no limit.
    min_words: Annotated[int, Field(ge=0, le=20_000)] = 800
    max_words: Annotated[int, Field(ge=0, le=50_000)] = 5000
    sections: tuple[SummarySection, ...] = ()

    @field_validator("sections")
    @classmethod
    def _once(cls, value: tuple[SummarySection, ...]) -> tuple[SummarySection, ...]:
        refuse_doubles(value)
        return value


#: The document's lists: each is one CSV file in the folder, one row an entry.
