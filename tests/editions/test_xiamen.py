"""The data of Xiamen 2023 is the notice's own words: each entry stands in the notice's text (A4)."""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest

from skillweek.editions.folder import read_folder
from skillweek.editions.models import Edition
from tests.factories import EDITIONS

pytestmark = pytest.mark.requirement("A4")
DOCUMENT = read_folder(EDITIONS / "xiamen-2023")


def _plain(text: str) -> str:
    return re.sub(r"[\s\\]", "", text)


NOTICE = _plain(DOCUMENT.notice)


def _not_in_the_notice(texts: list[str]) -> list[str]:
    return [text for text in texts if _plain(text) not in NOTICE]


def test_lists_quote_the_notice() -> None:
    texts = [f"{row.name}。{row.text}" for row in (*DOCUMENT.principles, *DOCUMENT.topics, *DOCUMENT.ideas)]
    texts += [row.name for row in (*DOCUMENT.city_activities, *DOCUMENT.outreach)]
    texts += [row.name for row in (*DOCUMENT.forms, *DOCUMENT.services, *DOCUMENT.online, *DOCUMENT.integration)]
    texts += [f"{row.name},联系方式:{row.phone}" for row in DOCUMENT.contacts]

    assert _not_in_the_notice(texts) == []


def test_first_attachment_is_complete_and_by_department() -> None:
    departments = groupby(DOCUMENT.national_activities, key=lambda row: row.department)
    lines = [f"{department}:{';'.join(row.title for row in rows)}。" for department, rows in departments]

    assert _not_in_the_notice(lines) == []
    assert (len(lines), len(DOCUMENT.national_activities)) == (10, 20)


def test_source_quotes_the_notice() -> None:
    source = DOCUMENT.source

    texts = [*source.issuers, *source.recipients, *source.legal_basis, source.guiding_thought, DOCUMENT.theme]

    assert _not_in_the_notice([*texts, DOCUMENT.mailbox]) == []
    assert source.issued_on == date(2023, 5, 6)


def test_lists_are_as_long_as_the_notice_has_them() -> None:
    outreach = {group: len(list(rows)) for group, rows in groupby(DOCUMENT.outreach, key=lambda row: row.group)}

    assert outreach == {"四开放": 4, "三贴近": 3, "两走进": 2}
    assert len(DOCUMENT.topics) == 5
    assert len(DOCUMENT.ideas) == 10
    assert len(DOCUMENT.principles) == 4
    assert len(DOCUMENT.city_activities) == 6
    assert [row.name for row in DOCUMENT.services] == ["健康护理", "生活家政", "家电维修保养", "传统工艺体验"]


def test_limits_are_those_of_the_notice() -> None:
    rules = DOCUMENT.material_rules

    assert (rules.manuscript.min_words, rules.manuscript.max_words, rules.manuscript.tolerance) == (800, 1500, 0.1)
    assert (rules.photo.min_width, rules.photo.min_bytes, rules.photo.caption_required) == (2000, 2_000_000, True)
    assert [str(name) for name in rules.photo.formats] == ["jpeg"]
    assert (rules.video.max_bytes, rules.video.min_short_side) == (200 * 1024 * 1024, 480)
    assert (rules.video.advised_width, rules.video.advised_height) == (1280, 720)
    assert [str(level) for level in rules.coverage.levels] == ["national", "provincial", "municipal"]
    assert rules.coverage.scan_required and rules.coverage.photo_required and rules.coverage.text_required


def test_what_the_notice_does_not_print_is_marked_as_ours() -> None:
    assert DOCUMENT.statistics_form.origin == "ours"
    assert "没有印出字段" in DOCUMENT.statistics_form.explanation
    assert {row.origin for row in (*DOCUMENT.districts, *DOCUMENT.outlets, *DOCUMENT.report_figures)} == {"ours"}


@pytest.mark.django_db
def test_deadlines_are_those_of_the_notice(edition: Edition) -> None:
    noon = datetime(2023, 5, 15, 12, tzinfo=ZoneInfo("Asia/Shanghai"))

    assert edition.report_deadline(date(2023, 5, 14)) == noon
    assert (edition.days[0], edition.days[-1], len(edition.days)) == (date(2023, 5, 14), date(2023, 5, 20), 7)
    assert (edition.doc.summary_due_on, edition.doc.statistics_due_on) == (date(2023, 5, 22), date(2023, 5, 22))
