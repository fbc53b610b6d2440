"""Two phones in any interleaving, and at the very same moment: no text is ever lost silently (C1)."""

from __future__ import annotations

import threading
import unicodedata
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.core.errors import Conflict
from skillweek.organisations.models import User
from skillweek.reports.domain.drafts import Saved
from skillweek.reports.domain.filing import open_report, submit_report
from skillweek.reports.domain.values import text_of
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.site.samples import sample_text
from tests import factories
from tests.factories import person
from tests.reports.filing import make
from tests.reports.filing.make import add, change, put

CASE, COVERAGE = uuid.uuid4(), uuid.uuid4()
#: What is typed, each text once, right and wrong; (item, field) → texts.
FIELDS: dict[tuple[Any, str], list[str]] = {
    (None, "note"): ["甲", "乙", "丙丙", "长" * 2001, ""],
    (None, "figure:students"): ["１２", "30", "很多", "999999999", ""],
    (CASE, "title"): ["一", "二", "题" * 300, ""],
    (COVERAGE, "link"): ["https://a.example/1", "不是网址", "b.example", ""],
}


class Phone:
    """What the form's script does: keeps what was typed until an answer comes, with the text it started from."""

    def __init__(self, report: DailyReport, by: User) -> None:
        self.report, self.by = report, by
        self.known: dict[tuple[Any, str], str] = {}
        self.typed: dict[tuple[Any, str], tuple[str, str]] = {}

    def type(self, place: tuple[Any, str], value: str) -> None:
        """The person types; the base is what the phone last knew."""
        base = self.typed[place][0] if place in self.typed else self.known.get(place, "")
        self.typed[place] = (base, value)

    def sync(self, lost: bool) -> None:
        """Send everything; when the answer is ``lost`` the phone sends it all again some day."""
        sent = dict(self.typed)
        before = stored(self.report)
        saved = change(self.report, self.by, *[put(f, value, base, i) for (i, f), (base, value) in sent.items()])
        after = stored(self.report)
        for place, (base, value) in sent.items():
            _nothing_was_lost(place, base, value, before[place], after[place], saved)
        assert all(after[place] == before[place] for place in FIELDS if place not in sent)
        if not lost:
            self._take(sent, saved, after)

    def _take(self, sent: dict[tuple[Any, str], tuple[str, str]], saved: Saved, now: dict[Any, str]) -> None:
        self.known = now
        for place in sent:
            self.typed.pop(place)
        for row in saved.conflicts:
            place = (uuid.UUID(row["item"]) if row["item"] else None, row["field"])
            self.typed[place] = (row["theirs"], row["yours"])


def stored(report: DailyReport) -> dict[tuple[Any, str], str]:
    """Every field as the database has it, whether its item is removed or not."""
    fresh = DailyReport.objects.get(pk=report.pk)
    rows: dict[Any, ReportItem] = {item.client_id: item for item in fresh.items.all()}
    return {(item, field): text_of(rows[item] if item else fresh, field) for item, field in FIELDS}


def _as_read(value: str) -> str:
    return f"https://{value}" if value == "b.example" else unicodedata.normalize("NFKC", value)


def _nothing_was_lost(place: Any, base: str, value: str, before: str, after: str, saved: Saved) -> None:
    """The value is there, or reported; and what stood there was what the writer had started from."""
    item, field = str(place[0]) if place[0] else None, place[1]
    reported = [row for row in [*saved.conflicts, *saved.problems] if (row["item"], row["field"]) == (item, field)]
    if reported:
        assert len(reported) == 1
        assert after == before
    else:
        assert after == _as_read(value)
        assert before in (base, after)
    for row in saved.conflicts:
        if (row["item"], row["field"]) == (item, field):
            assert (row["yours"], row["theirs"]) == (value, before)


_TYPE = st.sampled_from([(place, text) for place, texts in FIELDS.items() for text in texts])
_STEP = st.tuples(
    st.integers(0, 1),
    st.one_of(
        _TYPE.map(lambda what: ("type", what)),
        st.booleans().map(lambda lost: ("sync", lost)),
        st.sampled_from([("remove", CASE), ("restore", CASE), ("look", None)]),
    ),
)


@pytest.mark.requirement("C1")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_STEP, min_size=4, max_size=24))
def test_no_interleaving_of_two_phones_loses_a_text(
    steps: list[Any], draft: DailyReport, liaison: User, member: User
) -> None:
    with transaction.atomic():
        change(draft, liaison, add(CASE), add(COVERAGE, "coverage"))
        phones = [Phone(draft, liaison), Phone(draft, member)]
        for number, (what, value) in steps:
            phone = phones[number]
            if what == "type":
                phone.type(*value)
            elif what == "sync":
                phone.sync(value)
            elif what == "look":
                phone.known = stored(draft)
            else:
                before = stored(draft)
                change(draft, phone.by, {"op": what, "item": str(value)})
                assert stored(draft) == before
        for phone in phones:
            phone.sync(lost=False)
        transaction.set_rollback(True)


