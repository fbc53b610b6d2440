"""The shape of an edition's data: everything a notice orders, as typed, frozen values (A4).

Pure Python: no Django, no database. ``folder.py`` reads and writes it as plain files.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from skillweek.materials.rules import CoverageLevel, MaterialRules

#: A stable name that other data refers to; never shown.
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Note = Annotated[str, StringConstraints(max_length=4000)]
#: Who a piece of data comes from: the notice's own words, or a default of ours where it is silent.
Origin = Literal["notice", "ours"]


class Part(BaseModel):
    """Base of every part of the document."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Deadline(Part):
    """Until when a day's report is on time: ``time`` in the edition's zone, ``days_after`` days later (C1)."""

    days_after: Annotated[int, Field(ge=0, le=30)]
    time: time

    @field_validator("time")
    @classmethod
    def _naive(cls, value: time) -> time:
        if value.tzinfo is not None or value.second or value.microsecond:
            raise ValueError("a wall-clock time like 12:00, without a zone")
        return value


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
    """An entry of a simple list: service kinds, forms, integration themes, districts."""

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


class EditionDocument(Part):
    """One edition, whole. Dates are calendar days in ``zone``; lists keep their order."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    title: Text
    city: Text
    theme: Text
    starts_on: date
    ends_on: date
    zone: Text
    mailbox: Note = ""
    source: Source
    report_deadline: Deadline
    report_reminders: tuple[time, ...] = ()
    summary_due_on: date
    statistics_due_on: date
    erase_after_days: Annotated[int, Field(ge=1, le=3650)] = 180
    notice: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200_000)]
    principles: tuple[Principle, ...] = ()
    contacts: tuple[Contact, ...] = ()
    topics: tuple[Topic, ...] = ()
    national_activities: tuple[NationalActivity, ...] = ()
    city_activities: tuple[CityActivity, ...] = ()
    ideas: tuple[Idea, ...] = ()
    outreach: tuple[Outreach, ...] = ()
    forms: tuple[Named, ...] = ()
    services: tuple[Named, ...] = ()
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
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("an IANA time zone such as Asia/Shanghai") from error
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on must not be before starts_on")
        if (self.ends_on - self.starts_on).days > 60:
            raise ValueError("the week must not be longer than 60 days")
        for name in LISTS:
            codes = [row.code for row in getattr(self, name)]
            doubles = sorted({code for code in codes if codes.count(code) > 1})
            if doubles:
                raise ValueError(f"{name}: the code {', '.join(doubles)} stands twice")
        return self

    def label_of(self, list_name: str, code: str) -> str:
        """The name that ``code`` has in one of the lists, or the code itself when it is unknown."""
        for row in getattr(self, list_name):
            if row.code == code:
                return str(getattr(row, "name", None) or row.title)
        return code


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
    "integration": Named,
    "districts": Named,
    "outlets": Outlet,
    "sections": Section,
    "report_figures": Figure,
}
