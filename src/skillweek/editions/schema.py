"""The shape of an edition's data: everything a notice orders, as typed, frozen values (A4).

Pure Python: no Django, no database. ``folder.py`` reads and writes it as plain files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from skillweek.materials.rules import CoverageLevel, MaterialRules

#: Control characters that no file and no database keeps; tab and line break are fine.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _clean(value: str) -> str:
    """Line breaks as one character on every system."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL.search(value):
        raise PydanticCustomError("control_character", "text without control characters")
    return value


#: A stable name that other data refers to; never shown.
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(_clean)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), AfterValidator(_clean)]
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


def _refuse_doubles(rows: tuple[Any, ...]) -> None:
    codes = [row.code for row in rows]
    doubles = sorted({code for code in codes if codes.count(code) > 1})
    if doubles:
        raise PydanticCustomError("double_code", "codes that stand once: {codes}", {"codes": ", ".join(doubles)})


def _refuse_strange_readings(readings: Mapping[str, str], model: type[BaseModel]) -> None:
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


class Deadline(Part):
    """Until when a day's report is on time: ``time`` in the edition's zone, ``days_after`` days later (C1)."""

    days_after: Annotated[int, Field(ge=0, le=30)]
    time: WallTime


class Source(Part):
    """The notice's papers: number, legal basis, the higher notice it follows."""

    document_number: Note = ""
    issued_on: date
    issuers: Annotated[tuple[Text, ...], Field(min_length=1)]
    recipients: tuple[Text, ...] = ()
    legal_basis: tuple[Text, ...] = ()
    guiding_thought: Note = ""


class Contact(Part):
    """One department's contact person (A7)."""

    code: Code
    department: Text
    name: Text
    phone: Text


class Principle(Part):
    """One basic principle (基本原则)."""

    code: Code
    name: Text
    text: Text


class Topic(Part):
    """One focus topic of publicity (宣传重点, D1)."""

    code: Code
    name: Text
    text: Text


class NationalActivity(Part):
    """One line of 附件1 (B1)."""

    code: Code
    department: Text
    title: Text


class CityActivity(Part):
    """One of the city's own activities (B2); time and place follow later."""

    code: Code
    name: Text
    time_and_place: Note = ""


class Idea(Part):
    """One of the ten ideas of 附件2 (B5)."""

    code: Code
    name: Text
    text: Text


class Outreach(Part):
    """One way of reaching the public: group such as 四开放, and its member (B4)."""

    code: Code
    group: Text
    name: Text


class Named(Part):
    """An entry of a simple list: service kinds, forms, online events, integration themes, districts."""

    code: Code
    name: Text
    origin: Origin = "notice"


class Section(Part):
    """One section of the daily report and the help shown with it (C1)."""

    code: Literal["case", "manuscript", "photo", "video", "coverage"]
    name: Text
    help: Note = ""


class Figure(Part):
    """One take-part figure asked in the daily report: a whole number from 0 to ``maximum``."""

    code: Code
    name: Text
    name_en: Text
    unit: Text
    help: Note = ""
    maximum: Annotated[int, Field(gt=0)] = 1_000_000
    origin: Origin = "ours"

    @property
    def label(self) -> str:
        """The name with its unit, as forms show it."""
        return f"{self.name}（{self.unit}）"


class Outlet(Part):
    """A medium the form offers, with its level (C5). Others can be typed."""

    code: Code
    name: Text
    level: CoverageLevel
    origin: Origin = "ours"


class FormField(Part):
    """One field of the statistics form (附件3, C12)."""

    code: Code
    group: Text
    name: Text
    unit: Note = ""
    kind: Literal["count", "sum", "distinct", "text"]
    prefill: Note = ""
    help: Note = ""


class StatisticsForm(Part):
    """The statistics form. ``origin`` says whether the notice printed its fields."""

    title: Text
    origin: Origin
    explanation: Note = ""
    fields: Annotated[tuple[FormField, ...], Field(min_length=1)]

    @field_validator("fields")
    @classmethod
    def _once(cls, value: tuple[FormField, ...]) -> tuple[FormField, ...]:
        _refuse_doubles(value)
        return value


#: The document's lists: each is one CSV file in the folder, one row an entry.
LISTS: dict[str, type[Part]] = {
    "principles": Principle,
    "contacts": Contact,
    "topics": Topic,
    "national_activities": NationalActivity,
    "city_activities": CityActivity,
    "ideas": Idea,
    "outreach": Outreach,
    "forms": Named,
    "services": Named,
    "online": Named,
    "integration": Named,
    "districts": Named,
    "outlets": Outlet,
    "sections": Section,
    "report_figures": Figure,
}


class EditionDocument(Part):
    """One edition, whole. Dates are calendar days in ``zone``; lists keep their order."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    title: Line
    city: Name
    theme: Line
    starts_on: date
    ends_on: date
    zone: Name
    mailbox: Note = ""
    #: How the notice's wording was read where it leaves room: field → sentence. Limits have theirs in material_rules.
    readings: dict[str, Note] = {}
    source: Source
    report_deadline: Deadline
    report_reminders: tuple[WallTime, ...] = ()
    summary_due_on: date
    statistics_due_on: date
    erase_after_days: Annotated[int, Field(ge=1, le=3650)] = 180
    notice: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200_000), AfterValidator(_clean)
    ]
    principles: tuple[Principle, ...] = ()
    contacts: tuple[Contact, ...] = ()
    topics: tuple[Topic, ...] = ()
    national_activities: tuple[NationalActivity, ...] = ()
    city_activities: tuple[CityActivity, ...] = ()
    ideas: tuple[Idea, ...] = ()
    outreach: tuple[Outreach, ...] = ()
    forms: tuple[Named, ...] = ()
    services: tuple[Named, ...] = ()
    online: tuple[Named, ...] = ()
    integration: tuple[Named, ...] = ()
    districts: tuple[Named, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    report_figures: tuple[Figure, ...] = ()
    material_rules: MaterialRules
    statistics_form: StatisticsForm

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise PydanticCustomError("zone", "an IANA time zone such as Asia/Shanghai") from error
        return value

    @field_validator("ends_on")
    @classmethod
    def _after_the_start(cls, value: date, info: ValidationInfo) -> date:
        starts_on = info.data.get("starts_on")
        if starts_on is not None and not 0 <= (value - starts_on).days < MAX_DAYS:
            context = {"start": starts_on.isoformat(), "days": MAX_DAYS}
            raise PydanticCustomError("week", "a day from {start} on, {days} days at most", context)
        return value

    @field_validator("report_reminders")
    @classmethod
    def _in_order(cls, value: tuple[time, ...]) -> tuple[time, ...]:
        return tuple(sorted(set(value)))

    @field_validator("readings")
    @classmethod
    def _readings_of_fields(cls, value: dict[str, str]) -> dict[str, str]:
        _refuse_strange_readings(value, cls)
        return value

    @field_validator("material_rules")
    @classmethod
    def _readings_of_limits(cls, value: MaterialRules) -> MaterialRules:
        _refuse_strange_readings(value.readings, MaterialRules)
        return value

    @field_validator(*LISTS)
    @classmethod
    def _codes_once(cls, value: tuple[Any, ...]) -> tuple[Any, ...]:
        _refuse_doubles(value)
        return value

    def label_of(self, list_name: str, code: str) -> str:
        """The name that ``code`` has in one of the lists, or the code itself when it is unknown."""
        for row in getattr(self, list_name):
            if row.code == code:
                return str(getattr(row, "name", None) or row.title)
        return code
