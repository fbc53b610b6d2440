"""Work out what an import would do, without doing it (B3). A constant number of queries."""

from __future__ import annotations

from datetime import datetime, time
from html import escape
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from skillweek.activities import access
from skillweek.activities.domain.activities import MAX_ACTIVITIES
from skillweek.activities.domain.sessions import must_be_valid
from skillweek.activities.domain.values import put_values
from skillweek.activities.models import Activity, ActivityUpload, Session
from skillweek.activities.queries.conflicts import clashes_of
from skillweek.activities.session_words import facts_of, place_words, time_words
from skillweek.activities.transfer.layout import BY_KEY, COLUMNS, EXAMPLE_MARK, FREE, NO, PAID, YES, words_of
from skillweek.activities.transfer.outcome import Action, Change, Outcome, Plan
from skillweek.activities.transfer.reading import read_day, read_number, read_times, split_many
from skillweek.content.html import plain_text
from skillweek.core.errors import DomainError
from skillweek.organisations.models import Organisation

#: Which words mean yes and which no.
_TELLING: Final = {"starts_at", "label", "place", "address", "room", "online_url", "capacity"}
_BOOLEAN: Final = {"fee": (FREE, PAID), "benefit": (YES, NO), "online": (YES, NO)}


def plan_import(upload: ActivityUpload) -> Plan:
    """Return what would happen to each row if the upload's owner imported them now. Writes nothing."""
    return _Planner(upload).plan()


