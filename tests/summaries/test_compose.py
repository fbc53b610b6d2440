"""A draft is composed from what was entered, by the edition's template, and every figure can be followed (C11)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.content.html import plain_text
from skillweek.editions.domain import EditionConflict, change_document
from skillweek.editions.models import Edition
from skillweek.editions.schema_closing import SummarySection
from skillweek.organisations.models import Organisation
from skillweek.press.domain.following import follow_report
from skillweek.press.domain.merging import merge
from skillweek.press.domain.register import register, reject
from skillweek.press.models import Coverage
from skillweek.reports.models import DailyReport
from skillweek.statistics.queries.figures import count_again
from skillweek.summaries.compose import (
    chinese_number,
    compose_body,
    compose_title,
    unknown_in_title,
    unknown_placeholders,
)
from skillweek.summaries.figures import references, restated, with_present_numbers
from tests.factories import Tree, person
from tests.statistics import make
from tests.summaries.make import week


def count(edition: Edition) -> None:
    count_again(edition, Organisation.objects.schools())


@pytest.mark.requirement("C11")
def test_a_schools_draft_says_what_was_entered_and_nothing_else(tree: Tree, edition: Edition) -> None:
    week(edition, tree.school_a)
    make.report(edition, tree.school_b, 0, figures={"students": 999})
    count(edition)

    text = plain_text(compose_body(edition, tree.school_a))

    assert compose_title(edition, tree.school_a) == "示例第一职业学校2023年厦门市职业教育活动周情况总结"
    assert text.split("\n") == [
        "2023年5月14日至5月20日，示例第一职业学校按照厦门市教育局、厦门市人力资源和社会保障局、厦门市中华职业教育社的部署，"
        "围绕“技能:让生活更美好”主题组织开展了职业教育活动周活动。",
        "活动周期间共开展活动1项，其中特色亮点活动0项，活动场次0场，1天有活动。",
        "参与学生30人次、教师0人次、市民群众0人次、企业0家。",
        "一、围绕宣传重点开展的活动",
        "职业教育支撑经济社会发展成效。开展了“家电维修日”等1项活动。",
        "二、典型案例",
        f"家电维修进社区（示例第一职业学校）。{'学生为居民免费修理家电。' * 5}",
        "三、媒体报道情况",
        "厦门日报：《职教周开幕》（5月14日，市级）",
    ]


def test_reports_that_nobody_accepted_are_not_in_it(tree: Tree, edition: Edition) -> None:
    report = week(edition, tree.school_a)
    DailyReport.objects.update(state=DailyReport.State.SUBMITTED)
    follow_report(DailyReport.objects.get(pk=report.pk))
    count(edition)
    text = plain_text(compose_body(edition, tree.school_a))
    assert "家电维修进社区" not in text and "厦门日报" not in text


@pytest.mark.requirement("C11")
def test_every_figure_of_the_citys_draft_leads_to_the_schools(tree: Tree, edition: Edition) -> None:
    week(edition, tree.school_a, students=30)
    week(edition, tree.tech, students=12)
    count(edition)

    body = compose_body(edition, tree.host)

    found = {each.code: each for each in references(edition, tree.host, body)}
    assert (found["students"].said, found["students"].now) == ("42", 42)
    assert found["students"].url == f"/w/statistics/rollup/{tree.host.pk}/figure/students/"
    numbers = re.findall(r"\d+", plain_text(body.split("<h2>")[0]).split("\n")[1])
    assert len(numbers) == sum(each.code in ("activities_total", "activities_feature", "sessions_total",
                                             "days_with_activity") for each in found.values())  # fmt: skip
    make.report(edition, tree.school_a, 1, figures={"students": 8})
    count(edition)
    stale = {each.code for each in references(edition, tree.host, body) if each.is_stale}
    assert stale == {"students"}
    assert not any(
        each.is_stale for each in references(edition, tree.host, with_present_numbers(edition, tree.host, body))
    )


def test_the_city_writes_its_own_template(tree: Tree, edition: Edition) -> None:
    week(edition, tree.school_a)
    count(edition)
    sections = [
        {"code": "own", "heading": "成效 <b>", "text": "{theme}：{figure.students} & 人\n没有{figure.videos}个视频"}
    ]
    template = {**edition.document["summary_template"], "sections": sections}
    change_document(
        edition, {"summary_template": template}, actor=None, reason="改", expected_revision=edition.revision
    )  # type: ignore[arg-type]

    body = compose_body(Edition.objects.get(), tree.school_a)

    assert plain_text(body) == "一、成效 <b>\n技能:让生活更美好：30 & 人"
    assert "<b>" not in body


def test_words_in_braces_that_mean_nothing_are_named(edition: Edition) -> None:
    section = SummarySection(code="x", text="{theme}{figure.students}{figure.nonsense}{outlet}{unit}")
    assert unknown_placeholders(section, {"students"}) == ["{figure.nonsense}", "{outlet}"]
    section = SummarySection(code="x", heading="{unit}", text="{Theme}｛theme｝{单位}没有关上{theme 再{theme}和}")
    strange = ["{Theme}", "｛theme｝", "{单位}", "{theme 再", "}", "{unit}"]
    assert unknown_placeholders(section, set()) == strange
    assert unknown_in_title("{unit}{edition}{theme}总结") == ["{theme}"]
    codes = {each.code for each in edition.doc.statistics_form.fields}
    assert [unknown_placeholders(each, codes) for each in edition.doc.summary_template.sections if each.text] == [
        []
    ] * 6


_texts = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=60)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(title=_texts, text=_texts, outlet=_texts, students=st.integers(0, 10**6))
def test_nothing_that_was_typed_breaks_a_draft(
    tree: Tree, edition: Edition, title: str, text: str, outlet: str, students: int
) -> None:
    DailyReport.objects.all().delete()
    items: Any = (("case", {"title": title, "text": text}), ("coverage", {"title": title, "outlet": outlet}))
    make.report(edition, tree.school_a, 0, figures={"students": students}, items=items)
    count_again(edition, Organisation.objects.filter(pk=tree.school_a.pk))

    body = compose_body(edition, tree.school_a)

    assert not re.search(r"\{[a-z]", re.sub(r"[{}]", "", title + text + outlet)) and "<script" not in body
    said = {each.code: each.said for each in references(edition, tree.school_a, body)}
    assert said.get("students", "0") == str(students) or students == 0


@pytest.mark.parametrize(
    ("number", "word"), [(1, "一"), (9, "九"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九")]
)
def test_headings_are_numbered_in_chinese(number: int, word: str) -> None:
    assert chinese_number(number) == word


def test_a_template_that_asks_for_what_nobody_knows_is_objected_to(edition: Edition) -> None:
    sections = [{"code": "own", "heading": "成效", "text": "{figure.studnets}人"}]
    changes: Any = {"summary_template": {**edition.document["summary_template"], "sections": sections}}
    with pytest.raises(EditionConflict) as refusal:
        change_document(edition, changes, actor=None, reason="改", expected_revision=edition.revision)
    assert refusal.value.details == [
        "情况总结的章节“成效”里的 {figure.studnets} 没有对应的数据，生成总结时会是空的，或者原样印出来。"
    ]


@pytest.mark.parametrize(
    ("said", "number", "written"),
    [
        ("30", 42, "42"),
        ("约1.2万人次", 15_400, "约1.5万人次"),
        ("1.2万", 12_034, "1.2万"),
        ("3万", 34_999, "3万"),
        ("1,234人", 1240, "1240人"),
        ("共 30 人（含直播）", 31, "共 31 人（含直播）"),
        ("没有数字", 5, "没有数字"),
    ],
)
def test_a_number_is_written_anew_the_way_it_was_written(said: str, number: int, written: str) -> None:
    assert restated(said, number) == written


@pytest.mark.requirement("C11")
def test_words_beside_a_figure_outlive_its_update(tree: Tree, edition: Edition) -> None:
    week(edition, tree.school_a, students=30)
    count(edition)
    link = f'<a href="/w/statistics/{tree.school_a.pk}/figure/students/">'
    body = f"<p>{link}约<strong>12</strong>名学生</a>，{link}学生人数</a>，{link}0.1万</a></p>"

    present = with_present_numbers(edition, tree.school_a, body)

    assert plain_text(present) == "约30名学生，学生人数，0.0万"
    assert "<strong>30</strong>" in present


@pytest.mark.requirement("C11")
def test_coverage_without_an_outlet_begins_with_its_title(tree: Tree, edition: Edition) -> None:
    report = week(edition, tree.school_a)
    Coverage.objects.filter(report=report).update(outlet=None)

    text = plain_text(compose_body(edition, tree.school_a))

    assert "《职教周开幕》" in text and "：《职教周开幕》" not in text


@pytest.mark.requirement("C11")
def test_every_confirmed_article_stands_once_in_the_citys_draft(tree: Tree, edition: Edition) -> None:
    first, second = week(edition, tree.school_a), week(edition, tree.school_b)
    city = person(tree.host, "reviewer")
    facts = {"outlet": "示例日报", "level": "municipal", "published_on": edition.starts_on}
    register(edition, tree.host, actor=city, title="全城看职教", **facts)
    merge(Coverage.objects.get(report=second), Coverage.objects.get(report=first), actor=city)
    doubted = register(edition, tree.host, actor=city, title="没有核实的报道", **facts)
    reject(doubted, actor=city, remark="找不到原文")

    text = plain_text(compose_body(edition, tree.host))

    assert "示例日报：《全城看职教》" in text and "没有核实的报道" not in text
    assert text.count("《职教周开幕》") == 1
