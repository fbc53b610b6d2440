"""The shape of an edition's data: everything a notice orders, as typed, frozen values (A4).

Pure Python: no Django, no database. ``folder.py`` reads and writes it as plain files.
"""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from skillweek.editions.schema_base import (
    MAX_DAYS,
    Code,
    Line,
    Name,
    Note,
    Origin,
    Part,
    Text,
    WallTime,
    refuse_doubles,
    refuse_strange_readings,
    without_controls,
)
from skillweek.editions.schema_calls import CallPreset
from skillweek.editions.schema_classes import ClassPreset
from skillweek.editions.schema_closing import StatisticsForm, SummaryTemplate
from skillweek.editions.schema_names import OwnName
from skillweek.materials.rules import CoverageLevel, MaterialRules


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
    """One focus topic of publicity (宣传重点, D1). ``library`` names what its stories lean on: the policies (D5)."""

    code: Code
    name: Text
    text: Text
    library: Literal["", "policies"] = ""


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
    #: What an activity started from it has ticked already, as ``group:code`` words: ``audience:parents``.
    presets: Note = ""

    @property
    def preset_tags(self) -> tuple[tuple[str, str], ...]:
        """The presets as (list, code) pairs; words of another form are passed over."""
        pairs = (word.partition(":") for word in self.presets.split())
        return tuple((group, code) for group, colon, code in pairs if colon and code)


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


class District(Named):
    """One district, with where it lies, for maps (B7). Coordinates are WGS-84 degrees."""

    latitude: Annotated[float | None, Field(ge=-90, le=90)] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180)] = None
    #: A rough ring for the sketch map, not a boundary: ``longitude,latitude`` pairs separated by spaces.
    outline: Note = ""

    @field_validator("outline")
    @classmethod
    def _a_ring(cls, value: str) -> str:
        points = [word.split(",") for word in value.split()]
        try:
            fine = all(
                len(pair) == 2 and -180 <= float(pair[0]) <= 180 and -90 <= float(pair[1]) <= 90 for pair in points
            )
        except ValueError:
            fine = False
        if not fine or 0 < len(points) < 3:
            raise PydanticCustomError("outline", "three or more pairs longitude,latitude separated by spaces")
        return value

    @property
    def ring(self) -> tuple[tuple[float, float], ...]:
        """The outline as (longitude, latitude) pairs; empty where none is given."""
        return tuple((float(x), float(y)) for x, y in (word.split(",") for word in self.outline.split()))


class Section(Part):
    """One section of the daily report and the help shown with it (C1)."""

    code: Literal["case", "manuscript", "photo", "video", "coverage"]
    name: Text
    help: Note = ""


#: What a figure may be counted from: ``sessions``, or ``check-ins`` of all or of some audiences, joined by ``+``.
_COUNTS = re.compile(r"sessions|check-ins(:[a-z0-9][a-z0-9_-]*(\+[a-z0-9][a-z0-9_-]*)*)?")


class Figure(Part):
    """One take-part figure asked in the daily report: a whole number from 0 to ``maximum``.

    ``counts`` says what the form may suggest for it: ``sessions`` held that day, ``check-ins`` at the doors, or only
    those of some audiences (``check-ins:parents+pupils``; beside the edition's codes ``groups`` for classes that
    booked and ``unknown`` for everybody of whom nobody said). Empty: nothing is suggested.
    """

    code: Code
    name: Text
    name_en: Text
    unit: Text
    help: Note = ""
    maximum: Annotated[int, Field(gt=0)] = 1_000_000
    counts: Annotated[Note, Field(max_length=300)] = ""
    origin: Origin = "ours"

    @field_validator("counts")
    @classmethod
    def _countable(cls, value: str) -> str:
        if value and not _COUNTS.fullmatch(value):
            raise PydanticCustomError("counts", "sessions, check-ins, or check-ins:audience+audience")
        return value

    @property
    def label(self) -> str:
        """The name with its unit, as forms show it."""
        return f"{self.name}（{self.unit}）"


class ActivityRules(Part):
    """What an activity must declare before it can be published (B13): 坚持公益属性, 安全平稳有序, 严守财经纪律."""

    readings: dict[str, Note] = {}
    #: It costs those who take part nothing.
    free_of_charge: bool = True
    #: Somebody is named with a phone number.
    person_in_charge: bool = True
    #: A safety plan of at least so many 字; 0 asks for none.
    safety_plan_words: Annotated[int, Field(ge=0, le=2000)] = 20
    #: From this many people at one session on, the plan must say more: so many 字.
    crowd_size: Annotated[int, Field(ge=1)] = 500
    crowd_safety_plan_words: Annotated[int, Field(ge=0, le=5000)] = 100
    #: It says where the money comes from.
    funding_source: bool = True
    #: The organiser declares it serves the public and nothing else.
    public_benefit: bool = True
    #: Words that speak of unrelated commerce; each found one is a warning to the reviewer.
    commercial_words: tuple[Text, ...] = ()
    #: Shortest description of a public activity in 字.
    description_words: Annotated[int, Field(ge=0, le=2000)] = 30


