"""Correcting, handing in and deciding on a form (C12)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.domain import EditionConflict, change_document, close_edition
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import Organisation, User
from skillweek.statistics.checks import findings_of
from skillweek.statistics.domain.reminders import remind, send_due_reminders
from skillweek.statistics.domain.review import accept_form, reopen_form, return_form
from skillweek.statistics.domain.submission import submit_form, withdraw_form
from skillweek.statistics.domain.values import save_figure
from skillweek.statistics.models import FigureChange, FormEntry, FormReminder
from skillweek.statistics.queries.figures import count_again, ensure_entry, figures_in
from tests.factories import Tree, client_of, person
from tests.statistics import make


@pytest.fixture
def entry(tree: Tree, edition: Edition, uncounted: str) -> FormEntry:
    make.activity(edition, tree.school_a, days=(0, 1))
    return ensure_entry(edition, tree.school_a)


@pytest.fixture
def reviewer(tree: Tree) -> User:
    return person(tree.siming, "reviewer")


def figure(entry: FormEntry, code: str) -> Any:
    return next(
        view for view in figures_in(entry.edition, FormEntry.objects.get(pk=entry.pk)) if view.field.code == code
    )


@pytest.mark.requirement("C12")
def test_a_correction_needs_a_reason_and_keeps_both_values(entry: FormEntry, liaison: User) -> None:
    with pytest.raises(DomainError, match="请写明修改理由") as refusal:
        save_figure(entry, "activities_total", "4", by=liaison)
    assert (refusal.value.field, refusal.value.code) == ("activities_total", "reason")

    save_figure(entry, "activities_total", " 4 ", reason="两项在校外，没有录入", by=liaison)
    make.activity(entry.edition, entry.organisation)
    count_again(entry.edition, Organisation.objects.schools())

    found = figure(entry, "activities_total")
    assert (found.number, found.counted, found.corrected, found.reason) == (4, 2, 4, "两项在校外，没有录入")
    change = FigureChange.objects.get()
    assert (change.old, change.new, change.counted, change.actor) == ("1", "4", 1, liaison)

    save_figure(entry, "activities_total", "", by=liaison)
    found = figure(entry, "activities_total")
    assert (found.number, found.corrected, found.reason) == (2, None, "")
    assert FigureChange.objects.count() == 2


@pytest.mark.parametrize("typed", ["-1", "1.5", "十", "9" * 13, "1e3", "０x"])
def test_what_is_no_number_is_refused_in_words(entry: FormEntry, liaison: User, typed: str) -> None:
    with pytest.raises(DomainError, match="整数"):
        save_figure(entry, "online_visits", typed, by=liaison)
    assert figure(entry, "online_visits").number is None


def test_two_people_at_one_field_lose_nothing(tree: Tree, entry: FormEntry, liaison: User) -> None:
    colleague = person(tree.school_a, "member")
    save_figure(entry, "online_visits", "10", seen="", by=colleague)
    with pytest.raises(Conflict) as refusal:
        save_figure(entry, "online_visits", "12", seen="", by=liaison)
    assert refusal.value.details == [{"value": "10"}]
    save_figure(entry, "online_visits", "12", seen="10", by=liaison)
    assert figure(entry, "online_visits").number == 12


@pytest.mark.requirement("C12")
def test_a_form_is_handed_in_returned_mended_and_accepted(
    tree: Tree, entry: FormEntry, liaison: User, reviewer: User
) -> None:
    save_figure(entry, "activities_feature", "3", reason="另有两项", by=liaison)
    entry.refresh_from_db()
    with pytest.raises(DomainError, match="1 处错误") as refusal:
        submit_form(entry, by=liaison, expected_version=entry.version)
    assert refusal.value.details == ["“其中特色亮点活动”为 3，“开展活动总数”为 1。"]
    sent = submit_form(entry, by=liaison, expected_version=entry.version, error_reason="活动没有录全")
    with pytest.raises(Conflict):
        save_figure(entry, "activities_feature", "1", by=liaison)

    back = return_form(
        sent,
        by=reviewer,
        expected_version=sent.version,
        reason="请核对",
        remarks={"activities_feature": "应不多于总数"},
    )
    save_figure(entry, "activities_feature", "1", reason="核对过", by=liaison)
    entry.refresh_from_db()
    again = submit_form(entry, by=liaison, expected_version=entry.version)
    done = accept_form(again, by=reviewer, expected_version=again.version)

    assert (back.state, done.state, done.error_reason) == ("returned", "accepted", "")
    assert [version.number for version in done.versions.all()] == [2, 1]
    assert done.versions.first().snapshot["figures"][1]["corrected"] == 1
    assert {message.kind for message in Message.objects.filter(recipient=liaison)} == {"form.returned", "form.accepted"}
    verbs = set(AuditEvent.objects.filter(object_type="statistics.formentry").values_list("verb", flat=True))
    assert verbs == {"form.correct", "form.submit", "form.return", "form.accept"}
    reopened = reopen_form(done, by=reviewer, reason="漏了一项")
    assert (reopened.state, withdraw_form(reopened, by=liaison).state) == ("submitted", "draft")


def test_decisions_are_for_the_line_above_and_for_what_was_read(
    tree: Tree, entry: FormEntry, liaison: User, reviewer: User
) -> None:
    member = person(tree.school_a, "member")
    with pytest.raises(NotAllowed):
        submit_form(entry, by=member, expected_version=entry.version)
    sent = submit_form(entry, by=liaison, expected_version=entry.version)
    for outsider in (person(tree.huli, "reviewer"), person(tree.hr, "manager"), liaison):
        with pytest.raises(NotAllowed):
            accept_form(sent, by=outsider, expected_version=sent.version)
    with pytest.raises(Conflict):
        accept_form(sent, by=reviewer, expected_version=sent.version - 1)
    accept_form(sent, by=reviewer, expected_version=sent.version)
    with pytest.raises(Conflict, match="已先作出"):
        return_form(sent, by=person(tree.edu, "reviewer"), expected_version=sent.version, reason="晚了")
    with pytest.raises(NotAllowed):
        save_figure(entry, "online_visits", "1", by=person(tree.school_b, "liaison"))


@pytest.mark.requirement("A8")
def test_a_closed_edition_takes_no_more_forms(entry: FormEntry, liaison: User, reviewer: User) -> None:
    sent = submit_form(entry, by=liaison, expected_version=entry.version)
    close_edition(entry.edition, actor=None, reason="归档")
    for call in (
        lambda: withdraw_form(sent, by=liaison),
        lambda: accept_form(sent, by=reviewer, expected_version=sent.version),
        lambda: save_figure(sent, "online_visits", "1", by=liaison),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_late_forms_are_flagged_and_taken(tree: Tree, entry: FormEntry, liaison: User, edition: Edition) -> None:
    zone = ZoneInfo(edition.zone)
    with time_machine.travel(datetime(2023, 5, 22, 23, 59, 59, tzinfo=zone), tick=False):
        in_time = submit_form(entry, by=liaison, expected_version=entry.version)
    other = person(tree.school_b, "liaison")
    with time_machine.travel(datetime(2023, 5, 23, 0, 0, 1, tzinfo=zone), tick=False):
        second = ensure_entry(edition, tree.school_b)
        late = submit_form(second, by=other, expected_version=second.version)
    assert (in_time.is_late, late.is_late) == (False, True)


def test_reminders_go_once_and_only_to_those_who_owe(
    tree: Tree, entry: FormEntry, liaison: User, reviewer: User
) -> None:
    other = person(tree.school_b, "liaison")
    zone = ZoneInfo(entry.edition.zone)
    submit_form(entry, by=liaison, expected_version=entry.version)
    for hour in (1, 12, 13):
        with time_machine.travel(datetime(2023, 5, 20, hour, tzinfo=zone), tick=False):
            send_due_reminders()
    assert [(row.organisation, row.slot) for row in FormReminder.objects.all()] == [(tree.school_b, "due-2")]
    assert Message.objects.filter(kind="form.reminder").get().recipient == other
    with time_machine.travel(datetime(2023, 5, 23, 9, tzinfo=zone), tick=False):
        with pytest.raises(NotAllowed):
            remind(entry.edition, [tree.school_b], by=reviewer)
        chief = person(tree.edu, "reviewer")
        first = remind(entry.edition, [tree.school_a, tree.school_b, tree.college], by=chief)
        second = remind(entry.edition, [tree.school_b], by=chief)
    assert (first.reminded, first.without_people, second.already) == ([tree.school_b], [tree.college], [tree.school_b])


_steps = st.lists(
    st.one_of(
        st.tuples(st.just("correct"), st.integers(0, 20)),
        st.tuples(st.just("restore"), st.just(0)),
        st.tuples(st.just("count"), st.integers(0, 2)),
    ),
    max_size=8,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=_steps)
def test_no_order_of_steps_loses_the_counted_value(
    entry: FormEntry, liaison: User, steps: list[tuple[str, int]]
) -> None:
    corrected: int | None = None
    save_figure(entry, "activities_total", "", by=liaison)
    for what, number in steps:
        before = figure(entry, "activities_total")
        if what == "correct":
            save_figure(entry, "activities_total", str(number), reason="实际", by=liaison)
            corrected = None if number == before.counted else number
        elif what == "restore":
            save_figure(entry, "activities_total", "", by=liaison)
            corrected = None
        else:
            for _time in range(number):
                make.activity(entry.edition, entry.organisation)
            count_again(entry.edition, Organisation.objects.filter(pk=entry.organisation_id))
        found = figure(entry, "activities_total")
        assert found.counted is not None
        assert found.corrected == corrected
        assert found.number == (found.counted if corrected is None else corrected)


_numbers = st.dictionaries(
    st.sampled_from(["activities_total", "activities_feature", "activities_linked", "online_activities"]),
    st.integers(0, 9),
)


@given(numbers=_numbers)
def test_checks_hold_exactly_when_the_numbers_do(numbers: dict[str, int]) -> None:
    from skillweek.editions.folder import read_folder
    from skillweek.statistics.queries.figures import FigureView
    from tests.factories import EDITIONS

    form = read_folder(EDITIONS / "xiamen-2023").statistics_form
    views = [
        FigureView(each, numbers.get(each.code), None, None, "", "", "draft", False) for each in form.fields
    ]  # fmt: skip
    found = {finding.code for finding in findings_of(form, views) if finding.severity == "error"}

    total = numbers.get("activities_total")
    parts = {"feature_within_total": "activities_feature", "linked_within_total": "activities_linked",
             "online_within_total": "online_activities"}  # fmt: skip
    assert found == {
        check for check, code in parts.items() if total is not None and code in numbers and numbers[code] > total
    }


def test_due_date_is_the_editions(edition: Edition) -> None:
    from skillweek.statistics.domain.submission import due_at

    assert due_at(edition) == datetime(2023, 5, 23, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert edition.doc.statistics_due_on == date(2023, 5, 22)


def test_a_form_does_not_lose_fields_that_were_filled_in(tree: Tree, entry: FormEntry, liaison: User) -> None:
    save_figure(entry, "online_visits", "7", by=liaison)
    edition = Edition.objects.get()
    form = edition.document["statistics_form"]
    changes: Any = {
        "statistics_form": {**form, "checks": [], "fields": [f for f in form["fields"] if f["code"] != "online_visits"]}
    }
    with pytest.raises(EditionConflict) as refusal:
        change_document(edition, changes, actor=None, reason="改", expected_revision=edition.revision)
    # The template of the summary names the field too, and says so beside this.
    assert refusal.value.details[0] == "统计表的“线上参与”已有学校填写，删除后不再显示这些数据。"
    assert [text.split("的")[0] for text in refusal.value.details] == ["统计表", "情况总结"]
    change_document(edition, changes, actor=None, reason="改", expected_revision=edition.revision, force=True)
    count_again(Edition.objects.get(), Organisation.objects.schools())
    assert entry.figures.get(code="online_visits").corrected == 7


@pytest.mark.requirement("C12")
def test_a_new_reason_for_the_same_number_is_kept(entry: FormEntry, liaison: User) -> None:
    save_figure(entry, "activities_total", "4", reason="两项在校外", by=liaison)
    save_figure(entry, "activities_total", "4", reason="两项在校外，一项没有录入", by=liaison)

    assert figure(entry, "activities_total").reason == "两项在校外，一项没有录入"
    assert FigureChange.objects.count() == 2


@pytest.mark.requirement("C12")
def test_a_correction_that_the_count_caught_up_with_can_be_taken_back(entry: FormEntry, liaison: User) -> None:
    save_figure(entry, "activities_total", "2", reason="一项没有录入", by=liaison)
    make.activity(entry.edition, entry.organisation)
    count_again(entry.edition, Organisation.objects.schools())
    assert figure(entry, "activities_total").corrected == 2

    save_figure(entry, "activities_total", "", by=liaison)

    found = figure(entry, "activities_total")
    assert (found.number, found.counted, found.corrected, found.reason) == (2, 2, None, "")


@pytest.mark.requirement("C12")
def test_nobody_hands_in_numbers_that_moved_after_they_read_them(entry: FormEntry, liaison: User) -> None:
    read = FormEntry.objects.get(pk=entry.pk).version
    count_again(entry.edition, Organisation.objects.schools())
    assert FormEntry.objects.get(pk=entry.pk).version == read  # nothing moved

    make.activity(entry.edition, entry.organisation)
    count_again(entry.edition, Organisation.objects.schools())

    with pytest.raises(Conflict, match="在您阅读期间有了变化"):
        submit_form(entry, by=liaison, expected_version=read, error_reason="数字属实")


@pytest.mark.requirement("C12")
def test_rows_behind_a_handed_in_figure_say_that_they_are_of_today(
    entry: FormEntry, liaison: User, reviewer: User
) -> None:
    address = reverse("statistics:figure", args=[entry.organisation_id, "activities_total"])
    words = "可能与提交时不同"
    assert words not in client_of(liaison).get(address).content.decode()
    fresh = FormEntry.objects.get(pk=entry.pk)
    submit_form(fresh, by=liaison, expected_version=fresh.version, error_reason="数字属实")

    assert words in client_of(liaison).get(address).content.decode()
