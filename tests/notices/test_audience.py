"""Whom a rule reaches, and that it never reaches beyond the issuer's area (A2, A5)."""

from __future__ import annotations

from typing import Any

import pytest

from skillweek.core.errors import DomainError
from skillweek.notices.audience import clean_audience, describe, is_empty, units_of
from tests.factories import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A2")]

RULES: list[tuple[str, dict[str, Any], str]] = [
    ("host", {"all": True}, "edu siming school_a huli school_b college hr tech society"),
    ("host", {"lines": ["education"]}, "edu siming school_a huli school_b college"),
    ("host", {"kinds": ["district_bureau", "school"]}, "siming school_a huli school_b college tech"),
    ("host", {"kinds": ["district_bureau", "school"], "school_types": ["secondary"]}, "siming school_a huli school_b"),
    ("host", {"school_types": ["secondary", "technical"]}, "school_a school_b tech"),
    ("host", {"districts": ["思明区"]}, "siming school_a"),
    ("host", {"lines": ["education"], "districts": ["海沧区"]}, ""),
    ("host", {}, ""),
    ("edu", {"all": True}, "siming school_a huli school_b college"),
    ("edu", {"school_types": ["technical"]}, ""),
    ("siming", {"all": True}, "school_a"),
    ("siming", {"districts": ["湖里区"]}, ""),
    ("school_a", {"all": True}, ""),
]


@pytest.mark.parametrize(("issuer", "rule", "names"), RULES)
def test_units_follow_the_rule_within_the_issuers_area(
    tree: Tree, issuer: str, rule: dict[str, Any], names: str
) -> None:
    wanted = {getattr(tree, name).pk for name in names.split()}

    reached = units_of(rule, getattr(tree, issuer))

    assert {unit.pk for unit in reached} == wanted


def test_single_units_come_on_top_of_conditions(tree: Tree) -> None:
    rule = {"districts": ["思明区"], "organisations": [tree.tech.pk]}

    assert {str(unit) for unit in units_of(rule, tree.host)} == {"示例思明区教育局", "示例第一职业学校", "示例技师学院"}


def test_foreign_units_are_refused_by_name(tree: Tree) -> None:
    with pytest.raises(DomainError) as refused:
        clean_audience({"organisations": [tree.school_a.pk, tree.school_b.pk]}, tree.siming)

    assert refused.value.field == "audience"
    assert "示例第二职业学校" in refused.value.message


def test_a_rule_that_names_a_foreign_unit_all_the_same_does_not_reach_it(tree: Tree) -> None:
    assert list(units_of({"organisations": [tree.school_b.pk]}, tree.siming)) == []


@pytest.mark.parametrize(
    "rule",
    [
        {"lines": ["army"]},
        {"kinds": "school"},
        {"organisations": ["x"]},
        {"organisations": [10**30]},
        {"organisations": [999_999]},
        {"organisations": list(range(3000))},
        {"districts": ["区"] * 5000},
    ],
)
def test_nonsense_is_refused(tree: Tree, rule: dict[str, Any]) -> None:
    with pytest.raises(DomainError):
        clean_audience(rule, tree.host)


def test_inactive_units_get_nothing(tree: Tree) -> None:
    tree.school_a.is_active = False
    tree.school_a.save()

    assert tree.school_a not in units_of({"all": True}, tree.host)


def test_rules_are_told_in_words(tree: Tree) -> None:
    rule = clean_audience(
        {"kinds": ["school"], "school_types": ["secondary"], "organisations": [tree.hr.pk]}, tree.host
    )

    assert describe(rule, tree.host) == "学校 · 中职学校 · 单独选择 1 个单位"
    assert describe({"all": True}, tree.siming) == "示例思明区教育局所辖全部单位"
    assert is_empty(clean_audience({}, tree.host))
