"""The demo's sample schools and people. Every name says 示例; none is a real institution's or person's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from skillweek.core import audit, clock
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.editions.schema import EditionDocument
from skillweek.organisations.models import Kind, Line, Membership, Organisation, Role, SchoolType, User

_A_WEEK: Final = timedelta(days=7)
PASSWORD: Final = "demo-skillweek"  # noqa: S105 (printed at every start of the demo)
Say = Callable[[str], object]


@dataclass(frozen=True)
class Unit:
    """A sample organisation; ``above`` is the code of the one it stands below."""

    code: str
    name: str
    short: str
    kind: Kind
    above: str = ""
    line: str = ""
    district: str = ""
    school_type: str = ""


@dataclass(frozen=True)
class Account:
    """A sample person in one role. ``shown`` is what the start page prints; empty for the supporting cast."""

    email: str
    name: str
    unit: str
    role: Role
    shown: str = ""
    phone: str = ""


def _school(code: str, short: str, above: str, district: str, school_type: SchoolType = SchoolType.SECONDARY) -> Unit:
    line = Line.HUMAN_RESOURCES if school_type == SchoolType.TECHNICAL else Line.EDUCATION
    name = f"示例{short.removeprefix('示例')}"
    return Unit(code, name, short, Kind.SCHOOL, above, line, district, school_type)


def _district(code: str, district: str) -> Unit:
    name = f"示例{district}教育局"
    return Unit(code, name, name, Kind.DISTRICT_BUREAU, "DEMO-EDU", Line.EDUCATION, district)


#: From the top down.
UNITS: Final = (
    Unit("DEMO-HOST", "示例市职业教育活动周办公室", "示例市活动周办", Kind.HOST),
    Unit("DEMO-EDU", "示例市教育局", "示例市教育局", Kind.CITY_BUREAU, "DEMO-HOST", Line.EDUCATION),
    Unit("DEMO-HR", "示例市人社局", "示例市人社局", Kind.CITY_BUREAU, "DEMO-HOST", Line.HUMAN_RESOURCES),
    Unit("DEMO-SOC", "示例市中华职教社", "示例市职教社", Kind.CITY_BUREAU, "DEMO-HOST", Line.SOCIETY),
    _district("DEMO-D1", "思明区"),
    _district("DEMO-D2", "湖里区"),
    _district("DEMO-D3", "集美区"),
    _district("DEMO-D4", "海沧区"),
    _district("DEMO-D5", "同安区"),
    _district("DEMO-D6", "翔安区"),
    _school("DEMO-S01", "示例第一职业学校", "DEMO-D1", "思明区"),
    _school("DEMO-S02", "示例茶艺职业学校", "DEMO-D1", "思明区"),
    _school("DEMO-S03", "示例第二职业学校", "DEMO-D2", "湖里区"),
    _school("DEMO-S04", "示例电子职业学校", "DEMO-D2", "湖里区"),
    _school("DEMO-S05", "示例第三职业学校", "DEMO-D3", "集美区"),
    _school("DEMO-S06", "示例护理职业学校", "DEMO-D4", "海沧区"),
    _school("DEMO-S07", "示例农业职业学校", "DEMO-D5", "同安区"),
    _school("DEMO-S08", "示例旅游职业学校", "DEMO-D6", "翔安区"),
    _school("DEMO-C01", "示例职业技术学院", "DEMO-EDU", "集美区", SchoolType.HIGHER),
    _school("DEMO-C02", "示例城市职业学院", "DEMO-EDU", "翔安区", SchoolType.HIGHER),
    _school("DEMO-T01", "示例技师学院", "DEMO-HR", "海沧区", SchoolType.TECHNICAL),
    _school("DEMO-T02", "示例高级技工学校", "DEMO-HR", "湖里区", SchoolType.TECHNICAL),
)

_SHOWN: Final = (
    Account(
        "school@example.org", "示例林老师", "DEMO-S01", Role.LIAISON,
        "学校联络员：填报并提交（示例第一职业学校）", "13800000001",
    ),
    Account("member@example.org", "示例陈老师", "DEMO-S01", Role.MEMBER, "学校填报员：填报，不能提交"),
    Account("tech@example.org", "示例吴老师", "DEMO-T01", Role.LIAISON, "技工院校联络员（示例技师学院）"),
    Account("district@example.org", "示例王科员", "DEMO-D1", Role.REVIEWER, "区教育局审核员：审核本区学校（思明区）"),
    Account("hr@example.org", "示例李科员", "DEMO-HR", Role.REVIEWER, "市人社局审核员：审核技工院校"),
    Account("city@example.org", "示例张科员", "DEMO-EDU", Role.REVIEWER, "市教育局审核员：审核全市教育条线"),
    Account("host@example.org", "示例周主任", "DEMO-HOST", Role.MANAGER, "市级主办单位管理员：全市看板、人员、届次"),
)  # fmt: skip

_BUREAUS: Final = ("DEMO-D2", "DEMO-D3", "DEMO-D4", "DEMO-D5", "DEMO-D6", "DEMO-SOC")

#: Every unit has somebody: schools a liaison, bureaus a reviewer.
ACCOUNTS: Final = (
    *_SHOWN,
    *(
        Account(f"{unit.code.lower()}@example.org", f"示例联络员{unit.code[5:]}", unit.code, Role.LIAISON)
        for unit in UNITS
        if unit.kind == Kind.SCHOOL and unit.code not in ("DEMO-S01", "DEMO-T01")
    ),
    *(
        Account(f"{code.lower()}@example.org", f"示例审核员{code[5:]}", code, Role.REVIEWER)
        for code in _BUREAUS
    ),
)  # fmt: skip


def load_samples(folder: Path | None, say: Say) -> None:
    """Load the edition and fill an empty database: units, people, and some days of reports (A4–A6, C1)."""
    from skillweek.editions.folder import read_folder
    from skillweek.materials.edition_folder import default_edition
    from skillweek.site.demo_closing import close_samples
    from skillweek.site.demo_reports import file_reports
    from skillweek.site.demo_taking_part import open_taking_part
    from skillweek.site.demo_week import Week

    document = read_folder(folder or default_edition())
    token = audit.channel.set(AuditEvent.Channel.CLI)
    try:
        # What is set up happened before the week began.
        zone = ZoneInfo(document.zone)
        with clock.standing_at(datetime.combine(document.starts_on - _A_WEEK, time(9), tzinfo=zone)):
            edition = _load_edition(document)
            say(f"届次：{edition.title}")
            units = _add_units()
            people = _add_people(units)
            say(f"单位 {len(units)} 个，账号 {len(people)} 个")
        Path(settings.SPOOL_ROOT).mkdir(parents=True, exist_ok=True)
        say("发通知、报方案、排活动、接受预约…")
        week = Week(edition, units, people, say)
        week.prepare()
        week.open_doors()
        file_reports(edition, units, people, say)
        open_taking_part(edition, say)
        close_samples(edition, units, people, say)
    finally:
        audit.channel.reset(token)


def _load_edition(document: EditionDocument) -> Edition:
    from skillweek.editions.domain import load_edition, open_edition

    edition, _outcome = load_edition(document, actor=None, reason="演示")
    open_edition(edition, actor=None, reason="演示")
    edition.refresh_from_db()
    return edition


def _add_units() -> dict[str, Organisation]:
    from skillweek.organisations.domain.tree import add_organisation, create_host

    made: dict[str, Organisation] = {}
    for unit in UNITS:
        if not unit.above:
            made[unit.code] = create_host(code=unit.code, name=unit.name, is_sample=True)
            continue
        fields = {"name": unit.name, "short_name": unit.short, "line": unit.line, "district": unit.district}
        fields |= {"school_type": unit.school_type, "contact_note": "示例电话 000-0000000"}
        above = made[unit.above]
        made[unit.code] = add_organisation(None, above, fields, kind=unit.kind, code=unit.code, is_sample=True)
    return made


def _add_people(units: dict[str, Organisation]) -> dict[str, User]:
    from skillweek.organisations.domain.people import make_user

    made: dict[str, User] = {}
    for account in ACCOUNTS:
        user = make_user(name=account.name, email=account.email, phone=account.phone, password=PASSWORD)
        unit = units[account.unit]
        membership = Membership.objects.create(user=user, organisation=unit, role=account.role)
        audit.record("membership.start", membership, organisation_id=unit.pk, reason="演示")
        made[account.email] = user
    return made
