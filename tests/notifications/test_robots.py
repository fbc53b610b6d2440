"""Posts into groups of WeCom, DingTalk and Feishu over real HTTP, with answers as those give them (A2, C9)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError
from skillweek.core.models import AuditEvent
from skillweek.notifications.domain import claim, deliver, notify_group, requeue_due, retry_delivery
from skillweek.notifications.domain.robots import add_robot, change_robot, masked, remove_robot, try_robot
from skillweek.notifications.drivers.robots import PLATFORMS, check_address, dingtalk_sign, feishu_sign
from skillweek.notifications.models import Delivery, GroupChannel, Message
from skillweek.organisations.models import User
from tests.factories import Tree, person
from tests.notifications.conftest import Platform

PATHS = {
    "wecom": "/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa",
    "dingtalk": "/robot/send?access_token=5d1c4f3e",
    "feishu": "/open-apis/bot/v2/hook/1f2e3d4c",
}
SECRET = "SEC0123456789abcdef"
CONTEXT = {"activity": "茶艺体验", "time": "5月14日 09:00"}
State, Reason = Delivery.State, Delivery.Reason


@pytest.fixture
def manager(tree: Tree) -> User:
    return person(tree.siming, "manager")


@pytest.fixture(autouse=True)
def _waking_hours(settings: Any) -> None:
    settings.QUIET_HOURS = ""
    settings.BASE_URL = "https://week.example.org"


def robot(platform: Platform, tree: Tree, by: User, kind: str, **fields: Any) -> GroupChannel:
    fields.setdefault("name", "思明区联络员群")
    return add_robot(tree.siming, kind=kind, url=platform.url + PATHS[kind], by=by, **fields)


def posted(tree: Tree, key: str = "n:1", **context: str) -> Delivery:
    message = notify_group(
        tree.siming, kind="test.told", context={**CONTEXT, **context}, url="/w/notices/1/", dedupe_key=key
    )
    assert message is not None
    return message.deliveries.get()


def _due(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=now() - timedelta(seconds=1))


@pytest.mark.requirement("A2")
def test_wecom_gets_markdown(platform: Platform, kinds: Any, tree: Tree, manager: User) -> None:
    robot(platform, tree, manager, "wecom")

    assert deliver(posted(tree).pk) == "sent"

    [asked] = platform.asked
    assert (asked.path, asked.query) == ("/cgi-bin/webhook/send", {"key": "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"})
    assert asked.headers["content-type"] == "application/json; charset=utf-8"
    assert asked.json == {
        "msgtype": "markdown",
        "markdown": {
            "content": "**您已预约茶艺体验**\n\n时间：5月14日 09:00\n\n[查看](https://week.example.org/w/notices/1/)"
        },
    }


def test_dingtalk_signs_in_the_query(platform: Platform, kinds: Any, tree: Tree, manager: User) -> None:
    robot(platform, tree, manager, "dingtalk", secret=SECRET)

    assert deliver(posted(tree).pk) == "sent"

    [asked] = platform.asked
    assert asked.query["access_token"] == "5d1c4f3e"
    stamp = asked.query["timestamp"]
    assert abs(int(stamp) / 1000 - now().timestamp()) < 60
    # As DingTalk's page computes it.
    digest = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert asked.query["sign"] == base64.b64encode(digest).decode()
    assert asked.json["msgtype"] == "markdown"
    assert asked.json["markdown"]["title"] == "您已预约茶艺体验"


def test_feishu_signs_in_the_body(platform: Platform, kinds: Any, tree: Tree, manager: User) -> None:
    platform.usual = {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}
    robot(platform, tree, manager, "feishu", secret=SECRET)

    assert deliver(posted(tree).pk) == "sent"

    [asked] = platform.asked
    assert asked.path == "/open-apis/bot/v2/hook/1f2e3d4c"
    stamp = asked.json["timestamp"]
    assert abs(int(stamp) - now().timestamp()) < 60
    digest = hmac.new(f"{stamp}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert asked.json["sign"] == base64.b64encode(digest).decode()
    assert asked.json["card"]["header"]["title"]["content"] == "您已预约茶艺体验"
    assert asked.json["card"]["elements"][0]["content"].startswith("时间：5月14日 09:00")


def test_signatures_are_those_that_openssl_makes() -> None:
    # printf 'TIMESTAMP\nSECRET' | openssl dgst -sha256 -hmac SECRET -binary | base64
    assert dingtalk_sign("1577262236757", "this is secret") == "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="
    # printf '' | openssl dgst -sha256 -mac HMAC -macopt hexkey:(TIMESTAMP\nSECRET) -binary | base64
    assert feishu_sign("1599360473", "demo") == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="


@pytest.mark.parametrize(
    ("kind", "answer", "state", "reason", "code"),
    [
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url, hint: [1]"}, "failed", "bad_address", 93000),
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, "queued", "limited", 45009),
        ("wecom", {"errcode": 40058, "errmsg": "exceed max length"}, "failed", "rejected", 40058),
        ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}, "failed", "signature", 310000),
        ("dingtalk", {"errcode": 300001, "errmsg": "token is not exist"}, "failed", "bad_address", 300001),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast, exceed 20 times"}, "queued", "limited", 130101),
        ("feishu", {"code": 19021, "msg": "sign match fail"}, "failed", "signature", 19021),
        ("feishu", {"code": 19024, "msg": "Key Words Not Found"}, "failed", "signature", 19024),
        ("feishu", {"code": 19001, "msg": "param invalid"}, "failed", "bad_address", 19001),
        ("feishu", {"code": 11232, "msg": "frequency limited"}, "queued", "limited", 11232),
        ("wecom", (502, b"<html>Bad Gateway</html>"), "queued", "no_answer", 502),
        ("wecom", (200, b"<html>login</html>"), "failed", "rejected", 200),
        ("wecom", (302, {}), "failed", "rejected", 302),
    ],
)  # fmt: skip
def test_answers_with_http_200_are_understood(
    platform: Platform, kinds: Any, tree: Tree, manager: User,
    kind: str, answer: Any, state: str, reason: str, code: int,
) -> None:  # fmt: skip
    robot(platform, tree, manager, kind)
    platform.answers = [answer]
    delivery = posted(tree)

    assert deliver(delivery.pk) == state

    delivery.refresh_from_db()
    assert (delivery.reason, delivery.reply_code) == (reason, code)
    assert len(platform.asked) == 1  # no redirect was followed


def test_a_lost_answer_is_not_answered_by_sending_again(
    platform: Platform, kinds: Any, tree: Tree, manager: User
) -> None:
    robot(platform, tree, manager, "wecom")
    platform.answers = ["die"]
    delivery = posted(tree)

    assert deliver(delivery.pk) == "failed"

    delivery.refresh_from_db()
    assert delivery.reason == Reason.UNKNOWN
    requeue_due()
    assert deliver(delivery.pk) == ""
    assert len(platform.asked) == 1


def test_nobody_listening_means_later(platform: Platform, kinds: Any, tree: Tree, manager: User, settings: Any) -> None:
    channel = robot(platform, tree, manager, "wecom")
    settings.ROBOT_HOSTS = ["127.0.0.1:1"]
    GroupChannel.objects.filter(pk=channel.pk).update(url="http://127.0.0.1:1" + PATHS["wecom"])
    delivery = posted(tree)

    assert deliver(delivery.pk) == "queued"

    delivery.refresh_from_db()
    assert delivery.reason == Reason.NO_ANSWER


def test_a_worker_that_died_while_posting_leaves_it_to_people(
    platform: Platform, kinds: Any, tree: Tree, manager: User
) -> None:
    robot(platform, tree, manager, "wecom")
    delivery = posted(tree)
    assert claim(delivery.pk) is not None  # that worker dies here
    _due(delivery)

    assert deliver(delivery.pk) == ""
    assert requeue_due() == 0

    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.FAILED, Reason.UNKNOWN)
    retry_delivery(delivery, by=manager)
    assert deliver(delivery.pk) == "sent"
    assert len(platform.asked) == 1


@pytest.mark.django_db(transaction=True)
def test_a_post_goes_out_once_when_workers_race(platform: Platform, kinds: Any, tree: Tree, manager: User) -> None:
    robot(platform, tree, manager, "wecom")
    delivery = posted(tree)
    start = threading.Barrier(4)
    states: list[str] = []

    def work() -> None:
        try:
            start.wait()
            states.append(deliver(delivery.pk))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(states) == ["", "", "", "sent"]
    assert len(platform.asked) == 1


def test_posts_beyond_the_platforms_limit_wait_without_losing_attempts(
    platform: Platform, kinds: Any, tree: Tree, manager: User
) -> None:
    channel = robot(platform, tree, manager, "wecom")
    limit = PLATFORMS["wecom"].per_minute
    states = [deliver(posted(tree, f"n:{number}").pk) for number in range(limit + 1)]

    assert states == ["sent"] * limit + ["queued"]
    last = Delivery.objects.latest("pk")
    assert (last.attempts, last.reason) == (0, Reason.LIMITED)
    assert last.next_attempt_at is not None and last.next_attempt_at > now() + timedelta(seconds=20)
    GroupChannel.objects.filter(pk=channel.pk).update(window_at=now() - timedelta(minutes=2))
    _due(last)
    assert deliver(last.pk) == "sent"
    assert len(platform.asked) == limit + 1


def test_group_is_told_once_and_only_where_there_is_a_robot_for_it(
    platform: Platform, kinds: Any, tree: Tree, manager: User
) -> None:
    robot(platform, tree, manager, "wecom", kinds=["test.urgent"])
    robot(platform, tree, manager, "dingtalk")

    def tell(unit: Any) -> Message | None:
        return notify_group(unit, kind="test.told", context=CONTEXT, dedupe_key="n")

    first, again, elsewhere = tell(tree.siming), tell(tree.siming), tell(tree.huli)

    assert first is not None
    assert [row.channel for row in first.deliveries.all()] == ["dingtalk"]
    assert (again, elsewhere) == (None, None)


def test_values_cannot_write_markdown(platform: Platform, kinds: Any, tree: Tree, manager: User) -> None:
    robot(platform, tree, manager, "wecom")

    deliver(posted(tree, activity="<@all> [点我](https://evil.example) **x**").pk)

    content = platform.asked[0].json["markdown"]["content"]
    assert "<@all>" not in content
    assert "[点我]" not in content
    assert "[查看](https://week.example.org/w/notices/1/)" in content


def test_long_texts_are_cut_to_what_the_platform_takes(
    platform: Platform, kinds: Any, tree: Tree, manager: User
) -> None:
    robot(platform, tree, manager, "wecom")

    deliver(posted(tree, time="茶" * 2000, note="艺" * 2000).pk)

    content = platform.asked[0].json["markdown"]["content"]
    assert len(content.encode()) <= 4096
    assert content.endswith("…")


@pytest.mark.parametrize(
    "url",
    [
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x",
        "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=x",
        "https://qyapi.weixin.qq.com@169.254.169.254/cgi-bin/webhook/send?key=x",
        "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=x",
        "https://qyapi.weixin.qq.com/cgi-bin/gettoken?key=x",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        "https://oapi.dingtalk.com/robot/send?access_token=x",
        "http://127.0.0.1:8000/cgi-bin/webhook/send?key=x",
        "http://[::1]/cgi-bin/webhook/send?key=x",
        "http://[bad/cgi-bin/webhook/send?key=x",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x\r\nHost: evil",
        "file:///cgi-bin/webhook/send?key=x",
        "javascript:alert(1)",
        "",
    ],
)
def test_addresses_of_anything_else_are_refused(url: str) -> None:
    with pytest.raises(DomainError) as refused:
        check_address("wecom", url)
    assert refused.value.field == "url"


def test_real_addresses_are_taken() -> None:
    check_address("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6")
    check_address("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=5d1c")
    check_address("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/1f2e3d4c")


def test_an_address_that_is_no_longer_allowed_is_not_called(
    platform: Platform, kinds: Any, tree: Tree, manager: User, settings: Any
) -> None:
    robot(platform, tree, manager, "wecom")
    settings.ROBOT_HOSTS = []

    assert deliver(posted(tree).pk) == "failed"
    assert platform.asked == []


def test_the_address_is_kept_out_of_history_and_masked(
    platform: Platform, kinds: Any, tree: Tree, manager: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        channel = robot(platform, tree, manager, "dingtalk", secret=SECRET)
        change_robot(channel, name="新名称", by=manager)
        deliver(posted(tree).pk)
        try_robot(channel, by=manager)

    channel.refresh_from_db()
    assert (channel.url, channel.secret) == (platform.url + PATHS["dingtalk"], SECRET)
    said = [str(event.data) + event.object_label for event in AuditEvent.objects.all()]
    said += [record.getMessage() for record in caplog.records if record.name.startswith("skillweek")]
    said += [masked(channel)]
    assert [text for text in said if "5d1c4f3e" in text or SECRET in text] == []


def test_the_same_robot_is_not_added_twice(platform: Platform, tree: Tree, manager: User) -> None:
    robot(platform, tree, manager, "wecom")

    with pytest.raises(Conflict):
        robot(platform, tree, manager, "wecom")


def test_trying_a_robot_says_what_is_wrong(platform: Platform, tree: Tree, manager: User) -> None:
    channel = robot(platform, tree, manager, "dingtalk")
    platform.answers = [{"errcode": 310000, "errmsg": "sign not match"}]

    with pytest.raises(DomainError, match="密钥、签名或关键词不对"):
        try_robot(channel, by=manager)
    try_robot(channel, by=manager)

    assert "测试消息" in platform.asked[-1].json["markdown"]["text"]
    channel.refresh_from_db()
    assert channel.worked_at is not None


def test_what_waits_for_a_removed_robot_is_not_sent(platform: Platform, kinds: Any, tree: Tree, manager: User) -> None:
    channel = robot(platform, tree, manager, "wecom")
    delivery = posted(tree)
    remove_robot(channel, by=manager)

    assert deliver(delivery.pk) == "failed"
    assert platform.asked == []
