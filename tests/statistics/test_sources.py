"""Every figure is counted from rows that can be shown, and both agree (C12)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.activities.models import Activity
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.statistics import sources
from skillweek.statistics.queries.figures import count_again, ensure_entry, figures_of, rows_behind
from tests.factories import Tree
from tests.statistics import make

_K = ReportItem.Kind


def numbers(edition: Edition, school: Organisation) -> dict[str, int | None]:
    count_again(edition, Organisation.objects.filter(pk=school.pk))
    return {view.field.code: view.number for view in figures_of(edition, school) if not view.is_text}


@pytest.mark.requirement("C12")
def test_the_form_is_prefilled_from_the_whole_week(tree: Tree, edition: Edition) -> None:
    school = tree.school_a
    service = {"service": ["health"], "outreach": ["into-community", "open-campus"]}
    served = make.activity(edition, school, tags=service, kind=Activity.Kind.FEATURE)
    make.session(served, 0, people=7)
    make.session(served, 0, people=5)
    make.activity(edition, school, tags={"online": ["cloud-week"], "national": ["x"]}, days=(0, 2))
    make.activity(edition, school, state=Activity.State.SUBMITTED, days=(3,))
    make.activity(edition, school, partners=("示例实验小学", "示例酒店", "示例职业中学"), title="亲子茶艺")
    make.activity(edition, tree.school_b, days=(0, 1, 2, 3))
    make.report(edition, school, 0, figures={"students": 30, "residents": 12}, items=((_K.PHOTO, {}), (_K.CASE, {})))
    make.report(edition, school, 1, state=DailyReport.State.SUBMITTED, figures={"students": 20})
    make.report(edition, school, 2, state=DailyReport.State.DRAFT, figures={"students": 999})
    make.report(edition, school, 3, items=((_K.COVERAGE, {"level": "municipal", "outlet": "示例日报"}),))

    found = numbers(edition, school)

    expected = {
        "activities_total": 3, "activities_feature": 1, "activities_linked": 1, "days_with_activity": 2,
        "opened_places": 1, "into_community": 1, "into_countryside": 0, "services": 12, "students": 50, "residents": 12,
        "joint_schools": 1, "online_activities": 1, "manuscripts": 1, "photos": 1, "videos": 0,
        "coverage_national": 0, "coverage_municipal": 1, "online_visits": 0,
    }  # fmt: skip
    assert {code: found[code] for code in expected} == expected
    assert [(row.label, row.amount) for row in rows_behind(edition, school, "services")] == [
        ("茶艺体验", 7),
        ("茶艺体验", 5),
    ]
    assert [row.note for row in rows_behind(edition, school, "students")] == ["", "一日一报待审核"]
    assert rows_behind(edition, school, "online_visits") == rows_behind(edition, school, "nonsense") == []


def test_every_prefill_of_the_edition_is_counted(edition: Edition) -> None:
    unknown = [
        each.prefill for each in edition.doc.statistics_form.fields if each.prefill and not sources.find(each.prefill)
    ]
    assert unknown == []


_activities = st.lists(
    st.fixed_dictionaries(
        {
            "unit": st.sampled_from(["school_a", "school_b"]),
            "state": st.sampled_from([Activity.State.APPROVED, Activity.State.SUBMITTED]),
            "kind": st.sampled_from(list(Activity.Kind)),
            "days": st.lists(st.integers(0, 6), max_size=3),
            "people": st.integers(0, 9),
            "outreach": st.lists(
                st.sampled_from(["open-campus", "open-contest", "into-community", "near-life"]), unique=True, max_size=3
            ),
            "service": st.booleans(),
            "partners": st.lists(st.sampled_from(["示例小学", "示例中学", "示例公司"]), unique=True, max_size=2),
        }
    ),
    max_size=6,
)
_reports = st.lists(
    st.tuples(
        st.sampled_from(["school_a", "school_b"]), st.sampled_from(list(DailyReport.State)),
        st.dictionaries(st.sampled_from(["students", "sessions", "teachers"]), st.integers(0, 500)),
        st.lists(st.sampled_from(["photo", "case", "video", "coverage"]), max_size=3),
    ),
    max_size=5,
)  # fmt: skip


@pytest.mark.requirement("C12")
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(activities=_activities, reports=_reports)
def test_rows_add_up_to_every_number(tree: Tree, edition: Edition, activities: list[Any], reports: list[Any]) -> None:
    _clear()
    for each in activities:
        made = make.activity(
            edition, getattr(tree, each["unit"]), state=each["state"], kind=each["kind"],
            partners=tuple(each["partners"]),
            tags={"outreach": each["outreach"], **({"service": ["health"]} if each["service"] else {})},
        )  # fmt: skip
        for day in each["days"]:
            made_session = make.session(made, day, people=each["people"])
            assert made_session.day is not None
    for day, (unit, state, figures, kinds) in enumerate(reports):
        items = tuple((kind, {"level": "national"}) for kind in kinds)
        make.report(edition, getattr(tree, unit), day, state=state, figures=figures, items=items)

    schools = Organisation.objects.schools()
    for each in edition.doc.statistics_form.fields:
        source = sources.find(each.prefill)
        if source is None:
            continue
        found = source.numbers(edition, schools)
        for school in schools:
            rows = source.rows(edition, school)
            told = len({row.key for row in rows}) if source.across == "distinct" else sum(row.amount for row in rows)
            assert (each.code, told) == (each.code, found.get(school.pk, 0))
    everything = sources.find("activities.count")
    assert everything is not None
    assert sum(everything.numbers(edition, schools).values()) == sum(
        each["state"] == Activity.State.APPROVED for each in activities
    )
    _clear()  # the next example begins anew


def _clear() -> None:
    from skillweek.activities.models import Session
    from skillweek.bookings.models import CheckIn
    from skillweek.press.models import Coverage

    Coverage.objects.all().delete()
    CheckIn.objects.all().delete()
    Session.objects.all().delete()
    Activity.objects.all().delete()
    ReportItem.objects.all().delete()
    DailyReport.objects.all().delete()


def test_counting_again_keeps_what_was_handed_in(tree: Tree, edition: Edition) -> None:
    entry = ensure_entry(edition, tree.school_a)
    type(entry).objects.update(state="submitted")
    make.activity(edition, tree.school_a)

    count_again(edition, Organisation.objects.schools())

    assert {view.field.code: view.number for view in figures_of(edition, tree.school_a)}["activities_total"] == 0
    assert figures_of(edition, tree.school_b)[0].number == 0
