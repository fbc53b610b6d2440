"""Which day, which school, whose mail: from the words alone (C8)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweek.editions.models import Edition
from skillweek.mailbox.parsing.letter import Letter
from skillweek.mailbox.parsing.mime import Headers
from skillweek.mailbox.parsing.nature import is_automatic, proof_of
from skillweek.mailbox.understanding import day_of_mail, days_in, due_day, number_of, school_named
from skillweek.organisations.models import Organisation
from tests import factories

pytestmark = pytest.mark.requirement("C8")


@pytest.fixture
def edition(db: None) -> Edition:
    """14 to 20 May 2023, noon of the next day."""
    return factories.edition()


def _at(day: int, hour: int = 9) -> datetime:
    return datetime(2023, 5, day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("5月15日活动材料", [15]),
        ("第一职业学校５月１５日一日一报", [15]),
        ("五月十五日材料", [15]),
        ("2023-05-15 材料", [15]),
        ("2023.5.15材料", [15]),
        ("2023年5月15日", [15]),
        ("20230515日报", [15]),
        ("5.15活动周材料", [15]),
        ("5-15", [15]),
        ("05/15", [15]),
        ("15日材料", [15]),
        ("15号的照片", [15]),
        ("第二天活动", [15]),
        ("第3天", [16]),
        ("周三活动材料", [17]),
        ("星期日", [14]),
        ("昨天的材料", [15]),
        ("今日活动", [16]),
        ("前天", [14]),
        ("5月15日、5月16日材料", [15, 16]),
        ("5月14日至5月20日活动周第二天", [15]),
        ("职教周（5月14日-20日）材料", []),
        ("14—20日", []),
        ("2022年5月15日", []),
        ("5月25日", []),
        ("照片15张，视频5.15MB", []),
        ("2.5万人次，占5.15%", []),
        ("第一职业学校15号线", []),
        ("", []),
    ],
)
def test_days_are_found_as_people_write_them(edition: Edition, text: str, days: list[int]) -> None:
    assert [found.day for found in days_in(text, edition, _at(16))] == days


@given(
    day=st.integers(14, 20),
    form=st.sampled_from(["5月{}日", "2023-05-{}", "2023年5月{}日", "5.{}", "{}日", "202305{}"]),
)
def test_each_day_is_found_in_each_form(day: int, form: str) -> None:
    edition = Edition(starts_on=date(2023, 5, 14), ends_on=date(2023, 5, 20), zone="Asia/Shanghai")

    assert days_in(f"材料（{form.format(day)}）请查收", edition, _at(20)) == [date(2023, 5, day)]


@given(st.text(max_size=60))
def test_no_text_names_a_day_outside_the_week(text: str) -> None:
    edition = Edition(starts_on=date(2023, 5, 14), ends_on=date(2023, 5, 20), zone="Asia/Shanghai")

    assert set(days_in(text, edition, _at(16))) <= set(edition.days)


@given(st.integers(1, 99))
def test_chinese_numbers_are_read(number: int) -> None:
    tens, ones = divmod(number, 10)
    signs = "〇一二三四五六七八九"
    text = ("" if tens < 2 else signs[tens]) + ("十" if tens else "") + (signs[ones] if ones else "")

    assert number_of(text) == number_of(str(number)) == number


def test_yesterday_is_the_day_before_in_the_editions_zone(edition: Edition) -> None:
    just_after_midnight = _at(16, 0) + timedelta(minutes=5)

    assert days_in("昨天", edition, just_after_midnight) == [date(2023, 5, 15)]
    assert days_in("昨天", edition, just_after_midnight - timedelta(minutes=10)) == [date(2023, 5, 14)]


@pytest.mark.parametrize(
    ("subject", "text", "names", "day"),
    [
        ("5月15日材料", "请看5月14日通知的要求", [], 15),
        ("活动材料", "老师您好：\n活动日期：5月15日\n5月14日已报。", [], 15),
        ("材料", "现报送5月15日的材料", ["5月14日.jpg"], 15),
        ("材料", "见附件", ["5月15日/茶艺.jpg"], 15),
        ("5月14日、15日材料", "5月15日", [], None),
        ("材料", "见附件", [], None),
    ],
)
def test_the_subject_decides_before_the_text_and_the_text_before_the_names(
    edition: Edition, subject: str, text: str, names: list[str], day: int | None
) -> None:
    found = day_of_mail(subject, text, names, edition, _at(16))

    assert (found.day.day if found.day else None) == day


def test_the_day_due_changes_at_noon(edition: Edition) -> None:
    moments = (_at(13), _at(14), _at(15, 12), _at(15, 13), _at(21, 12), _at(21, 13))

    found = [due_day(edition, moment) for moment in moments]

    assert [day.day if day else None for day in found] == [None, 14, 14, 15, 20, None]


def test_the_one_school_that_is_named_is_found_also_when_its_name_holds_another() -> None:
    schools = [
        Organisation(pk=number, name=name, code=f"S{number}")
        for number, name in enumerate(["示例第一职业学校", "示例第一职业学校附属中学", "示例技师学院"], start=1)
    ]

    assert school_named(schools, ["示例技师学院5月14日材料"]) == schools[2]
    assert school_named(schools, ["示例第一职业学校附属中学 材料"]) == schools[1]
    assert school_named(schools, ["示例第一职业学校 材料"]) == schools[0]
    assert school_named(schools, ["示例技师学院和示例第一职业学校"]) is None
    assert school_named(schools, ["材料"]) is None


def _letter(*lines: tuple[str, str], subject: str = "材料", sender: str = "chen@example.org") -> Letter:
    headers = Headers([(name, value.encode()) for name, value in lines])
    return Letter(headers, subject=subject, from_email=sender)


@pytest.mark.parametrize(
    ("letter", "automatic"),
    [
        (_letter(), False),
        (_letter(("auto-submitted", "no")), False),
        (_letter(("auto-submitted", "auto-replied")), True),
        (_letter(("precedence", "bulk")), True),
        (_letter(("list-id", "<a.example.org>")), True),
        (_letter(("return-path", "<>")), True),
        (_letter(("content-type", "multipart/report; report-type=delivery-status")), True),
        (_letter(("message-id", "<skillweek-delivery-7@example.org>")), True),
        (_letter(subject="自动回复：材料"), True),
        (_letter(sender="MAILER-DAEMON@example.org"), True),
        (_letter(sender="week@example.org"), True),
        (_letter(sender=""), True),
    ],
)
def test_mails_of_programs_are_told_apart(letter: Letter, automatic: bool) -> None:
    assert is_automatic(letter, frozenset({"week@example.org"})) is automatic


_TRUSTED = "mx.example.org"
_RESULT = "authentication-results"
_MINE = "mx.example.org; dkim=pass header.d=school.example"


@pytest.mark.parametrize(
    ("lines", "proof"),
    [
        ([(_RESULT, "mx.example.org; dkim=pass header.d=school.example; spf=fail")], "pass"),
        ([(_RESULT, "mx.example.org 1; spf=pass (ok; really) smtp.mailfrom=a@school.example")], "pass"),
        ([(_RESULT, "mx.example.org; dmarc=pass header.from=school.example")], "pass"),
        # Somebody else's domain passes: that says nothing of the From address.
        ([(_RESULT, "mx.example.org; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.x")],
         "unknown"),
        ([(_RESULT, "mx.example.org; spf=fail smtp.mailfrom=school.example; dkim=none")], "fail"),
        ([(_RESULT, "mx.example.org; dkim=pass header.d=school.example; dmarc=fail")], "fail"),
        # A result that the sender wrote: another server's, or below the line that our server added.
        ([(_RESULT, "evil.example; dkim=pass header.d=school.example")], "unknown"),
        ([("received", "by mx"), ("received", "by x"),
          (_RESULT, _MINE)], "unknown"),
        ([("received", "by mx"), (_RESULT, _MINE)], "pass"),
        # Only the topmost counts.
        ([(_RESULT, "mx.example.org; spf=fail smtp.mailfrom=school.example"),
          (_RESULT, _MINE)], "fail"),
        ([(_RESULT, "mx.example.org; dkim=pass header.d=example")], "unknown"),
        ([], "unknown"),
    ],
)  # fmt: skip
def test_only_the_trusted_servers_own_result_proves_a_sender(lines: list[tuple[str, str]], proof: str) -> None:
    headers = Headers([(name, value.encode()) for name, value in lines])

    assert proof_of(headers, "chen@school.example", server=_TRUSTED) == proof
    assert proof_of(headers, "chen@school.example", server="") == "unknown"
