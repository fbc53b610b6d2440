"""An edition's data is not changed against the reports there are, unless somebody says why (A4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from skillweek.core.audit import history_of
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.domain import EditionConflict, change_document, close_edition, load_edition, restore_revision
from skillweek.editions.folder import parse_document
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport, ReportItem
from tests.factories import Tree, person

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A4")]
State = DailyReport.State


@pytest.fixture
def manager(tree: Tree) -> User:
    """A manager of the host."""
    return person(tree.host, "manager")


@pytest.fixture
def reports(tree: Tree, edition: Edition) -> dict[str, DailyReport]:
    """School A's first day accepted, second day handed in; school B's last day a draft; the rest untouched."""
    first, second, last = edition.days[0], edition.days[1], edition.days[-1]
    made = {
        "accepted": _report(edition, tree.school_a, first, State.ACCEPTED, figures={"students": 40}),
        "submitted": _report(edition, tree.school_a, second, State.SUBMITTED),
        "draft": _report(edition, tree.school_b, last, State.DRAFT),
    }
    ReportItem.objects.create(report=made["accepted"], kind=ReportItem.Kind.VIDEO, caption="茶艺展示")
    ReportItem.objects.create(report=made["draft"], kind=ReportItem.Kind.CASE, text="草稿")
    return made


def _report(edition: Edition, school: Any, day: Any, state: str, **more: Any) -> DailyReport:
    handed_in = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(edition.zone))
    times = {} if state == State.DRAFT else {"first_submitted_at": handed_in, "submitted_at": handed_in}
    return DailyReport.objects.create(edition=edition, organisation=school, day=day, state=state, **times, **more)


def _refusal(edition: Edition, manager: User, **changes: Any) -> list[str]:
    with pytest.raises(EditionConflict) as refused:
        change_document(edition, changes, actor=manager, expected_revision=edition.revision)
    edition.refresh_from_db()
    assert edition.revision == 1
    return [str(sentence) for sentence in refused.value.details]


def _without(rows: list[dict[str, Any]], code: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["code"] != code]


def test_days_with_reports_stay(edition: Edition, manager: User, reports: dict[str, DailyReport]) -> None:
    assert _refusal(edition, manager, starts_on="2023-05-15", ends_on="2023-05-19") == [
        "5月14日、5月20日不在新的起止日期内，但已有 2 份报告。"
    ]


def test_an_empty_draft_holds_nothing_up(edition: Edition, manager: User, tree: Tree) -> None:
    _report(edition, tree.school_a, edition.days[-1], State.DRAFT)

    changed = change_document(edition, {"ends_on": "2023-05-19"}, actor=manager, expected_revision=1)

    assert len(changed.days) == 6


@pytest.mark.parametrize(
    "changes",
    [{"report_deadline": {"days_after": 1, "time": "18:00"}}, {"zone": "Asia/Urumqi"}],
    ids=["deadline", "zone"],
)
def test_deadline_of_days_already_handed_in_stays(
    changes: dict[str, Any], edition: Edition, manager: User, reports: dict[str, DailyReport]
) -> None:
    assert _refusal(edition, manager, **changes) == [
        "5月14日、5月15日的报告已按原来的截止时间判定是否逾期，改动截止时间或时区后不会重新判定。"
    ]


def test_a_zone_with_the_same_clock_contradicts_nothing(
    edition: Edition, manager: User, reports: dict[str, DailyReport]
) -> None:
    changed = change_document(edition, {"zone": "Asia/Taipei"}, actor=manager, expected_revision=1)

    assert changed.zone == "Asia/Taipei"


def test_rules_stay_as_accepted_reports_were_judged(
    edition: Edition, manager: User, reports: dict[str, DailyReport]
) -> None:
    rules = edition.doc.material_rules.model_dump(mode="json")
    rules["photo"]["min_width"] = 1000

    assert _refusal(edition, manager, material_rules=rules) == [
        "已有 1 份报告按原来的材料要求审核通过，改动要求后不会重新检查。"
    ]


def test_a_reading_may_be_reworded_at_any_time(
    edition: Edition, manager: User, reports: dict[str, DailyReport]
) -> None:
    rules = edition.doc.material_rules.model_dump(mode="json")
    rules["readings"]["photo.min_width"] = "按显示方向量。"

    changed = change_document(edition, {"material_rules": rules}, actor=manager, expected_revision=1)

    assert changed.revision == 2


def test_rules_may_change_before_anything_is_accepted(edition: Edition, manager: User, tree: Tree) -> None:
    _report(edition, tree.school_a, edition.days[0], State.SUBMITTED)
    rules = edition.doc.material_rules.model_dump(mode="json")
    rules["photo"]["min_width"] = 1000

    changed = change_document(edition, {"material_rules": rules}, actor=manager, expected_revision=1)

    assert changed.material_rules.photo.min_width == 1000


def test_figures_with_numbers_and_sections_in_use_stay(
    edition: Edition, manager: User, reports: dict[str, DailyReport]
) -> None:
    figures = edition.document["report_figures"]
    sections = edition.document["sections"]

    refused = _refusal(
        edition, manager, report_figures=_without(figures, "students"), sections=_without(sections, "video")
    )

    assert refused == [
        "已有 1 份报告填了“参与学生”，删除后这些数字不再显示和汇总。",
        "已有报告在“视频短片”栏目里放了 1 项材料，删除栏目后学校看不到它们。",
    ]
    unused = {"report_figures": _without(figures, "teachers"), "sections": _without(sections, "coverage")}
    assert change_document(edition, unused, actor=manager, expected_revision=1).revision == 2


def test_a_forced_change_needs_a_reason_and_keeps_it(
    edition: Edition, manager: User, reports: dict[str, DailyReport]
) -> None:
    change = {"starts_on": "2023-05-15"}

    with pytest.raises(DomainError) as nameless:
        change_document(edition, change, actor=manager, expected_revision=1, force=True)
    changed = change_document(edition, change, actor=manager, expected_revision=1, force=True, reason="开幕式推迟一天")

    assert nameless.value.field == "reason"
    assert changed.revisions.first().reason == "开幕式推迟一天"
    event = history_of(edition)[0]
    assert (event.reason, event.data["changed"], len(event.data["objections"])) == ("开幕式推迟一天", ["starts_on"], 1)


def test_loading_a_folder_is_refused_alike(edition: Edition, reports: dict[str, DailyReport]) -> None:
    document = parse_document({**edition.document, "starts_on": "2023-05-15"})

    with pytest.raises(EditionConflict):
        load_edition(document, actor=None)
    loaded, outcome = load_edition(document, actor=None, force=True, reason="推迟")

    assert (outcome, loaded.revision) == ("updated", 2)


def test_restoring_is_a_change_like_any_other(edition: Edition, manager: User, tree: Tree) -> None:
    change_document(edition, {"ends_on": "2023-05-21"}, actor=manager, expected_revision=1)
    _report(edition, tree.school_a, edition.ends_on + timedelta(days=1), State.SUBMITTED)

    with pytest.raises(EditionConflict):
        restore_revision(edition, 1, actor=manager, expected_revision=2)
    restored = restore_revision(edition, 1, actor=manager, expected_revision=2, force=True, reason="恢复")

    assert (restored.revision, restored.ends_on.day) == (3, 20)


def test_two_people_changing_different_parts_do_not_disturb_each_other(edition: Edition, manager: User) -> None:
    change_document(edition, {"theme": "技能照亮前程"}, actor=manager, expected_revision=1)

    changed = change_document(edition, {"mailbox": "week@example.org"}, actor=manager, expected_revision=1)

    assert (changed.doc.theme, changed.doc.mailbox, changed.revision) == ("技能照亮前程", "week@example.org", 3)
    with pytest.raises(Conflict):
        change_document(edition, {"theme": "又一个主题"}, actor=manager, expected_revision=1)


def test_a_closed_edition_is_frozen(edition: Edition, manager: User) -> None:
    close_edition(edition, actor=manager)

    with pytest.raises(NotAllowed):
        change_document(edition, {"theme": "新"}, actor=manager, expected_revision=1, force=True, reason="改")
