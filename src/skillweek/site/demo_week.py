"""The demo's notice, plans, activities and registrations, made by the product's own verbs (A1–A3, B2–B5, B8–B10)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.html import format_html

from skillweek.activities.domain import highlights, partners, plans, series
from skillweek.activities.domain.activities import create_activity, save_activity
from skillweek.activities.domain.changes import settle
from skillweek.activities.domain.plans import approve_plan, open_plan, return_plan, save_plan, submit_plan
from skillweek.activities.domain.review import approve_activity
from skillweek.activities.domain.sessions import SessionValues
from skillweek.activities.domain.submitting import submit_activity
from skillweek.activities.models import Activity, ActivityTag, Plan, Session
from skillweek.bookings.domain.booking import book_places
from skillweek.bookings.domain.door import check_in
from skillweek.bookings.domain.feedback import leave_feedback
from skillweek.bookings.domain.wishes import Wish
from skillweek.bookings.models import Booking
from skillweek.content.domain.pages import publish_page, save_page
from skillweek.content.intake import add_asset
from skillweek.content.models import Asset, Page
from skillweek.core import clock
from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.notices.domain.drafting import draft_notice
from skillweek.notices.domain.importing import seed_notice
from skillweek.notices.domain.publishing import publish_notice
from skillweek.notices.domain.receipts import acknowledge
from skillweek.notices.models import Notice, Receipt
from skillweek.organisations.models import Kind, Organisation, User
from skillweek.site import samples
from skillweek.site.demo_plans import ACTIVITIES, NEWS, PLANS, RETURN_REASON, Fate, Sample, When
from skillweek.site.demo_work import work_off
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.models import StoredFile

Say = Callable[[str], object]
#: Days before the week begins.
_NOTICE: Final = 7
_SIGNED: Final = 6
_PLANNED: Final = 5
_DECIDED: Final = 3
_BOOKED: Final = 1
#: Units that have not acknowledged the notice.
_SILENT: Final = ("DEMO-S08", "DEMO-C02", "DEMO-D6")
_LEADERS: Final = "组长：示例校长\n副组长：示例副校长（活动、安全）\n成员：各专业部、学生处、总务处负责人"
_SAFETY: Final = (
    "总务处负责场地和用电检查，保卫处安排值班和疏散引导，校医在场；遇恶劣天气改在室内或延期，并在平台通知预约的市民。"
)
_APPROVED: Final = Activity.State.APPROVED
_SURNAMES: Final = "陈林黄张李王吴蔡刘杨许郑谢郭洪"


class Week:
    """Fills the time before and in the week. ``people`` are by e-mail, ``units`` by code."""

    def __init__(
        self, edition: Edition, units: Mapping[str, Organisation], people: Mapping[str, User], say: Say
    ) -> None:
        self.edition, self.units, self.people, self.say = edition, units, people, say
        self.host = people["host@example.org"]
        self.activities: dict[tuple[str, str], Activity] = {}

    def prepare(self) -> None:
        """Everything before the first day."""
        with self._standing(_NOTICE, time(9, 40)):
            notice = seed_notice(self.edition, self.units["DEMO-HOST"], self.host)
        with self._standing(_SIGNED, time(10)):
            self._acknowledge(notice)
            self._plan_city()
        with self._standing(_PLANNED, time(14)):
            self._plan_schools()
        with self._standing(_DECIDED, time(9, 30)):
            self._decide()
            self._settle(notice)
            self._tell_news()
        with self._standing(_BOOKED, time(10)):
            self._book()
        public = Activity.objects.filter(edition=self.edition).exclude(published_at=None).count()
        self.say(f"通知 1 份，方案 {len(PLANS)} 份，公开活动 {public} 项，预约 {Booking.objects.count()} 个")

    # When and who ----------------------------------------------------------------------------

    @contextmanager
    def _standing(self, days_before: int, at: time) -> Iterator[None]:
        """Do it at that moment, and what it queued right after."""
        day = self.edition.starts_on - timedelta(days=days_before)
        with clock.standing_at(self._moment(day, at)):
            yield
            work_off()

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=ZoneInfo(self.edition.zone))

    def _liaison(self, code: str) -> User:
        own = {"DEMO-S01": "school", "DEMO-T01": "tech", "DEMO-D1": "district", "DEMO-EDU": "city", "DEMO-HR": "hr"}
        return self.people[f"{own.get(code, code.lower())}@example.org"]

    def _reviewer(self, code: str) -> User:
        return self._liaison(self.units[code].get_parent().code)

    # The notice ------------------------------------------------------------------------------

    def _acknowledge(self, notice: Notice) -> None:
        for receipt in Receipt.objects.filter(notice=notice).select_related("organisation"):
            code = receipt.organisation.code
            if code not in _SILENT and receipt.organisation.kind != Kind.HOST:
                acknowledge(notice, receipt.organisation, by=self._liaison(code))

    def _plan_city(self) -> None:
        """The city's own activities, their time and place open as the notice leaves them."""
        for row in self.edition.doc.city_activities:
            activity = create_activity(self.units["DEMO-HOST"], self.edition, by=self.host, city=row.code)
            words = f"{row.name}，由市级主办单位组织，具体时间和地点另行通知。市民可以在本页查看最新安排。（示例）"
            activity = self._declare(activity, self.host, words, people=200)
            activity = submit_activity(activity, by=self.host, expected_version=activity.version)
            if activity.state == Activity.State.SUBMITTED:
                approve_activity(activity, by=self.host, expected_version=activity.version)

    def _settle(self, notice: Notice) -> None:
        """A supplement says when and where the opening takes place."""
        opening = Session.objects.filter(
            activity__edition=self.edition, activity__kind=Activity.Kind.CITY, starts_at=None
        ).order_by("pk")[:1]
        if not opening:
            return
        day = self.edition.starts_on
        title = f"关于{opening[0].activity.title}时间地点的补充通知（示例）"
        supplement = draft_notice(
            edition=self.edition, organisation=self.units["DEMO-HOST"], actor=self.host, parent=notice,
            fields={"title": title, "body": "<p>启动仪式的时间和地点已经确定，请各单位组织师生和市民参加。</p>"},
        )  # fmt: skip
        supplement = publish_notice(supplement, actor=self.host)
        new = {
            "starts_at": self._moment(day, time(9)), "ends_at": self._moment(day, time(11)),
            "place": "示例市文化艺术中心", "address": "示例市示例路 1 号", **self._place("", 0),
        }  # fmt: skip
        settle([(opening[0], new)], notice=supplement, actor=self.host)

    def _tell_news(self) -> None:
        """Two pieces of news, so that the portal's page of news is not empty."""
        for number, (title, text) in enumerate(NEWS, start=1):
            page = Page(edition=self.edition, organisation=self.units["DEMO-HOST"], kind=Page.Kind.NEWS)
            changes = {"title": title, "body": str(format_html("<p>{}</p>", text))}
            page = save_page(page, changes, {"slug": f"news-{number}"}, actor=self.host)
            publish_page(page, actor=self.host)

    # Plans -----------------------------------------------------------------------------------

    def _plan_schools(self) -> None:
        with tempfile.TemporaryDirectory(dir=settings.SPOOL_ROOT) as folder:
            for number, sample in enumerate(ACTIVITIES):
                self.activities[sample.school, sample.title] = self._write(sample, number, Path(folder))
        for code, fate in PLANS.items():
            plan = self._write_plan(code)
            if fate is not Fate.DRAFT:
                submit_plan(plan, by=self._liaison(code), expected_version=plan.version)
        work_off()

    def _write(self, sample: Sample, number: int, folder: Path) -> Activity:
        unit, by = self.units[sample.school], self._liaison(sample.school)
        idea = sample.idea if any(row.code == sample.idea for row in self.edition.doc.ideas) else ""
        activity = create_activity(unit, self.edition, by=by, idea=idea)
        values: dict[str, Any] = {"title": f"{sample.title}（示例）", "kind": sample.kind, "summary": sample.summary}
        if sample.cover:
            values["cover"] = self._cover(sample, number, folder, by)
        sessions = [SessionValues(None, self._session(unit, when, number)) for when in sample.sessions]
        activity = save_activity(
            activity, by=by, expected_version=activity.version, values=values, tags=self._tags(sample.tags),
            sessions=sessions,
        )  # fmt: skip
        if sample.slots is not None:
            slots = sample.slots
            days = tuple(self.edition.starts_on + timedelta(days=day) for day in slots.days)
            pattern = series.Pattern(days, slots.begins, slots.ends, slots.minutes, slots.capacity)
            shared = {"place": slots.place, "address": "示例路 8 号", **self._place(unit.district, number)}
            series.make_series(activity, pattern, by=by, shared=shared)
            activity.refresh_from_db()
        activity = self._declare(activity, by, sample.text, people=sample.people)
        if sample.partner:
            partners.invite_partner(
                activity, actor=by, organisation=self.units[sample.partner], part="派学生讲解员和茶艺展台"
            )
            activity.refresh_from_db()
        return activity

    def _declare(self, activity: Activity, by: User, text: str, *, people: int) -> Activity:
        values = {
            "description": str(format_html("<p>{}</p>", text)),
            "person_in_charge": "示例负责人",
            "phone_in_charge": "000-0000000",
            "enquiry_phone": "000-0000000",
            "safety_plan": _SAFETY * (1 + people // 500),
            "is_free": True,
            "funding_source": "学校公用经费",
            "public_benefit": True,
            "expected_people": people,
        }
        return save_activity(activity, by=by, expected_version=activity.version, values=values)

    def _tags(self, words: str) -> dict[str, list[str]]:
        """The ticks that this edition's lists have; another city's may lack some."""
        tags: dict[str, list[str]] = {}
        for word in words.split():
            group, _colon, code = word.partition(":")
            if any(row.code == code for row in getattr(self.edition.doc, ActivityTag.LISTS[group])):
                tags.setdefault(group, []).append(code)
        return tags

    def _cover(self, sample: Sample, number: int, folder: Path, by: User) -> Asset:
        path = samples.make_photo(
            folder / f"{number}.jpg", title=sample.title[:10], seed=500 + number, width=1600, height=1000,
            min_bytes=100_000,
        )  # fmt: skip
        file = store_local_file(
            path, edition=self.edition, organisation=self.units[sample.school], user=by, kind=StoredFile.Kind.OTHER,
            name=f"{sample.title}（示例）.jpg",
        )  # fmt: skip
        return add_asset(file, kind=Asset.Kind.PICTURE, alt=f"示例画面：{sample.title}", actor=by)

    def _session(self, unit: Organisation, when: When, number: int) -> dict[str, Any]:
        day = self.edition.starts_on + timedelta(days=min(when.day, len(self.edition.days) - 1))
        values: dict[str, Any] = {
            "starts_at": self._moment(day, time.fromisoformat(when.begins)),
            "ends_at": self._moment(day, time.fromisoformat(when.ends)),
            "booking": when.booking,
            "capacity": when.capacity,
            "allows_groups": when.groups,
        }
        if when.online:
            return {**values, "is_online": True, "online_url": when.online}
        place = self._place(unit.district, number)
        return {**values, "place": when.place, "address": "示例路 8 号", "room": when.room, **place}

    def _place(self, district: str, number: int) -> dict[str, Any]:
        """A made-up point near the middle of the unit's district, if the edition says where that is."""
        rows = [row for row in self.edition.doc.districts if row.latitude is not None and row.longitude is not None]
        row = next((row for row in rows if row.name == district), rows[0] if rows else None)
        if row is None or row.latitude is None or row.longitude is None:
            return {}
        step = (number % 5 - 2) * 0.006
        return {
            "district": row.code,
            "latitude": round(row.latitude + step, 5),
            "longitude": round(row.longitude - step, 5),
        }

    def _write_plan(self, code: str) -> Plan:
        by = self._liaison(code)
        plan = open_plan(self.units[code], self.edition, by=by)
        arrangements = {day.isoformat(): "按活动安排表组织，专人值班。" for day in self.edition.days}
        values = {
            "title": f"{self.units[code].name}活动周方案（示例）",
            "goals": "让市民走进来、让技能走出去，天天有活动。",
            "leaders": _LEADERS, "leader_name": "示例校长", "leader_phone": "000-0000000",
            "arrangements": arrangements, "publicity": "校园公众号每天一条，主动联系本地媒体。", "safety": _SAFETY,
        }  # fmt: skip
        return save_plan(plan, values, by=by, expected_version=plan.version)

    def _decide(self) -> None:
        for code, fate in PLANS.items():
            plan = plans.open_plan(self.units[code], self.edition, by=self._liaison(code))
            reviewer = self._reviewer(code)
            if fate is Fate.APPROVED:
                approve_plan(plan, by=reviewer, expected_version=plan.version, note="安排周到，同意。")
            elif fate is Fate.RETURNED:
                remarks = {row.pk: "请补充车间安全预案。" for row in plan.activities.all()[:1]}
                return_plan(plan, by=reviewer, expected_version=plan.version, reason=RETURN_REASON, activities=remarks)
        for sample in ACTIVITIES:
            if sample.highlight:
                activity = self.activities[sample.school, sample.title]
                highlights.choose_highlight(activity, actor=self.host)
        work_off()

    # Registrations ---------------------------------------------------------------------------

    def _book(self) -> None:
        """Some places are taken, and one session is full with a waiting list."""
        open_ones = Session.objects.filter(
            activity__edition=self.edition, booking=Session.Booking.OPEN, state=Session.State.PLANNED
        ).exclude(activity__published_at=None)
        number = 0
        for session in open_ones.select_related("activity__edition").order_by("pk"):
            wanted = 4 if session.series_id is None else (number % 3 == 0)
            for _place in range(int(wanted)):
                number += 1
                self._book_one(session, number)
        work_off()

    def open_doors(self) -> None:
        """The first two days: whoever booked comes, some walk in, some say how it was."""
        days = self.edition.days[:2]
        held = Session.objects.filter(activity__edition=self.edition, day__in=days, activity__state=_APPROVED)
        held = held.exclude(booking=Session.Booking.NONE, activity__kind=Activity.Kind.CITY)
        for session in held.select_related("activity__edition", "activity__organisation").order_by("starts_at", "pk"):
            bookings = list(session.bookings.filter(state=Booking.State.CONFIRMED).order_by("pk"))
            if not bookings and session.series_id is not None:
                continue
            assert session.starts_at is not None
            with clock.standing_at(session.starts_at + timedelta(minutes=6)):
                self._let_in(session, bookings)

    def _let_in(self, session: Session, bookings: list[Booking]) -> None:
        by = self._liaison(session.activity.organisation.code)
        for booking in bookings:
            check_in(session, client_id=uuid5(NAMESPACE_URL, f"demo-door-{booking.pk}"), booking=booking, by=by)
            leave_feedback(booking, stars=4 + booking.pk % 2, comment="讲得很耐心，下次还来（示例）。")
        audience = next((row.code for row in self.edition.doc.audiences), "")
        walk_ins = 1 if session.series_id is not None else 12
        check_in(
            session,
            client_id=uuid5(NAMESPACE_URL, f"demo-walk-in-{session.pk}"),
            people=walk_ins,
            audience=audience,
            by=by,
        )

    def _book_one(self, session: Session, number: int) -> None:
        party = 2 if session.series_id is None and number % 2 else 1
        wish = Wish(
            name=f"示例{_SURNAMES[number % len(_SURNAMES)]}先生" if number % 2 else f"示例{_SURNAMES[number % 15]}女士",
            email=f"visitor{number}@example.org", party_size=party, children=0, language="zh-hans", agreed=True,
        )  # fmt: skip
        try:
            book_places(session, wish, client_id=uuid5(NAMESPACE_URL, f"demo-booking-{number}"))
        except DomainError:
            return
