"""A few days of sample reports for the demo, filed and decided by the product's own verbs (C1, C10).

The files are drawn for it (``samples``); the real worker checks them and sends the mails while the clock stands at the
moment at which it would have happened.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from skillweek.core import clock
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.reports.domain import comments, filing, items, reminders, review
from skillweek.reports.domain.drafts import SetText, save_changes
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.site import samples
from skillweek.site.demo_stories import (
    FILINGS,
    OTHER_RULES_REASON,
    PHOTO_REMARK,
    RETURN_REASON,
    SMALL_PHOTO_REASON,
    STORIES,
    VAGUE_CAPTION,
    Filing,
    Outcome,
)
from skillweek.site.demo_work import work_off
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.models import StoredFile

#: Writing a report takes so long before it is handed in.
_WRITING: Final = timedelta(minutes=25)
_MANUSCRIPT_WORDS: Final = 860
_K = ReportItem.Kind
Say = Callable[[str], object]


@dataclass
class _Drawn:
    """The files of one sample report, in the spool folder until they are handed in."""

    manuscript: Path
    photos: list[Path] = field(default_factory=list)
    video: Path | None = None
    scan: Path | None = None
    press_photo: Path | None = None


def file_reports(edition: Edition, units: Mapping[str, Organisation], people: Mapping[str, User], say: Say) -> None:
    """Fill the first days of the week: drafts, reports waiting, returned, accepted, late, and schools that owe one."""
    Path(settings.SPOOL_ROOT).mkdir(parents=True, exist_ok=True)
    say("画示例照片和视频，填报、检查、审核…")
    with tempfile.TemporaryDirectory(dir=settings.SPOOL_ROOT) as folder, ThreadPoolExecutor() as pool:
        # Drawn ahead while the first ones are filed.
        drawn = [pool.submit(_draw, Path(folder), number) for number in range(len(FILINGS))]
        week = _Week(edition, units, people, drawn)
        for moment, do in sorted(week.events(), key=lambda event: event[0]):
            with clock.standing_at(moment):
                do()
                work_off()
    reports = DailyReport.objects.filter(edition=edition)
    say(f"一日一报 {reports.count()} 份，材料文件 {StoredFile.objects.filter(edition=edition).count()} 个")


def _draw(folder: Path, number: int) -> _Drawn:
    plan = FILINGS[number]
    story, seed = STORIES[plan.story], number * 10 + 1
    stem = folder / f"{number:02}"
    text = samples.make_manuscript(
        Path(f"{stem}.docx"), _MANUSCRIPT_WORDS + seed % 7 * 40, title=_title(plan), seed=seed
    )
    drawn = _Drawn(text)
    for place in range(plan.photos):
        path = Path(f"{stem}-{place}.jpg")
        small = plan.small_photo and place == 0
        size: dict[str, Any] = {"width": 1440, "height": 960, "min_bytes": 100_000, "camera": ""} if small else {}
        drawn.photos.append(samples.make_photo(path, title=story.captions[place][-8:], seed=seed + place, **size))
    if plan.video:
        drawn.video = samples.make_video(Path(f"{stem}.mp4"), title=story.title[:4], seed=seed, seconds=5, rate=12)
    if plan.coverage:
        drawn.scan = samples.make_scan(Path(f"{stem}-scan.jpg"), title=story.title, outlet="示例日报", seed=seed)
        drawn.press_photo = samples.make_photo(Path(f"{stem}-press.jpg"), seed=seed + 9)
    return drawn


def _title(plan: Filing) -> str:
    return f"{STORIES[plan.story].title}（示例）"


class _Week:
    """Turns the plan into moments and what happens at each."""

    def __init__(
        self,
        edition: Edition,
        units: Mapping[str, Organisation],
        people: Mapping[str, User],
        drawn: list[Future[_Drawn]],
    ) -> None:
        self.edition = edition
        self.units = units
        self.people = people
        self.drawn = drawn
        self.first_photo: dict[str, StoredFile] = {}

    def events(self) -> Iterable[tuple[datetime, Callable[[], object]]]:
        """Yield (moment, what happens)."""
        for number, plan in enumerate(FILINGS):
            if plan.day < len(self.edition.days):
                yield from self._events_of(plan, self.drawn[number])
        for day in self.edition.days[1:3]:
            for at in self.edition.doc.report_reminders:
                moment = self._moment(day, at)
                if moment <= self._moment(self.edition.days[2], time(10, 30)):
                    yield moment + timedelta(seconds=5), reminders.send_due_reminders

    def _events_of(self, plan: Filing, drawn: Future[_Drawn]) -> Iterable[tuple[datetime, Callable[[], object]]]:
        handed_in, decided = self._at(plan, plan.at), self._at(plan, plan.decided)
        yield handed_in - _WRITING, lambda: self._write(plan, drawn.result())
        if plan.outcome == Outcome.DRAFT:
            return
        yield handed_in, lambda: self._hand_in(plan)
        if plan.outcome in (Outcome.RETURNED, Outcome.MENDED):
            returned = decided if plan.outcome == Outcome.RETURNED else handed_in + timedelta(hours=2)
            yield returned, lambda: self._send_back(plan)
        if plan.outcome == Outcome.MENDED:
            yield self._at(plan, plan.mended), lambda: self._mend(plan)
        if plan.outcome in (Outcome.ACCEPTED, Outcome.MENDED):
            yield decided, lambda: self._accept(plan)

    def _at(self, plan: Filing, at: tuple[int, int, int]) -> datetime:
        days, hour, minute = at
        return self._moment(self._day(plan) + timedelta(days=days), time(hour, minute))

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=ZoneInfo(self.edition.zone))

    def _day(self, plan: Filing) -> date:
        return self.edition.starts_on + timedelta(days=plan.day)

    def _school(self, plan: Filing) -> Organisation:
        return self.units[plan.school]

    def _liaison(self, plan: Filing) -> User:
        own = {"DEMO-S01": "school@example.org", "DEMO-T01": "tech@example.org"}
        return self.people[own.get(plan.school, f"{plan.school.lower()}@example.org")]

    def _writer(self, plan: Filing) -> User:
        """In the first school a colleague writes and the liaison hands in."""
        return self.people["member@example.org"] if plan.school == "DEMO-S01" else self._liaison(plan)

    def _reviewer(self, plan: Filing) -> User:
        above = self._school(plan).get_parent().code
        own = {"DEMO-D1": "district", "DEMO-EDU": "city", "DEMO-HR": "hr"}
        return self.people[f"{own.get(above, above.lower())}@example.org"]

    def _report(self, plan: Filing) -> DailyReport:
        return DailyReport.objects.select_related("edition", "organisation").get(
            edition=self.edition, organisation=self._school(plan), day=self._day(plan)
        )

    # What people do ----------------------------------------------------------------------------

    def _write(self, plan: Filing, drawn: _Drawn) -> None:
        story, writer, day = STORIES[plan.story], self._writer(plan), self._day(plan)
        report = filing.open_report(writer, self._school(plan), self.edition, day)
        text = self._store(plan, drawn.manuscript, "manuscript", f"{_title(plan)}.docx")
        self._add(report, writer, _K.MANUSCRIPT, file=text, title=_title(plan))
        self._add(report, writer, _K.CASE, title=f"{story.title}：做法和成效（示例）", text=self._case(plan))
        for place, path in enumerate(drawn.photos):
            caption = story.captions[place]
            if plan.outcome in (Outcome.RETURNED, Outcome.MENDED) and place == 1:
                caption = VAGUE_CAPTION
            photo = self._store(plan, path, "photo", f"{caption}.jpg")
            self._add(report, writer, _K.PHOTO, file=photo, caption=caption)
            self.first_photo.setdefault(plan.school, photo)
        if plan.repeats:
            self._repeat_photo(plan, report, writer)
        if drawn.video is not None:
            video = self._store(plan, drawn.video, "video", f"{story.title}.mp4")
            self._add(report, writer, _K.VIDEO, file=video, caption=f"{story.title}，活动短片（示例）")
        if drawn.scan is not None and drawn.press_photo is not None:
            self._add_coverage(plan, report, writer, drawn.scan, drawn.press_photo)
        self._count_people(plan, report, writer)

    def _case(self, plan: Filing) -> str:
        seed = 5000 + FILINGS.index(plan)
        return f"{STORIES[plan.story].opening}\n{samples.sample_text(790, seed)}"

    def _add(self, report: DailyReport, by: User, kind: str, **fields: Any) -> ReportItem:
        return items.add_item(report, by=by, kind=kind, client_id=uuid.uuid4(), **fields)

    def _store(self, plan: Filing, path: Path, kind: str, name: str) -> StoredFile:
        return store_local_file(
            path, edition=self.edition, organisation=self._school(plan), user=self._writer(plan), kind=kind, name=name
        )

    def _repeat_photo(self, plan: Filing, report: DailyReport, writer: User) -> None:
        """The same photo in another school's report: the reviewer is shown where it was before (C14)."""
        from skillweek.uploads.storage import local_copy

        other = self.first_photo[plan.repeats]
        copy = Path(settings.SPOOL_ROOT) / f"{uuid.uuid4()}.jpg"
        with local_copy(other.key) as (path, _digest):
            shutil.copyfile(path, copy)
        photo = self._store(plan, copy, "photo", "联合活动.jpg")
        self._add(report, writer, _K.PHOTO, file=photo, caption="与兄弟学校联合开展茶艺展示")

    def _add_coverage(self, plan: Filing, report: DailyReport, writer: User, scan: Path, photo: Path) -> None:
        story = STORIES[plan.story]
        self._add(
            report,
            writer,
            _K.COVERAGE,
            file=self._store(plan, scan, "coverage", f"示例日报-{story.title}.jpg"),
            photo_file=self._store(plan, photo, "coverage", f"示例日报-{story.title}-照片.jpg"),
            title=story.title,
            outlet="示例日报",
            level="municipal",
            published_on=self._day(plan),
            text=f"{story.opening}\n{samples.sample_text(300, seed=plan.students)}",
        )

    def _count_people(self, plan: Filing, report: DailyReport, by: User) -> None:
        figures = {
            "sessions": 2 + plan.photos, "students": plan.students, "teachers": plan.students // 15,
            "enterprises": plan.students // 120, "residents": plan.students * 2 // 3,
        }  # fmt: skip
        known = {figure.code for figure in self.edition.doc.report_figures}
        changes = [
            SetText(op="set", field=f"figure:{code}", value=str(number))
            for code, number in figures.items()
            if code in known
        ]
        save_changes(report, changes, by=by)

    def _hand_in(self, plan: Filing) -> None:
        report = self._report(plan)
        # The second is kept only where another edition's rules find fault with the samples.
        reason = SMALL_PHOTO_REASON if plan.small_photo else OTHER_RULES_REASON
        filing.submit_report(report, by=self._liaison(plan), expected_version=report.version, error_reason=reason)

    def _send_back(self, plan: Filing) -> None:
        report, reviewer = self._report(plan), self._reviewer(plan)
        photo = report.items.get(caption=VAGUE_CAPTION)
        comments.add_comment(report, by=reviewer, text=PHOTO_REMARK, item=photo)
        review.return_for_correction(report, by=reviewer, expected_version=report.version, reason=RETURN_REASON)

    def _mend(self, plan: Filing) -> None:
        liaison, photo = self._liaison(plan), self._report(plan).items.get(caption=VAGUE_CAPTION)
        better = STORIES[plan.story].captions[1]
        change = SetText(op="set", item=photo.client_id, field="caption", base=VAGUE_CAPTION, value=better)
        report = save_changes(self._report(plan), [change], by=liaison).report
        filing.submit_report(report, by=liaison, expected_version=report.version, error_reason=OTHER_RULES_REASON)

    def _accept(self, plan: Filing) -> None:
        report, reviewer = self._report(plan), self._reviewer(plan)
        for comment in report.comments.filter(resolved_at=None):
            comments.resolve_comment(comment, by=reviewer)
        report = review.accept_report(report, by=reviewer, expected_version=report.version)
        if plan.highlight:
            review.mark_report_highlight(report, by=reviewer, on=True)
