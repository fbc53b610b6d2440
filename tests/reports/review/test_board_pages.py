"""The board, the totals and the export through the site (C10, C13)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from tests import factories
from tests.reports.review import make

pytestmark = pytest.mark.requirement("C10")
DAY = make.FIRST_DAY


@pytest.mark.requirement("C9")
def test_live_board_answers_nothing_while_nothing_changed(
    tree: factories.Tree, edition: Edition, reviewer: User, django_assert_max_num_queries: Any
) -> None:
    with make.signed_in_at(reviewer) as client:
        page = client.get("/w/reports/board/")
        stamp = page.context["stamp"]
        with django_assert_max_num_queries(8):
            unchanged = client.get("/w/reports/board/live/", {"stamp": stamp})
        make.report(edition, tree.school_a)
        changed = client.get("/w/reports/board/live/", {"stamp": stamp})

    assert (unchanged.status_code, unchanged.content) == (204, b"")
    assert "按时" in make.text_of(changed)


@pytest.mark.requirement("C9")
def test_a_board_of_several_pages_begins_with_those_who_owe(
    tree: factories.Tree, edition: Edition, reviewer: User
) -> None:
    many = make.schools(tree, 70)
    for school in [tree.school_a, *many[:-1]]:
        make.report(edition, school)

    with make.signed_in_at(reviewer, 19) as client:
        by_itself = client.get(f"/w/reports/board/?day={DAY}").context
        by_unit = client.get(f"/w/reports/board/?day={DAY}&sort=unit").context

    assert (by_itself["sort"], by_itself["rows"][0].school) == ("state", many[-1])
    assert (by_unit["sort"], by_unit["rows"][0].school) == ("unit", tree.school_a)


@pytest.mark.requirement("C13")
def test_totals_page_adds_up(tree: factories.Tree, edition: Edition, host_reviewer: User) -> None:
    make.report(edition, tree.school_a, state="accepted")
    make.report(edition, tree.school_b, is_late=True)

    with make.signed_in_at(host_reviewer, 19) as client:
        page = client.get("/w/reports/totals/?group=district")

    whole = page.context["whole"]
    assert (whole.schools, whole.week.expected, whole.week.on_time, whole.week.late) == (4, 4, 1, 1)
    assert (whole.week.missing, whole.week.accepted, whole.week.percent) == (2, 1, 50)
    assert sorted(part.label for part in page.context["page"]) == ["思明区", "海沧区", "湖里区", "集美区"]


@pytest.mark.requirement("C13")
def test_export_follows_the_filters_and_the_reviewers_reach(
    tree: factories.Tree, edition: Edition, reviewer: User, host_reviewer: User
) -> None:
    make.report(edition, tree.school_a, state="accepted", is_highlight=True)

    with make.signed_in_at(reviewer, 19) as client:
        near = client.get(f"/w/reports/board/export/?day={DAY}")
        missing = factories.client_of(host_reviewer).get(f"/w/reports/board/export/?day={DAY}&state=missing")

    assert near["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert _exported(near) == {"示例第一职业学校": ["通过 · 亮点", "未到期", "未到期"]}
    assert set(_exported(missing)) == {"示例第二职业学校", "示例职业技术学院", "示例技师学院"}


def _exported(response: Any) -> dict[str, list[str]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.getvalue()))
    return {row[0]: row[5:8] for row in book.get_sheet_by_name("看板").to_python()[2:]}
