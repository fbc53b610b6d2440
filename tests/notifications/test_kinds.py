"""Kinds of messages: what they say, in whose words, and that no text can stop a message (A2, B8)."""

from __future__ import annotations

import inspect
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils.translation import gettext_noop

from skillweek.core.errors import Conflict, DomainError
from skillweek.core.models import AuditEvent
from skillweek.notifications import kinds as registry
from skillweek.notifications import texts
from skillweek.notifications.checks import kinds_are_whole
from skillweek.notifications.domain import notify
from skillweek.notifications.domain.wording import reset_wording, save_wording
from skillweek.notifications.kinds import Kind, declare, render
from skillweek.notifications.models import MessageTemplate
from skillweek.organisations.models import User
from tests.factories import Tree, person


@pytest.fixture
def manager(tree: Tree) -> User:
    return person(tree.host, "manager")


def words(**changes: str) -> dict[str, str]:
    """The default words of ``test.told`` with these changed."""
    kind = registry.find("test.told")
    assert kind is not None
    plain = texts.compose(kind, "zh-hans", {})
    return {part: getattr(plain, part) for part in registry.PARTS} | changes


def test_render_never_stops_a_message() -> None:
    context = {"a": "甲", "empty": ""}

    assert render("{a}、{missing}。", context) == "甲、。"
    assert render("一\n意见：{empty}\n{missing}\n二：{a}", context) == "一\n二：甲"
    assert render("{", context) == "{"
    assert render("{a.__class__} {0} {} {a!r} {{a}}", context) == "{a.__class__} {0} {} {a!r} {甲}"


def test_values_are_not_filled_in_again() -> None:
    assert render("{a}", {"a": "{b}", "b": "乙"}) == "{b}"


def test_notify_says_what_the_kind_says(tree: Tree, liaison: User, kinds: Any, settings: Any) -> None:
    settings.BASE_URL = "https://week.example.org"
    context = {"activity": "茶艺\n体验", "time": date(2023, 5, 14), "note": lambda: "带证件"}

    [message] = notify(
        [liaison], kind="test.told", context=context, url="/w/", dedupe_key="1", organisation=tree.school_a
    )

    assert (message.title, message.body) == ("您已预约茶艺 体验", "时间：5月14日\n备注：带证件")
    assert message.context["unit"] == tree.school_a.name
    assert message.context["link"] == "https://week.example.org/w/"


def test_notify_goes_out_with_values_that_cannot_be_made(
    liaison: User, kinds: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise ZeroDivisionError

    [message] = notify([liaison], kind="test.told", context={"activity": broken, "time": None}, dedupe_key="1")

    assert (message.title, message.body) == ("您已预约", "")
    assert "{activity}" in caplog.text


def test_notify_prints_moments_in_the_sites_zone(liaison: User, kinds: Any) -> None:
    moment = datetime(2023, 5, 14, 1, 0, tzinfo=UTC)

    [message] = notify([liaison], kind="test.told", context={"activity": "x", "time": moment}, dedupe_key="1")

    assert "9:00" in message.body


def test_notify_refuses_a_kind_that_nobody_declared(liaison: User) -> None:
    with pytest.raises(ValueError, match=r"no\.such"):
        notify([liaison], kind="no.such", dedupe_key="1")


def test_declare_refuses_two_kinds_of_one_name(kinds: Any) -> None:
    declare(kinds["told"])
    with pytest.raises(ValueError, match=r"test\.told"):
        declare(Kind(code="test.told", label="x", title="y"))


def test_the_products_own_kinds_are_whole() -> None:
    assert [str(found) for found in kinds_are_whole() if found.level >= 40] == []
    codes = [kind.code for kind in registry.all_kinds()]
    assert "report.returned" in codes


def test_the_check_finds_unknown_placeholders(kinds: Any) -> None:
    declare(Kind(code="test.wrong", label="x", title=gettext_noop("{nobody}"), variables={"a": "x"}))
    try:
        found = kinds_are_whole()
    finally:
        registry._kinds.pop("test.wrong")

    assert [message.id for message in found if "test.wrong" in message.msg] == [
        "notifications.E001", "notifications.E001", "notifications.W001",
    ]  # fmt: skip


@pytest.mark.requirement("A4")
def test_the_citys_words_are_used_in_their_language_only(tree: Tree, liaison: User, kinds: Any, manager: User) -> None:
    english = person(tree.school_a, "member")
    english.language = "en"
    english.save()
    changes = words(title="好消息：{activity}约上了")

    save_wording(kinds["told"], "zh-hans", changes, by=manager, expected_revision=0)

    made = notify([liaison, english], kind="test.told", context={"activity": "茶艺"}, dedupe_key="1")
    assert [message.title for message in made] == ["好消息：茶艺约上了", "您已预约茶艺"]
    template = MessageTemplate.objects.get()
    assert (template.body, template.sms, template.markdown) == ("", "", "")  # these follow the product
    event = AuditEvent.objects.get(verb="template.change")
    assert event.actor == manager
    assert event.data["changed"] == {"title": ["", "好消息：{activity}约上了"]}


def test_words_with_faults_are_refused_by_name(kinds: Any, manager: User) -> None:
    for part, text, said in [
        ("title", "{activty}", r"\{activty\}"),
        ("body", "{activity", "花括号"),
        ("sms", "｛activity｝", "花括号"),
        ("markdown", "{phone}", r"\{activity\}"),  # names what can be used
        ("sms", "一\n二", "一行"),
    ]:
        with pytest.raises(DomainError, match=said) as refused:
            save_wording(kinds["told"], "zh-hans", words(**{part: text}), by=manager, expected_revision=0)
        assert refused.value.field == part
    assert MessageTemplate.objects.exclude(title="", body="", sms="", markdown="").count() == 0


def test_words_that_a_colleague_just_changed_are_not_overwritten(kinds: Any, manager: User) -> None:
    save_wording(kinds["told"], "zh-hans", words(title="一"), by=manager, expected_revision=0)

    with pytest.raises(Conflict):
        save_wording(kinds["told"], "zh-hans", words(title="二"), by=manager, expected_revision=0)

    assert MessageTemplate.objects.get().title == "一"


def test_reset_goes_back_and_keeps_the_history(kinds: Any, manager: User) -> None:
    save_wording(kinds["told"], "zh-hans", words(title="一"), by=manager, expected_revision=0)

    reset_wording(kinds["told"], "zh-hans", by=manager)
    reset_wording(kinds["told"], "zh-hans", by=manager)

    assert texts.words_of(kinds["told"], "zh-hans").title == kinds["told"].title
    assert [event.verb for event in AuditEvent.objects.order_by("pk")] == ["template.change", "template.reset"]


def test_words_saved_unchanged_make_no_version(kinds: Any, manager: User) -> None:
    save_wording(kinds["told"], "zh-hans", words(), by=manager, expected_revision=0)

    assert MessageTemplate.objects.get().revision == 0
    assert not AuditEvent.objects.exists()


def test_old_calls_stay_as_they_were(liaison: User) -> None:
    names = inspect.signature(notify).parameters
    assert {"kind", "title", "body", "url", "dedupe_key", "organisation", "email", "context"} < set(names)
    [message] = notify([liaison], kind="k", title="{a}", body="{b}", dedupe_key="1")
    assert (message.title, message.body) == ("{a}", "{b}")
