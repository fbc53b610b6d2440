"""Figures of many schools together: every total is the sum of what the schools below say (C13)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.statistics.exports_rollup import rollup_as_excel
from skillweek.statistics.models import FormEntry, FormFigure
from skillweek.statistics.queries.figures import count_again
from skillweek.statistics.queries.rollup import GROUPS, figure_by_school, missing, rollup
from tests.factories import Tree, client_of, person
from tests.statistics import make

_S = FormEntry.State
_NAMES = ("school_a", "school_b", "college", "tech")


def fill(edition: Edition, school: Organisation, state: str, numbers: dict[str, int]) -> None:
    """The school's form in ``state`` with these corrected numbers."""
    entry, _made = FormEntry.objects.update_or_create(edition=edition, organisation=school, defaults={"state": state})
    for code, number in numbers.items():
        FormFigure.objects.update_or_create(entry=entry, code=code, defaults={"corrected": number, "number": number})


_worlds = st.fixed_dictionaries(
    {
        name: st.one_of(
            st.none(),
            st.tuples(
                st.sampled_from(list(_S)),
                st.dictionaries(st.sampled_from(["students", "photos", "activities_total"]), st.integers(0, 10**9)),
            ),
        )
        for name in _NAMES
    }
)


@pytest.mark.requirement("C13")
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(world=_worlds)
def test_totals_are_the_sums_of_the_schools_below(tree: Tree, edition: Edition, world: dict[str, Any]) -> None:
    FormEntry.objects.all().delete()
    for name, form in world.items():
        if form is not None:
            fill(edition, getattr(tree, name), *form)

    for root in (tree.host, tree.edu, tree.siming, tree.hr, tree.school_a):
        below = [name for name in _NAMES if getattr(tree, name).path.startswith(root.path)]
        for group in GROUPS:
            found = rollup(edition, root, group=group)
            for code in ("students", "photos", "activities_total"):
                forms = [world[name] for name in below if world[name] is not None and code in world[name][1]]
                assert found.total.get(code, 0) == sum(numbers[code] for _state, numbers in forms)
                accepted = sum(numbers[code] for state, numbers in forms if state == _S.ACCEPTED)
                assert found.accepted.get(code, 0) == accepted
                assert sum(each.total.get(code, 0) for each in found.groups) == found.total.get(code, 0)
            assert sum(each.schools for each in found.groups) == found.schools == len(below)
            assert sum(each.missing_forms for each in found.groups) == missing(edition, root).count()
        rows = figure_by_school(edition, root, "students")
        assert sum(figure.number or 0 for _school, figure in rows if figure) == rollup(edition, root).total.get(
            "students", 0
        )


def test_days_with_an_activity_count_once_for_all_schools(tree: Tree, edition: Edition) -> None:
    make.activity(edition, tree.school_a, days=(0, 1))
    make.activity(edition, tree.school_b, days=(1, 2))
    count_again(edition, Organisation.objects.schools())

    assert rollup(edition, tree.edu).total["days_with_activity"] == 3
    assert rollup(edition, tree.siming).total["days_with_activity"] == 2
    fill(edition, tree.school_b, _S.DRAFT, {"days_with_activity": 6})
    assert rollup(edition, tree.edu).total["days_with_activity"] == 6


@pytest.mark.requirement("C13")
def test_the_workbook_adds_up_by_formulas_and_says_the_same_without_them(
    tree: Tree, edition: Edition, tmp_path: Any
) -> None:
    fill(edition, tree.school_a, _S.ACCEPTED, {"students": 30})
    fill(edition, tree.school_b, _S.SUBMITTED, {"students": 12})
    path = tmp_path / "汇总.xlsx"
    with rollup_as_excel(edition, tree.host) as book:
        path.write_bytes(book.read())

    values, formulas = load_workbook(path, data_only=True), load_workbook(path)
    head = [cell.value for cell in values["汇总"][2]]
    column = next(number for number, text in enumerate(head) if text and text.startswith("参与学生"))
    rows = {row[0].value: row[column].value for row in values["汇总"].iter_rows(min_row=3)}
    assert rows == {"思明区": 30, "海沧区": 0, "湖里区": 12, "集美区": 0, "合计": 42}
    told = {row[0].value: row[column].value for row in formulas["汇总"].iter_rows(min_row=3)}
    assert told["思明区"].startswith("=SUM('思明区'!") and told["合计"].startswith("=SUM(")
    assert [cell.value for cell in values["湖里区"][3]][:2] == ["示例第二职业学校", "待审核"]


def test_names_of_units_are_never_formulas(tree: Tree, edition: Edition) -> None:
    Organisation.objects.filter(pk=tree.school_a.pk).update(name='=HYPERLINK("http://x")', district="[思*明?")
    with rollup_as_excel(edition, tree.host) as book:
        loaded = load_workbook(book)
    assert loaded["思明"]["A3"].value == '=HYPERLINK("http://x")' and loaded["思明"]["A3"].data_type == "s"


@pytest.mark.requirement("C12")
def test_a_total_is_followed_down_to_the_schools_rows(tree: Tree, edition: Edition) -> None:
    make.report(edition, tree.school_a, 0, figures={"students": 30})
    count_again(edition, Organisation.objects.schools())
    client = client_of(person(tree.host, "manager"))

    total = client.get(f"/w/statistics/rollup/{tree.host.pk}/").content.decode()
    by_school = client.get(f"/w/statistics/rollup/{tree.host.pk}/figure/students/").content.decode()
    figure = client.get(f"/w/statistics/{tree.school_a.pk}/figure/students/").content.decode()

    assert f"/w/statistics/rollup/{tree.host.pk}/figure/students/" in total
    assert f"/w/statistics/{tree.school_a.pk}/figure/students/" in by_school
    report = edition.reports.get()
    assert f"/w/statistics/report/{report.pk}/" in figure
    assert client.get(f"/w/statistics/report/{report.pk}/")["Location"] == f"/w/reports/review/{report.pk}/"


def test_nobody_rolls_up_another_line(tree: Tree, edition: Edition) -> None:
    fill(edition, tree.tech, _S.ACCEPTED, {"students": 7})
    district = client_of(person(tree.siming, "reviewer"))
    for unit in (tree.host, tree.edu, tree.huli, tree.hr, tree.tech, tree.school_b):
        assert district.get(f"/w/statistics/rollup/{unit.pk}/").status_code in (403, 404)
    assert client_of(person(tree.school_a)).get(f"/w/statistics/rollup/{tree.school_a.pk}/").status_code == 403
