from datetime import date

import pytest

from skillweek.materials.coverage import judge_coverage, read_date, read_level
from skillweek.materials.rules import CoverageLevel

from .conftest import codes

FULL = {
    "outlet": "厦门日报",
    "level": CoverageLevel.MUNICIPAL,
    "title": "校园开放",
    "published_on": date(2023, 5, 15),
    "scan_formats": ["jpeg"],
    "has_photo": True,
    "has_text": True,
}


@pytest.mark.requirement("C5")
def test_judge_coverage_passes_a_full_item(rules):
    assert judge_coverage(**FULL, rules=rules.coverage) == []


@pytest.mark.requirement("C5")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outlet": " "}, "coverage.outlet"),
        ({"level": None}, "coverage.level_missing"),
        ({"level": "galactic"}, "coverage.level_missing"),
        ({"level": CoverageLevel.DISTRICT}, "coverage.level"),
        ({"level": "school"}, "coverage.level"),
        ({"title": ""}, "coverage.title"),
        ({"published_on": None}, "coverage.date"),
        ({"scan_formats": []}, "coverage.scan"),
        ({"scan_formats": ["heic"]}, "coverage.scan_format"),
        ({"has_photo": False}, "coverage.photo"),
        ({"has_text": False}, "coverage.text"),
        ({"link": "厦门日报客户端"}, "coverage.link"),
        ({"link": "https://example.com/a"}, None),
    ],
)
def test_judge_coverage_says_what_is_missing(rules, change, code):
    assert codes(judge_coverage(**{**FULL, **change}, rules=rules.coverage)) == ([code] if code else [])


@pytest.mark.requirement("C5")
def test_judge_coverage_names_levels_in_chinese(rules):
    finding = judge_coverage(**{**FULL, "level": "district"}, rules=rules.coverage)[0]

    assert finding.message == "媒体报道《校园开放》的媒体级别是区县级，只收国家级、省级、市级媒体的报道。"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("国家级", "national"),
        ("省级", "provincial"),
        ("市级", "municipal"),
        ("区县级", "district"),
        ("校级", "school"),
        ("", None),
    ],
)
def test_read_level_reads_what_sheets_write(text, level):
    assert read_level(text) == level


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-05-15", date(2023, 5, 15)), ("2023/5/15", date(2023, 5, 15)), ("2023年5月15日", date(2023, 5, 15)),
        ("20230515", date(2023, 5, 15)), ("2023-13-40", None), ("昨天", None),
    ],
)  # fmt: skip
def test_read_date_reads_what_people_write(text, day):
    assert read_date(text) == day
