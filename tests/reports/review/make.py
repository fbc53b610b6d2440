"""Real rows for the bureau's tests: an edition of an invented city, reports in any state, stored files."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from skillweek.editions.models import Edition
from skillweek.organisations.models import Kind, Line, Organisation, SchoolType, User
from skillweek.reports.models import DailyReport, ReportItem, ReportVersion
from skillweek.uploads.models import StoredFile
from tests.factories import Tree, client_of

FIRST_DAY = date(2031, 3, 3)
ZONE = "Asia/Urumqi"
RULES: dict[str, Any] = {
    "manuscript": {"min_words": 300, "max_words": 600, "tolerance": 0.1, "outlets": ["示例晚报"]},
    "photo": {"formats": ["jpeg", "png"], "min_width": 100, "min_bytes": 10},
    "video": {
        "max_bytes": 10_000_000,
        "min_short_side": 240,
        "advised_width": 640,
        "advised_height": 360,
        "codecs": ["avc1"],
    },
    "coverage": {"levels": ["national", "provincial", "municipal"]},
}


def document(**changes: Any) -> dict[str, Any]:
    """An edition's document: three days, deadline 18:00 of the next day, reminders at 09:00 and 17:00."""
    return {
        "id": "invented-2031",
        "title": "示例城职教周",
        "city": "示例城",
        "theme": "示例主题",
        "starts_on": FIRST_DAY.isoformat(),
        "ends_on": (FIRST_DAY + timedelta(days=2)).isoformat(),
        "zone": ZONE,
        "source": {"issued_on": "2031-02-01", "issuers": ["示例城教育局"]},
        "report_deadline": {"days_after": 1, "time": "18:00"},
        "report_reminders": ["09:00", "17:00"],
        "summary_due_on": "2031-03-10",
        "statistics_due_on": "2031-03-10",
        "notice": "示例通知",
        "sections": [{"code": "photo", "name": "照片"}],
        "report_figures": [{"code": "students", "name": "学生", "name_en": "Students", "unit": "人"}],
        "material_rules": RULES,
        "statistics_form": {
            "title": "统计表",
            "origin": "ours",
            "fields": [{"code": "n", "group": "g", "name": "场次", "kind": "count"}],
        },
        **changes,
    }


def make_edition(slug: str = "invented-2031", **changes: Any) -> Edition:
    """An open edition with ``document(**changes)``."""
    data = document(id=slug, **changes)
    return Edition.objects.create(
        slug=slug,
        title=data["title"],
        theme=data["theme"],
        city=data["city"],
        starts_on=date.fromisoformat(data["starts_on"]),
        ends_on=date.fromisoformat(data["ends_on"]),
        zone=data["zone"],
        state=Edition.State.OPEN,
        document=data,
    )


def at(day: date, hour: int, minute: int = 0, zone: str = ZONE) -> datetime:
    """A moment of the edition's wall clock."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))


def report(
    edition: Edition,
    school: Organisation,
    *,
    day: date = FIRST_DAY,
    state: str = DailyReport.State.SUBMITTED,
    **fields: Any,
) -> DailyReport:
    """A report about ``day``; handed-in ones have a first version."""
    handed_in = state != DailyReport.State.DRAFT
    moment = at(day + timedelta(days=1), 10)
    if handed_in:
        fields = {"submitted_at": moment, "first_submitted_at": moment, **fields}
    made = DailyReport.objects.create(edition=edition, organisation=school, day=day, state=state, **fields)
    if handed_in:
        ReportVersion.objects.create(report=made, number=1, snapshot={"items": []}, submitted_at=moment)
    return made


def item(made: DailyReport, kind: str = ReportItem.Kind.MANUSCRIPT, **fields: Any) -> ReportItem:
    """One live item of a report."""
    position = fields.pop("position", made.items.count())
    return ReportItem.objects.create(report=made, kind=kind, position=position, **fields)


def stored(
    edition: Edition, school: Organisation, name: str, data: bytes, kind: str = StoredFile.Kind.PHOTO, **fields: Any
) -> StoredFile:
    """A file whose bytes lie in the storage."""
    file_id = uuid.uuid4()
    key = default_storage.save(f"files/{edition.slug}/{file_id}", ContentFile(data))
    return StoredFile.objects.create(
        id=file_id,
        edition=edition,
        organisation=school,
        kind=kind,
        name=name,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        key=key,
        state=StoredFile.State.READY,
        **fields,
    )


def schools(tree: Tree, number: int) -> list[Organisation]:
    """More schools under the district bureau of Siming."""
    made = []
    for place in range(number):
        parent = Organisation.objects.get(pk=tree.siming.pk)
        fields = {"code": f"M-{place}", "name": f"示例学校{place:02}", "kind": Kind.SCHOOL, "district": "思明区"}
        fields |= {"line": Line.EDUCATION, "school_type": SchoolType.SECONDARY}
        made.append(Organisation.objects.add_child(parent, create_kwargs=fields))
    return made


@contextmanager
def signed_in_at(user: User, hour: int = 12) -> Iterator[Client]:
    """A client signed in on the day after the first, at this hour of the edition's clock."""
    with time_machine.travel(at(FIRST_DAY + timedelta(days=1), hour)):
        yield client_of(user)


def text_of(response: Any, status: int = 200) -> str:
    """The page, which answers with this status."""
    assert response.status_code == status
    return str(response.content.decode())
