"""Numbers of the rooms in which the public takes part (C12, E1–E11)."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.participation.domain.certificates import issue, revoke
from skillweek.statistics import sources
from skillweek.statistics.queries.taking_part import taking_part
from tests.factories import Tree, client_of, person

pytestmark = pytest.mark.requirement("C12")


def award(edition: Edition, unit: Organisation, number: int) -> None:
    for each in range(number):
        issue(edition, unit, kind="award", key=f"test:{unit.pk}:{each}", holder="示例", title="示例证书")


@pytest.fixture
def _awards(tree: Tree, edition: Edition) -> None:
    award(edition, tree.school_a, 3)
    award(edition, tree.school_b, 2)
    award(edition, tree.tech, 5)
    taken = issue(edition, tree.school_a, kind="award", key="test:wrong", holder="示例", title="误发")
    revoke(taken, actor=None, reason="误发", by_rule=True)


@pytest.mark.usefixtures("_awards")
def test_each_line_reads_its_own_units_and_totals_agree(tree: Tree, edition: Edition) -> None:
    everyone = Organisation.objects.all()
    found = taking_part(edition, everyone)
    assert {line.organisation: line.numbers for line in found.units} == {
        tree.school_a: [3],
        tree.school_b: [2],
        tree.tech: [5],
    }
    assert found.totals == [10]
    for unit, total in ((tree.host, "10"), (tree.hr, "5"), (tree.siming, "3")):
        page = client_of(person(unit, "reviewer")).get("/w/statistics/taking-part/").content.decode()
        assert f"<dd>{total}<small>" in page
    book = client_of(person(tree.host, "reviewer")).get("/w/statistics/taking-part/excel/")
    sheet: list[list[Any]] = CalamineWorkbook.from_filelike(BytesIO(b"".join(book))).get_sheet_by_index(0).to_python()
    assert sheet[-1][1] == 10


@pytest.mark.usefixtures("_awards")
def test_a_number_is_followed_to_its_rows_within_reach(tree: Tree, edition: Edition) -> None:
    desk = client_of(person(tree.siming, "reviewer"))
    address = f"/w/statistics/taking-part/{tree.school_a.pk}/participation.certificates/"
    page = desk.get(address).content.decode()
    assert page.count("示例证书") == 3
    assert "误发" not in page
    assert desk.get(f"/w/statistics/taking-part/{tree.tech.pk}/participation.certificates/").status_code == 404
    assert desk.get(f"/w/statistics/taking-part/{tree.school_a.pk}/nothing.here/").status_code == 404


@pytest.mark.usefixtures("_awards")
def test_the_form_can_be_prefilled_with_any_of_these_figures(tree: Tree, edition: Edition) -> None:
    source = sources.find("participation.certificates")
    assert source is not None
    numbers = source.numbers(edition, Organisation.objects.all())
    for unit in (tree.school_a, tree.school_b, tree.tech):
        assert sum(row.amount for row in source.rows(edition, unit)) == numbers[unit.pk]
    assert sources.find("nobody.counts.this") is None


def test_nothing_yet_says_so(tree: Tree, edition: Edition) -> None:
    page = client_of(person(tree.school_a, "liaison")).get("/w/statistics/taking-part/").content.decode()
    assert "还没有人参与" in page