class BookingRules(Part):
    """Limits of registration (B8, B10). All are defaults of ours; the notice is silent."""

    readings: dict[str, Note] = {}
    #: People in one booking, and in one group's booking.
    max_party: Annotated[int, Field(ge=1, le=100)] = 6
    max_group: Annotated[int, Field(ge=1, le=1000)] = 60
    #: Live bookings that one phone number or e-mail address may hold in the edition; groups not counted.
    bookings_per_person: Annotated[int, Field(ge=1, le=100)] = 8
    #: How long a place offered to the waiting list is kept.
    offer_hours: Annotated[int, Field(ge=1, le=168)] = 12
    #: How long before a session its reminder goes out.
    remind_hours_before: Annotated[int, Field(ge=1, le=168)] = 24
    #: Younger ones need a guardian's consent.
    guardian_below_age: Annotated[int, Field(ge=0, le=21)] = 14


class Outlet(Part):
    """A medium the form offers, with its level (C5). Others can be typed."""

    code: Code
    name: Text
    level: CoverageLevel
    origin: Origin = "ours"


LISTS: dict[str, type[Part]] = {
    "principles": Principle,
    "contacts": Contact,
    "topics": Topic,
    "national_activities": NationalActivity,
    "city_activities": CityActivity,
    "ideas": Idea,
    "class_presets": ClassPreset,
    "call_presets": CallPreset,
    "own_names": OwnName,
    "outreach": Outreach,
    "forms": Named,
    "services": Named,
    "online": Named,
    "integration": Named,
    "audiences": Named,
    "districts": District,
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
    #: Until when plans are handed in; empty where the notice sets no day (B3).
    plans_due_on: date | None = None
    summary_due_on: date
    statistics_due_on: date
    erase_after_days: Annotated[int, Field(ge=1, le=3650)] = 180
    notice: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=200_000),
        AfterValidator(without_controls),
    ]
    principles: tuple[Principle, ...] = ()
    contacts: tuple[Contact, ...] = ()
    topics: tuple[Topic, ...] = ()
    national_activities: tuple[NationalActivity, ...] = ()
    city_activities: tuple[CityActivity, ...] = ()
    ideas: tuple[Idea, ...] = ()
    #: How classes for parents and young people are offered and booked (E5, E6).
    class_presets: tuple[ClassPreset, ...] = ()
    #: What calls for works may start from (E1, E7, E11).
    call_presets: tuple[CallPreset, ...] = ()
    #: What the notice calls the online pages, the interviews and the quiz (B11, E2, E8).
    own_names: tuple[OwnName, ...] = ()
    outreach: tuple[Outreach, ...] = ()
    forms: tuple[Named, ...] = ()
    services: tuple[Named, ...] = ()
    online: tuple[Named, ...] = ()
    integration: tuple[Named, ...] = ()
    #: Whom an activity is for (B7).
    audiences: tuple[Named, ...] = ()
    districts: tuple[District, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    report_figures: tuple[Figure, ...] = ()
    material_rules: MaterialRules
    statistics_form: StatisticsForm
    activity_rules: ActivityRules = ActivityRules()
    booking_rules: BookingRules = BookingRules()
    summary_template: SummaryTemplate = SummaryTemplate()

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
        refuse_strange_readings(value, cls)
        return value

    @field_validator("material_rules")
    @classmethod
    def _readings_of_limits(cls, value: MaterialRules) -> MaterialRules:
        refuse_strange_readings(value.readings, MaterialRules)
        return value

    @field_validator("activity_rules", "booking_rules")
    @classmethod
    def _readings_of_rules(cls, value: Any) -> Any:
        refuse_strange_readings(value.readings, type(value))
        return value

    @field_validator(*LISTS)
    @classmethod
    def _codes_once(cls, value: tuple[Any, ...]) -> tuple[Any, ...]:
        refuse_doubles(value)
        return value

    def class_preset(self, idea: str) -> ClassPreset | None:
        """How classes that started from this idea are offered and booked; None for other activities (E5, E6)."""
        return next((row for row in self.class_presets if idea and row.idea == idea), None)

    def label_of(self, list_name: str, code: str) -> str:
        """The name that ``code`` has in one of the lists, or the code itself when it is unknown."""
        for row in getattr(self, list_name):
            if row.code == code:
                return str(getattr(row, "name", None) or row.title)
        return code
