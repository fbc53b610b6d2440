"""What the school's tests share: moments of the week, changes as the form sends them, real files on their way in."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.test import Client

from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.reports.domain.drafts import Saved, parse_changes, save_changes
from skillweek.reports.domain.filing import open_report
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.reports.receivers import SECTIONS
from skillweek.uploads import spool
from skillweek.uploads.domain import complete_upload, create_upload
from skillweek.uploads.models import StoredFile, Upload
from tests.factories import REPOSITORY, Tree

#: The invented city whose reports are due on the same day at 18:00, in another zone.
YUNSHAN = REPOSITORY / "tests" / "editions" / "yunshan-2031"
#: Sunday, the first day of the week in Xiamen.
DAY = date(2023, 5, 14)


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """A moment of the wall clock: ``at("2023-05-15 12:00:00")``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def begin(by: User, school: Organisation, edition: Edition, day: date = DAY) -> DailyReport:
    """The school's report about ``day``."""
    return open_report(by, school, edition, day)


def change(report: DailyReport, by: User, *changes: dict[str, Any]) -> Saved:
    """Save changes as they come from a phone."""
    return save_changes(report, parse_changes(list(changes)), by=by)


def add(item: uuid.UUID | str, kind: str = "case") -> dict[str, Any]:
    """The change that adds an item."""
    return {"op": "add", "item": str(item), "kind": kind}


def put(field: str, value: str, base: str = "", item: uuid.UUID | str | None = None) -> dict[str, Any]:
    """The change that sets a field."""
    return {"op": "set", "item": str(item) if item else None, "field": field, "base": base, "value": value}


def text_item(report: DailyReport, by: User, text: str = "", kind: str = "case", **fields: str) -> ReportItem:
    """An item of typed text."""
    key = uuid.uuid4()
    sets = [put(field, value, item=key) for field, value in {"text": text, **fields}.items()]
    change(report, by, add(key, kind), *sets)
    return report.items.get(client_id=key)


def version_of(report: DailyReport) -> int:
    """The version that somebody who looks now sees."""
    return DailyReport.objects.values_list("version", flat=True).get(pk=report.pk)


def purpose(section: str, day: date = DAY, **more: Any) -> dict[str, Any]:
    """What the form says an upload is for."""
    return {"day": day.isoformat(), "section": section, "client_id": str(uuid.uuid4()), **more}


def announce(
    by: User, school: Organisation, edition: Edition, data: bytes, name: str, kind: str, said: dict[str, Any]
) -> Upload:
    """Begin an upload of ``data``."""
    where: dict[str, Any] = {"edition": edition, "organisation": school}
    return create_upload(by, **where, kind=kind, name=name, size=len(data), purpose=said, protocol=Upload.Protocol.TUS)


def arrive(upload: Upload, data: bytes) -> StoredFile:
    """Let the bytes of an upload arrive, and complete it."""
    spool.path_of(upload.pk).write_bytes(data)
    return complete_upload(upload)


def send(
    by: User, school: Organisation, edition: Edition, data: bytes, name: str, kind: str, said: dict[str, Any]
) -> StoredFile:
    """Upload a whole file."""
    return arrive(announce(by, school, edition, data, name, kind, said), data)


def verbs_of(report: DailyReport) -> list[str]:
    """What the trail says about the report, in order."""
    return list(
        AuditEvent.objects.filter(object_type="reports.dailyreport", object_id=str(report.pk))
        .order_by("pk")
        .values_list("verb", flat=True)
    )


#: What the form can do.
VERBS = ("save", "submit", "withdraw", "ask", "comment", "detach")


class Form:
    """One person at the form of school A's report about Sunday."""

    def __init__(self, client: Client, school: int, day: date = DAY) -> None:
        self.client, self.base = client, f"/w/reports/school/{school}/{day}/"

    def get(self, what: str = "state/", **headers: str) -> HttpResponse:
        """Read."""
        return self.client.get(self.base + what, headers=headers)

    def post(self, verb: str, data: Any = None, **headers: str) -> HttpResponse:
        """Send JSON, or bytes as they are."""
        body = data if isinstance(data, bytes | str) else json.dumps({} if data is None else data)
        return self.client.post(f"{self.base}{verb}/", body, content_type="application/json", headers=headers)

    def save(self, *changes: dict[str, Any]) -> dict[str, Any]:
        """Save and return the answer."""
        response = self.post("save", {"changes": list(changes)})
        assert response.status_code == 200, response.content
        answer: dict[str, Any] = response.json()
        return answer


class School:
    """School A's liaison, sending files for Sunday's report."""

    def __init__(self, by: User, tree: Tree, edition: Edition) -> None:
        self.by, self.unit, self.edition = by, tree.school_a, edition

    def ask(self, section: str, data: bytes = b"x", name: str = "IMG_0001.jpg", **more: Any) -> Upload:
        """Begin an upload into ``section``."""
        kind = more.pop("kind", SECTIONS[section][0])
        return announce(self.by, self.unit, self.edition, data, name, kind, purpose(section, **more))

    def send(self, section: str, data: bytes, name: str = "IMG_0001.jpg", **more: Any) -> StoredFile:
        """Upload a whole file into ``section``."""
        return arrive(self.ask(section, data, name, **more), data)

    @property
    def report(self) -> DailyReport:
        """Sunday's report."""
        return DailyReport.objects.get(edition=self.edition, organisation=self.unit, day=DAY)