def _together(*jobs: Callable[[], object]) -> list[Any]:
    """Run the jobs in threads of their own that start at the same moment; returns results or exceptions."""
    barrier = threading.Barrier(len(jobs))
    results: list[object] = [None] * len(jobs)

    def run(place: int) -> None:
        try:
            barrier.wait()
            results[place] = jobs[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def two(transactional_db: None) -> tuple[DailyReport, User, User]:
    """A draft, committed, and its two writers."""
    tree, edition = factories.tree(), factories.edition()
    liaison, member = person(tree.school_a, "liaison"), person(tree.school_a, "member")
    return make.begin(liaison, tree.school_a, edition), liaison, member


@pytest.mark.requirement("C1")
def test_one_field_at_once_keeps_one_text_and_returns_the_other(two: tuple[DailyReport, User, User]) -> None:
    report, liaison, member = two
    for turn in range(5):
        base = DailyReport.objects.get(pk=report.pk).note
        mine, theirs = f"甲{turn}", f"乙{turn}"

        saved = _together(
            lambda mine=mine, base=base: change(report, liaison, put("note", mine, base)),
            lambda theirs=theirs, base=base: change(report, member, put("note", theirs, base)),
        )

        kept = DailyReport.objects.get(pk=report.pk).note
        [conflict] = [row for one in saved for row in one.conflicts]
        assert {kept, conflict["yours"]} == {mine, theirs}
        assert conflict["theirs"] == kept


@pytest.mark.requirement("C1")
def test_many_fields_at_once_are_all_kept(two: tuple[DailyReport, User, User]) -> None:
    report, liaison, member = two
    key = uuid.uuid4()
    change(report, liaison, add(key))
    before = make.version_of(report)

    _together(
        *[
            lambda field=field, by=by, item=item: change(report, by, put(field, "5", "", item))
            for field, by, item in (
                ("note", liaison, None),
                ("figure:students", member, None),
                ("figure:teachers", liaison, None),
                ("title", member, key),
                ("text", liaison, key),
                ("source", member, key),
            )
        ]
    )

    fresh = DailyReport.objects.get(pk=report.pk)
    item = fresh.items.get()
    assert (fresh.note, fresh.figures) == ("5", {"students": 5, "teachers": 5})
    assert (item.title, item.text, item.source) == ("5", "5", "5")
    assert fresh.version == before + 6


@pytest.mark.requirement("C1")
def test_the_same_request_twice_at_once_makes_one_item(two: tuple[DailyReport, User, User]) -> None:
    report, liaison, _member = two
    key = uuid.uuid4()

    def send() -> Saved:
        return change(report, liaison, add(key), put("title", "题", item=key))

    saved = _together(send, send, send)

    assert [one.conflicts for one in saved] == [[], [], []]
    assert (report.items.count(), make.version_of(report)) == (1, 2)


@pytest.mark.requirement("C1")
def test_two_people_begin_the_same_day_at_once(transactional_db: None) -> None:
    tree, edition = factories.tree(), factories.edition()
    people = [person(tree.school_a, "liaison"), person(tree.school_a, "member")]

    reports = _together(
        *[lambda by=by: open_report(by, tree.school_a, edition, make.DAY) for by in people],
    )

    assert {report.pk for report in reports} == {DailyReport.objects.get().pk}


@pytest.mark.requirement("C1")
def test_handing_in_while_a_colleague_types_never_hands_in_what_nobody_saw(
    two: tuple[DailyReport, User, User],
) -> None:
    report, liaison, member = two
    make.text_item(report, liaison, sample_text(1000), title="题")
    seen = make.version_of(report)

    handed_in, typed = _together(
        lambda: submit_report(report, by=liaison, expected_version=seen),
        lambda: change(report, member, put("note", "同事补充")),
    )

    fresh = DailyReport.objects.get(pk=report.pk)
    if isinstance(handed_in, Conflict):  # typed first: the liaison reads again
        assert (handed_in.code, fresh.state, fresh.note) == ("changed", "draft", "同事补充")
    else:  # handed in first: the colleague hears that it is no longer open
        assert isinstance(typed, Conflict)
        assert (typed.code, fresh.state, fresh.note) == ("not_editable", "submitted", "")


@pytest.mark.requirement("C1")
def test_handing_in_twice_at_once_makes_one_version(two: tuple[DailyReport, User, User]) -> None:
    report, liaison, _member = two
    make.text_item(report, liaison, sample_text(1000), title="题")
    seen = make.version_of(report)

    def hand_in() -> DailyReport:
        return submit_report(report, by=liaison, expected_version=seen)

    results = _together(hand_in, hand_in)

    assert sorted(type(result).__name__ for result in results) == ["Conflict", "DailyReport"]
    assert report.versions.count() == 1