class _Planner:
    def __init__(self, upload: ActivityUpload) -> None:
        self.edition = upload.edition
        self.user = upload.user
        self.rows = upload.rows
        self.zone = ZoneInfo(self.edition.zone)
        self.words = words_of(self.edition.doc)
        self.units = {unit.code.upper(): unit for unit in access.planning_organisations(self.user)}
        self.default: Organisation = upload.organisation
        titles = {row["cells"].get("title", "") for row in self.rows}
        there = (
            Activity.objects.filter(edition=self.edition, organisation__in=list(self.units.values()), title__in=titles)
            .select_related("organisation", "edition")
            .prefetch_related("tags", "sessions")
            .order_by("pk")
        )
        self.there: dict[tuple[int, str], list[Activity]] = {}
        for activity in there:
            self.there.setdefault((activity.organisation_id, activity.title), []).append(activity)
        self.heads: dict[tuple[int, str], Outcome] = {}
        self.sessions: list[tuple[Outcome, Session]] = []
        self.new_ones: dict[int, int] = {}

    def plan(self) -> Plan:
        """Rows in the file's order; an activity with an error in one row is not imported at all."""
        outcomes = [self._row(row["row"], row["cells"]) for row in self.rows]
        self._point_out_clashes()
        failed = {outcome.head: outcome.row for outcome in reversed(outcomes) if outcome.action == Action.ERROR}
        for outcome in outcomes:
            if outcome.head in failed and outcome.action != Action.ERROR:
                outcome.action = Action.SKIP
                text = _("同一活动的第 %(row)s 行有错误，整项活动先不导入。")
                outcome.notes.append(text % {"row": failed[outcome.head]})
        return Plan(outcomes)

    def _row(self, number: int, cells: dict[str, str]) -> Outcome:
        outcome = Outcome(number, cells.get("title", ""), head=number)
        if outcome.title.startswith(EXAMPLE_MARK):
            outcome.action = Action.SKIP
            outcome.notes.append(_("模板里的示例行，不导入。"))
            return outcome
        unit = self._unit(outcome, cells.get("unit", ""))
        if not outcome.title:
            outcome.fail(BY_KEY["title"].heading, _("请填写活动名称。同一活动有几场的，每行都要填名称。"))
        if unit is None or not outcome.title:
            return outcome
        outcome.unit_id, outcome.unit = unit.pk, str(unit)
        self._read(outcome, cells)
        outcome.given = dict(outcome.values)
        head = self.heads.setdefault((unit.pk, outcome.title), outcome)
        outcome.head = head.row
        activity = self._activity(outcome, unit)
        if head is outcome:
            self._compare(outcome, activity, unit)
        else:
            self._agree(outcome, head)
        self._session(outcome, activity, cells)
        if outcome.action != Action.ERROR and outcome.activity_id == 0 and head is outcome:
            outcome.action = Action.NEW
        elif outcome.action != Action.ERROR and (outcome.changes or outcome.adds_session):
            outcome.action = Action.UPDATE if outcome.activity_id else Action.NEW
        return outcome

    def _unit(self, outcome: Outcome, code: str) -> Organisation | None:
        if not code:
            return self.default
        unit = self.units.get(code.upper())
        if unit is None:
            text = _("您不是代码为「%(code)s」的单位的填报人员，不能替它导入。请核对代码，或留空。")
            outcome.fail(BY_KEY["unit"].heading, text % {"code": code[:40]})
        return unit

    def _activity(self, outcome: Outcome, unit: Organisation) -> Activity:
        """The activity that is there, or a blank one that is never saved."""
        found = self.there.get((unit.pk, outcome.title), [])
        if len(found) > 1:
            text = _("已有 %(count)s 个同名活动，分不清是哪一个。请先在网页上改名。")
            outcome.fail(BY_KEY["title"].heading, text % {"count": len(found)})
        if found:
            outcome.activity_id = found[0].pk
            if not access.can_edit(self.user, found[0]):
                text = _("同名活动%(state)s，不能用表格修改。请在活动页面操作，或改用别的名称。")
                outcome.fail(BY_KEY["title"].heading, text % {"state": found[0].get_state_display()})
            return found[0]
        return Activity(edition=self.edition, organisation=unit)

    def _read(self, outcome: Outcome, cells: dict[str, str]) -> None:
        """Turn the row's words into stored values."""
        for column in COLUMNS:
            text = cells.get(column.key, "")
            if not text or column.key in ("unit", "day", "from", "to"):
                continue
            if column.group:
                outcome.tags[column.group] = self._many(outcome, column.key, text)
                continue
            value = self._value(outcome, column.key, text)
            if value is None:
                continue
            if column.is_session:
                outcome.session[column.field.removeprefix("session:")] = value
            else:
                outcome.values[column.field] = value

    def _value(self, outcome: Outcome, key: str, text: str) -> Any:
        if key in self.words:
            return self._word(outcome, key, text)
        if key in _BOOLEAN:
            yes, no = _BOOLEAN[key]
            if text.lower() in yes | no:
                return text.lower() in yes
            outcome.fail(BY_KEY[key].heading, _("看不懂「%(text)s」。%(help)s") % _facts(key, text))
            return None
        if key in ("expected", "capacity"):
            number = read_number(text)
            if number is None:
                outcome.fail(BY_KEY[key].heading, _("「%(text)s」不是整数。") % _facts(key, text))
            return number
        if key == "description":
            return "".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line.strip())
        return text

    def _word(self, outcome: Outcome, key: str, text: str) -> str | None:
        words = self.words[key]
        if text in words:
            return words[text]
        if text in words.values():
            return text
        facts = {**_facts(key, text), "words": _("、").join(list(words)[:12])}
        outcome.fail(BY_KEY[key].heading, _("「%(text)s」不在可选范围内，请填：%(words)s。") % facts)
        return None

    def _many(self, outcome: Outcome, key: str, text: str) -> list[str]:
        # A whole cell that is one entry wins: an entry's own name may hold a comma.
        parts = [text] if text in self.words[key] else split_many(text)
        found = [self._word(outcome, key, part) for part in parts]
        return list(dict.fromkeys(code for code in found if code))

    def _compare(self, outcome: Outcome, activity: Activity, unit: Organisation) -> None:
        """What the first row of an activity makes of it, checked by the same function that the form uses."""
        if not activity.pk:
            self.new_ones[unit.pk] = self.new_ones.get(unit.pk, 0) + 1
            if self.new_ones[unit.pk] > MAX_ACTIVITIES:
                text = _("一个单位最多 %(count)s 项活动。") % {"count": MAX_ACTIVITIES}
                outcome.fail(BY_KEY["title"].heading, text)
        before = {name: getattr(activity, name) for name in outcome.values}
        if activity.pk and _same_text(before.get("description"), outcome.values.get("description")):
            # The table holds the words only: leave pictures and headings of the page alone.
            del outcome.values["description"]
        trial = Activity(edition=self.edition, organisation=unit, **{k: v for k, v in before.items() if k != "cover"})
        for name, value in outcome.values.items():
            try:
                put_values(trial, {name: value})
            except DomainError as error:
                outcome.fail(_heading_of(name), error.message)
        if not activity.pk:
            return
        for name in outcome.values:
            old, new = before[name], getattr(trial, name)
            if old != new:
                outcome.changes.append(Change(_heading_of(name), self._shown(name, old), self._shown(name, new)))
        for group, codes in outcome.tags.items():
            old_codes = activity.codes(group)
            if set(old_codes) != set(codes):
                names = {code: word for word, code in self.words[group].items()}
                old, new = (_("、").join(names.get(code, code) for code in row) for row in (old_codes, codes))
                outcome.changes.append(Change(_heading_of(f"tags:{group}"), old, new))

    def _shown(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if value is None:
            return ""
        key = next(column.key for column in COLUMNS if column.field == name)
        if key in self.words:
            return next((word for word, code in self.words[key].items() if code == value), str(value))
        text = plain_text(value) if name == "description" else str(value)
        return text if len(text) <= 60 else text[:60] + "…"

    def _agree(self, outcome: Outcome, head: Outcome) -> None:
        """Later rows of one activity only add sessions; what they say about the activity must not differ."""
        outcome.activity_id = head.activity_id
        for name, value in outcome.values.items():
            if value != head.given.get(name):
                outcome.fail(_heading_of(name), _differs(head))
        for group, codes in outcome.tags.items():
            if set(codes) != set(head.tags.get(group, [])):
                outcome.fail(_heading_of(f"tags:{group}"), _differs(head))
        outcome.values, outcome.tags = {}, {}

    def _session(self, outcome: Outcome, activity: Activity, cells: dict[str, str]) -> None:
        self._times(outcome, cells)
        # 「否」 and 「无需预约」 alone say nothing: without any of these the row has no session.
        if not outcome.session.keys() & _TELLING:
            return
        session = Session(activity=activity, **outcome.session)
        try:
            must_be_valid(session)
        except DomainError as error:
            key = {"starts_at": "from", "ends_at": "to"}.get(error.field)
            heading = BY_KEY[key].heading if key else _heading_of(f"session:{error.field}")
            outcome.fail(heading, error.message)
            return
        session.set_day()
        outcome.when = f"{time_words(facts_of(session), self.edition.zone)} · {place_words(facts_of(session))}"
        same = [other for other in self._known_sessions(activity, outcome) if _same(other, session)]
        if same:
            outcome.notes.append(_("这一场已经有了，不重复添加。"))
            return
        outcome.adds_session = True
        if session.day is not None and session.day not in self.edition.days:
            outcome.notes.append(_("这一天不在活动周内，请核对日期。"))
        self.sessions.append((outcome, session))

    def _known_sessions(self, activity: Activity, outcome: Outcome) -> list[Session]:
        stored = list(activity.sessions.all()) if activity.pk else []
        return stored + [session for other, session in self.sessions if other.head == outcome.head]

    def _times(self, outcome: Outcome, cells: dict[str, str]) -> None:
        day_text, from_text, to_text = (cells.get(key, "") for key in ("day", "from", "to"))
        day = read_day(day_text, self.edition.days) if day_text else None
        if day_text and day is None:
            text = _("看不懂日期「%(text)s」，请写成 2023-05-14 这样。")
            outcome.fail(BY_KEY["day"].heading, text % _facts("day", day_text))
        start, end = self._clock(outcome, "from", from_text)
        if to_text:
            end = self._clock(outcome, "to", to_text)[0]
        if not day_text and (start or end):
            outcome.fail(BY_KEY["day"].heading, _("填了时间，还要填日期。"))
        if day is None:
            return
        if start is None:
            if not from_text:
                outcome.fail(BY_KEY["from"].heading, _("填了日期，还要填开始时间；时间未定的，日期也请留空。"))
            return
        outcome.session["starts_at"] = datetime.combine(day, start, tzinfo=self.zone)
        if end is not None:
            outcome.session["ends_at"] = datetime.combine(day, end, tzinfo=self.zone)

    def _clock(self, outcome: Outcome, key: str, text: str) -> tuple[time | None, time | None]:
        if not text:
            return None, None
        found = read_times(text)
        if found is None:
            words = _("看不懂时间「%(text)s」，请写成 09:00 这样。") % _facts(key, text)
            outcome.fail(BY_KEY[key].heading, words)
            return None, None
        return found

    def _point_out_clashes(self) -> None:
        """Note what collides with stored sessions; one query for all rows."""
        rows = clashes_of(self.edition, [session for _outcome, session in self.sessions])
        for (outcome, _session), clashes in zip(self.sessions, rows, strict=True):
            for clash in clashes[:1]:
                text = _("同一场地同时有「%(other)s」。") if clash.is_room else _("与本单位「%(other)s」时间重叠。")
                outcome.notes.append(text % {"other": clash.session.activity.title})


def _same(one: Session, other: Session) -> bool:
    names = ("starts_at", "place", "room", "label", "is_online")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _same_text(old: str | None, new: str | None) -> bool:
    return new is not None and plain_text(old or "").split() == plain_text(new).split()


def _facts(key: str, text: str) -> dict[str, str]:
    return {"text": text[:40], "help": BY_KEY[key].help}


def _heading_of(field: str) -> str:
    return next((column.heading for column in COLUMNS if column.field == field), "")


def _differs(head: Outcome) -> str:
    return _("与第 %(row)s 行的同一活动不一致。请改成一致，或留空。") % {"row": head.row}
