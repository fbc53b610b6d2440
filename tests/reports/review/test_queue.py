"""The queue and the evidence shown with it (C10, C14)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from skillweek.editions.models import Edition
from skillweek.organisations.access import forget_scope
from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.reports.queries.detail import detail_of
from skillweek.reports.queries.evidence import evidence_for
from skillweek.reports.queries.queue import QueueFilter, nearest_reviewers, next_waiting, queue, queue_rows
from tests import factories
from tests.reports.review import make

pytestmark = pytest.mark.requirement("C10")
ERROR = {"code": "photo.width", "severity": "error", "subject": "s", "message": "太窄", "message_en": "narrow"}
TEXT = "活动" * 20


def _queue(user: User, edition: Edition, query: str = "") -> list[DailyReport]:
    return list(queue(user, edition, QueueFilter.from_query(QueryDict(query))))


def test_queue_holds_waiting_reports_below_the_longest_waiting_first(
    tree: factories.Tree, edition: Edition, reviewer: User, host_reviewer: User
) -> None:
    days = edition.days
    late = make.report(edition, tree.school_a, day=days[1])
    early = make.report(edition, tree.school_a, day=days[0])
    make.report(edition, tree.school_a, day=days[2], state="draft")
    foreign = make.report(edition, tree.school_b)
    make.report(edition, tree.college, state="accepted")

    assert _queue(reviewer, edition) == [early, late]
    assert set(_queue(host_reviewer, edition)) == {early, late, foreign}
    assert _queue(factories.person(tree.school_a, "manager"), edition) == []


def test_filters_pick_late_faulty_shared_repeated_and_direct_reports(
    tree: factories.Tree, edition: Edition, host_reviewer: User
) -> None:
    edu_reviewer = factories.person(tree.edu, "reviewer")
    late = make.report(edition, tree.school_a, is_late=True)
    faulty = make.report(edition, tree.school_b)
    make.item(faulty, ReportItem.Kind.PHOTO, findings=[ERROR])
    college = make.report(edition, tree.college)
    for report in (late, college):
        make.item(report, ReportItem.Kind.PHOTO, file=make.stored(edition, report.organisation, "a.jpg", b"same"))
    again = make.report(edition, tree.tech, first_submitted_at=make.at(make.FIRST_DAY, 9))

    def found(query: str, user: User = host_reviewer) -> set[DailyReport]:
        return set(_queue(user, edition, query))

    assert found("flag=late") == {late}
    assert found("flag=errors") == {faulty}
    assert found("flag=lookalike") == {late, college}
    assert found("flag=lookalike&flag=late") == {late}
    assert found("flag=again") == {again}
    assert found("flag=direct", edu_reviewer) == {college}
    assert found("flag=nonsense&day=nonsense&line=nonsense") == {late, faulty, college, again}
    assert found("q=第二") == {faulty}
    assert found("day=2031-03-04") == set()


def test_rows_tell_what_a_reviewer_wants_to_know(tree: factories.Tree, edition: Edition, host_reviewer: User) -> None:
    report = make.report(edition, tree.school_a)
    make.item(report, ReportItem.Kind.PHOTO, findings=[ERROR])
    make.item(report, ReportItem.Kind.PHOTO)
    removed = make.item(report, ReportItem.Kind.VIDEO)
    removed.removed_at = make.at(make.FIRST_DAY, 9)
    removed.save()

    row = queue_rows([report])[0]

    assert row.pieces == [("照片", 2)]
    assert (row.with_errors, row.lookalike, row.submissions, row.open_comments) == (True, False, 1, 0)


def test_next_goes_on_from_the_present_report_and_begins_again(
    tree: factories.Tree, edition: Edition, reviewer: User
) -> None:
    first, second, third = (make.report(edition, tree.school_a, day=day) for day in edition.days)

    assert [next_waiting(reviewer, each) for each in (first, second, third)] == [second, third, first]
    DailyReport.objects.exclude(pk=third.pk).update(state="accepted")
    assert next_waiting(reviewer, third) is None


def test_the_host_is_told_who_stands_nearer(tree: factories.Tree, reviewer: User, host_reviewer: User) -> None:
    assert nearest_reviewers(tree.school_a, reviewer) is None
    assert nearest_reviewers(tree.school_a, host_reviewer) == tree.siming


@pytest.mark.requirement("C14")
def test_evidence_names_the_school_only_to_those_who_may_see_it(
    tree: factories.Tree, edition: Edition, reviewer: User, host_reviewer: User
) -> None:
    mine, other = make.report(edition, tree.school_a), make.report(edition, tree.school_b)
    photo = make.item(mine, ReportItem.Kind.PHOTO, file=make.stored(edition, tree.school_a, "a.jpg", b"same"))
    make.item(other, ReportItem.Kind.PHOTO, file=make.stored(edition, tree.school_b, "b.jpg", b"same"))

    near = evidence_for(reviewer, mine, [photo])[photo.pk]
    far = evidence_for(host_reviewer, mine, [photo])[photo.pk]

    assert [(found.likeness, found.visible, found.school, found.file) for found in near] == [
        ("same_file", False, "", None)
    ]
    assert [(found.visible, found.school, found.report_id) for found in far] == [(True, "示例第二职业学校", other.pk)]


@pytest.mark.requirement("C14")
def test_evidence_finds_near_photos_the_same_file_row_and_the_same_text(
    tree: factories.Tree, edition: Edition, host_reviewer: User
) -> None:
    first, second = make.report(edition, tree.school_a), make.report(edition, tree.school_a, day=edition.days[1])
    file = make.stored(edition, tree.school_a, "a.jpg", b"one")
    photo = make.item(first, ReportItem.Kind.PHOTO, file=file)
    make.item(second, ReportItem.Kind.PHOTO, file=file)
    text = make.item(first, text=TEXT, word_count=40)
    make.item(second, text=TEXT, word_count=40)
    short = make.item(first, text="同上", word_count=2)
    make.item(second, text="同上", word_count=2)

    found = evidence_for(host_reviewer, first, [photo, text, short])

    assert {key: [each.likeness for each in value] for key, value in found.items()} == {
        photo.pk: ["same_file"],
        text.pk: ["same_text"],
    }


def _full(edition: Edition, school: Any, day: Any, photos: int) -> DailyReport:
    report = make.report(edition, school, day=day)
    for number in range(photos):
        file = make.stored(edition, school, f"{number}.jpg", f"{school.pk}-{day}-{number}".encode())
        make.item(report, ReportItem.Kind.PHOTO, file=file, caption="茶艺")
    return report


def test_queries_do_not_grow_with_reports_or_items(tree: factories.Tree, edition: Edition, host_reviewer: User) -> None:
    def measure(report: DailyReport) -> tuple[int, int]:
        forget_scope(host_reviewer)
        with CaptureQueriesContext(connection) as listing:
            queue_rows(_queue(host_reviewer, edition)[:25])
        with CaptureQueriesContext(connection) as reading:
            detail_of(host_reviewer, report)
        return len(listing), len(reading)

    few = measure(_full(edition, tree.school_a, edition.days[0], 2))
    for school in make.schools(tree, 20):
        make.report(edition, school)
    many = measure(_full(edition, tree.school_a, edition.days[1], 15))

    assert many == few
