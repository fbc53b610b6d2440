"""What the interface for programs answers. Names and meanings of version 1 stay as they are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema


class Named(Schema):
    """A code of the edition's lists with its name."""

    code: str
    name: str


class EditionOut(Schema):
    """The week that the interface tells about."""

    slug: str
    title: str
    theme: str
    city: str
    starts_on: date
    ends_on: date
    zone: str
    districts: list[Named]
    audiences: list[Named]


class OrganisationRef(Schema):
    """An organisation in short."""

    id: int
    name: str


class OrganisationOut(OrganisationRef):
    """An organisation with public activities."""

    kind: str
    district: str
    school_type: str
    activities: int


class SessionOut(Schema):
    """One time and place. ``starts_at`` is null and ``place`` empty while they are to be announced."""

    id: str
    activity_id: int
    label: str
    state: Literal["planned", "postponed", "cancelled"]
    starts_at: datetime | None
    ends_at: datetime | None
    is_online: bool
    place: str
    room: str
    address: str
    district: str
    latitude: float | None
    longitude: float | None
    booking: Literal["none", "open", "groups"]
    capacity: int | None
    ical_url: str


class ActivityOut(Schema):
    """An activity as a list shows it."""

    id: int
    title: str
    summary: str
    kind: Literal["regular", "feature", "city"]
    is_highlight: bool
    is_cancelled: bool
    organisation: OrganisationRef
    audiences: list[str]
    tags: dict[str, list[str]]
    url: str
    updated_at: datetime
    sessions: list[SessionOut]


class ActivityDetail(ActivityOut):
    """One activity with its text. ``description_html`` is sanitised HTML."""

    description_html: str
    how_to_join: str
    enquiry_phone: str
    cancel_reason: str
    partners: list[str]


class NoticeOut(Schema):
    """A public notice as a list shows it."""

    id: int
    title: str
    kind: str
    document_number: str
    issued_on: date | None
    published_at: datetime | None
    updated_at: datetime
    url: str


class NoticeDetail(NoticeOut):
    """One notice with its text, sanitised HTML."""

    body_html: str


class Problem(Schema):
    """Why a request has no answer."""

    detail: str


class Invalid(Schema):
    """Which parts of a request could not be read, and why."""

    detail: list[dict[str, Any]]


class Paged(Schema):
    """Where a page of a list stands."""

    count: int
    page: int
    pages: int


class ActivityList(Paged):
    """A page of activities."""

    items: list[ActivityOut]


class SessionList(Paged):
    """A page of sessions."""

    items: list[SessionOut]


class OrganisationList(Paged):
    """A page of organisations."""

    items: list[OrganisationOut]


class NoticeList(Paged):
    """A page of notices."""

    items: list[NoticeOut]
