"""Tags of the design system say what they show in words, and escape what people typed."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.utils import translation

from skillweek.core.notices import undo_url_of
from tests.factories import REPOSITORY


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("draft", "草稿"),
        ("submitted", "待审核"),
        ("returned", "已退回"),
        ("accepted", "已通过"),
        ("late", "逾期"),
        ("missing", "未报送"),
    ],
)
def test_state_badge_has_an_icon_and_a_word(state: str, word: str) -> None:
    html = render("{% state_badge state %}", state=state)

    assert f"<span>{word}</span>" in html
    assert "<use href=" in html


def test_findings_put_errors_first_and_escape_names() -> None:
    items = [
        {"severity": "advice", "message": "建议横拍", "todo": ""},
        {"severity": "error", "message": "照片《<b>.jpg》太小", "todo": "请上传原图", "message_en": "too small"},
    ]

    html = render("{% findings items %}", items=items)

    assert html.index("须改正") < html.index("建议横拍")
    assert "《&lt;b&gt;.jpg》" in html
    assert "请上传原图" in html


def test_findings_speak_the_readers_language() -> None:
    with translation.override("en"):
        html = render(
            "{% findings items %}", items=[{"severity": "error", "message": "太小", "message_en": "too small"}]
        )

    assert "too small" in html


def test_no_findings_say_so_when_asked() -> None:
    assert "没有发现问题" in render("{% findings items '没有发现问题' %}", items=[])
    assert render("{% findings items %}", items=[]).strip() == ""


@pytest.mark.parametrize(
    ("size", "text"),
    [(None, "—"), (612, "612 B"), (2_000_000, "1.9 MB"), (200 * 1024**2, "200.0 MB"), (3 * 1024**3, "3.0 GB")],
)
def test_filesize_reads_as_on_a_phone(size: int | None, text: str) -> None:
    assert render("{{ size|filesize }}", size=size) == text


@pytest.mark.parametrize(("seconds", "text"), [(42, "0:42"), (185.4, "3:05"), (3723, "1:02:03")])
def test_duration_reads_as_in_a_player(seconds: float, text: str) -> None:
    assert render("{{ seconds|duration }}", seconds=seconds) == text


def test_day_reads_in_both_languages() -> None:
    day = date(2023, 5, 14)

    assert render("{% day day %}", day=day) == "5月14日 周日"
    assert render("{% day day 'long' %}", day=day) == "2023年5月14日"
    with translation.override("en"):
        assert render("{% day day %}", day=day) == "14 May Sun"


def test_progress_never_leaves_its_bounds() -> None:
    assert 'value="100"' in render("{% progress 12 10 '已报送' %}")
    assert 'value="0"' in render("{% progress 0 0 '已报送' %}")


def test_undo_only_posts_within_the_site() -> None:
    assert undo_url_of("undo:/w/reports/1/undo/") == "/w/reports/1/undo/"
    assert undo_url_of("undo:https://evil.example/") == ""
    assert undo_url_of("undo://evil.example/") == ""
    assert undo_url_of(None) == ""
    assert Message(constants.SUCCESS, "x", extra_tags="undo:/w/").extra_tags == "undo:/w/"


def test_every_icon_named_in_a_template_is_in_the_icon_set() -> None:
    icons = REPOSITORY / "frontend/node_modules/bootstrap-icons/icons"
    if not icons.exists():
        pytest.skip("the front end's packages are not installed")
    names = {
        name
        for template in (REPOSITORY / "src/skillweek").glob("**/templates/**/*.html")
        for name in re.findall(r'{% icon "([^"]+)"', template.read_text(encoding="utf-8"))
    }

    assert {name for name in names if not (icons / f"{name}.svg").exists()} == set()
