"""Short messages over real HTTP: a generic gateway, Aliyun and Tencent as their pages describe them (B8)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from skillweek.core.clock import now
from skillweek.notifications.domain import deliver, notify, notify_contact
from skillweek.notifications.drivers import aliyun, tencent
from skillweek.notifications.models import Delivery, MessageTemplate, Preference
from tests.factories import Tree, person
from tests.notifications.conftest import Platform

CONTEXT = {"activity": "茶艺体验", "time": "5月14日 09:00"}
State, Reason = Delivery.State, Delivery.Reason


@pytest.fixture(autouse=True)
def _configured(settings: Any, kinds: Any) -> None:
    settings.QUIET_HOURS = ""
    settings.SMS_SIGN = "示例市教育局"
    settings.SMS_KEY_ID, settings.SMS_KEY_SECRET = "key-id", "key-secret"


@pytest.fixture
def gateway(platform: Platform, settings: Any, db: None) -> Platform:
    """A generic gateway that wants a token and answers with a code."""
    settings.SMS_DRIVER = "http"
    settings.SMS_ENDPOINT = platform.url + "/sms/send"
    settings.SMS_HTTP_BODY = {"mobile": "{phone}", "content": "【{sign}】{text}", "ref": "{id}", "list": ["{phone}"]}
    settings.SMS_HTTP_HEADERS = {"Authorization": "Bearer secret"}
    settings.SMS_HTTP_OK = "result.code=0"
    platform.usual = {"result": {"code": 0}}
    return platform


@pytest.fixture
def ali(platform: Platform, settings: Any, db: None) -> Platform:
    settings.SMS_DRIVER = "aliyun"
    settings.SMS_ENDPOINT = platform.url
    MessageTemplate.objects.create(kind="test.told", language="zh-hans", sms_code="SMS_154950909")
    platform.usual = {
        "Code": "OK", "Message": "OK", "BizId": "900619746936498440^0", "RequestId": "F655A8D5-B967-440B-8683"
    }  # fmt: skip
    return platform


@pytest.fixture
def qcloud(platform: Platform, settings: Any, db: None) -> Platform:
    settings.SMS_DRIVER = "tencent"
    settings.SMS_ENDPOINT = platform.url
    settings.SMS_APP_ID = "1400006666"
    MessageTemplate.objects.create(kind="test.told", language="zh-hans", sms_code="449739")
    platform.usual = _qcloud_row("Ok", "send success", serial="5000:1045710669157053657849499619")
    return platform


def _qcloud_row(code: str, words: str, serial: str = "") -> dict[str, Any]:
    row = {"SerialNo": serial, "PhoneNumber": "+8613800138000", "Fee": 1, "SessionContext": "1", "Code": code,
           "Message": words, "IsoCode": "CN"}  # fmt: skip
    return {"Response": {"SendStatusSet": [row], "RequestId": "a0aabda6-cf91-4f3e-a81f-9198114a2279"}}


def told(key: str = "b:1", phone: str = "138 0013 8000", **fields: Any) -> Delivery:
    message = notify_contact(
        phone=phone, name="王女士", kind="test.told", context=CONTEXT, url="/book/t/abc/", dedupe_key=key, **fields
    )
    assert message is not None
    return message.deliveries.get()


@pytest.mark.requirement("B8")
def test_generic_gateway_gets_the_configured_body(gateway: Platform) -> None:
    delivery = told()

    assert deliver(delivery.pk) == "sent"

    [asked] = gateway.asked
    assert asked.path == "/sms/send"
    assert asked.headers["authorization"] == "Bearer secret"
    assert asked.json == {
        "mobile": "13800138000",
        "content": "【示例市教育局】您已预约茶艺体验，时间5月14日 09:00。",
        "ref": str(delivery.pk),
        "list": ["13800138000"],
    }


def test_generic_gateway_takes_forms_too(gateway: Platform, settings: Any) -> None:
    settings.SMS_HTTP_FORMAT = "form"
    settings.SMS_HTTP_BODY = {"mobile": "{phone}", "content": "{text}"}

    assert deliver(told().pk) == "sent"

    [asked] = gateway.asked
    assert asked.headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert asked.body.decode().startswith("mobile=13800138000&content=%E6%82%A8")


@pytest.mark.parametrize(
    ("answer", "state", "reason", "note"),
    [
        ((200, {"result": {"code": 7, "why": "bad 13800138000"}}), "failed", "rejected", "7"),
        ((200, b"<html>"), "failed", "rejected", "None"),
        ((503, b""), "queued", "no_answer", ""),
        ((429, b""), "queued", "limited", ""),
        ((403, b""), "failed", "rejected", ""),
        ("die", "failed", "unknown", "RemoteDisconnected"),
        (3, "failed", "unknown", "TimeoutError"),
    ],
)
def test_generic_gateways_answers(gateway: Platform, answer: Any, state: str, reason: str, note: str) -> None:
    gateway.answers = [answer]
    delivery = told()

    assert deliver(delivery.pk) == state

    delivery.refresh_from_db()
    assert (delivery.reason, delivery.reply_note) == (reason, note)
    assert len(gateway.asked) == 1


@pytest.mark.requirement("B8")
def test_aliyun_gets_a_signed_call(ali: Platform) -> None:
    delivery = told()

    assert deliver(delivery.pk) == "sent"

    [asked] = ali.asked
    assert {name: asked.query[name] for name in ("PhoneNumbers", "SignName", "TemplateCode", "OutId")} == {
        "PhoneNumbers": "13800138000",
        "SignName": "示例市教育局",
        "TemplateCode": "SMS_154950909",
        "OutId": str(delivery.pk),
    }
    assert json.loads(asked.query["TemplateParam"]) == CONTEXT
    headers = asked.headers
    assert (headers["x-acs-action"], headers["x-acs-version"]) == ("SendSms", "2017-05-25")
    # The signature is over what really came over the line.
    signed = {name: value for name, value in headers.items() if name == "host" or name.startswith("x-acs-")}
    signed.pop("x-acs-content-sha256")
    again = aliyun.signed(signed, asked.query, "key-id", "key-secret")
    assert headers["authorization"] == again["Authorization"]
    delivery.refresh_from_db()
    assert delivery.reply_note == "900619746936498440^0"


def test_aliyuns_own_example_of_a_signature() -> None:
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-version": "2014-05-26",
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
    }
    query = {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}

    made = aliyun.signed(headers, query, "YourAccessKeyId", "YourAccessKeySecret")

    assert made["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        ({"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": "触发小时级流控Permits:5"}, "queued", "limited"),
        ({"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": "13800138000invalid mobile number"}, "failed", "bad_address"),
        ({"Code": "isv.SMS_TEMPLATE_ILLEGAL", "Message": "模板不合法"}, "failed", "rejected"),
        ((404, {"Code": "InvalidAccessKeyId.NotFound", "Message": "not found"}), "failed", "signature"),
        ((400, {"Code": "SignatureDoesNotMatch", "Message": "..."}), "failed", "signature"),
        ((503, {"Code": "ServiceUnavailable", "Message": "..."}), "queued", "limited"),
    ],
)
def test_aliyuns_answers(ali: Platform, answer: Any, state: str, reason: str) -> None:
    ali.answers = [answer]
    delivery = told()

    assert deliver(delivery.pk) == state

    delivery.refresh_from_db()
    code = (answer[1] if isinstance(answer, tuple) else answer)["Code"]
    assert (delivery.reason, delivery.reply_note) == (reason, code)


@pytest.mark.requirement("B8")
def test_tencent_gets_a_signed_call(qcloud: Platform) -> None:
    delivery = told()

    assert deliver(delivery.pk) == "sent"

    [asked] = qcloud.asked
    assert asked.json == {
        "PhoneNumberSet": ["+8613800138000"],
        "SmsSdkAppId": "1400006666",
        "SignName": "示例市教育局",
        "TemplateId": "449739",
        "TemplateParamSet": ["茶艺体验", "5月14日 09:00"],
        "SessionContext": str(delivery.pk),
    }
    headers = asked.headers
    assert (headers["x-tc-action"], headers["x-tc-version"], headers["x-tc-region"]) == (
        "SendSms", "2021-01-11", "ap-guangzhou",
    )  # fmt: skip
    moment = datetime.fromtimestamp(int(headers["x-tc-timestamp"]), tz=UTC)
    again = tencent.authorization("sms", headers["host"], asked.body, moment, key_id="key-id", secret="key-secret")
    assert headers["authorization"] == again


def test_tencents_own_example_of_a_signature() -> None:
    body = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
    assert hashlib.sha256(body).hexdigest() == "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"

    made = tencent.authorization(
        "cvm",
        "cvm.tencentcloudapi.com",
        body,
        datetime.fromtimestamp(1551113065, tz=UTC),
        key_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        secret="Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
    )

    assert made == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


@pytest.mark.parametrize(
    ("answer", "state", "reason", "note"),
    [
        (_qcloud_row("LimitExceeded.PhoneNumberOneHourLimit", "x"), "queued", "limited",
         "LimitExceeded.PhoneNumberOneHourLimit"),
        (_qcloud_row("InvalidParameterValue.IncorrectPhoneNumber", "x"), "failed", "bad_address",
         "InvalidParameterValue.IncorrectPhoneNumber"),
        (_qcloud_row("FailedOperation.TemplateIncorrectOrUnapproved", "x"), "failed", "rejected",
         "FailedOperation.TemplateIncorrectOrUnapproved"),
        ({"Response": {"Error": {"Code": "AuthFailure.SignatureFailure", "Message": "x"}, "RequestId": "1"}},
         "failed", "signature", "AuthFailure.SignatureFailure"),
        ((200, b"[]"), "failed", "rejected", ""),
    ],
)  # fmt: skip
def test_tencents_answers(qcloud: Platform, answer: Any, state: str, reason: str, note: str) -> None:
    qcloud.answers = [answer]
    delivery = told()

    assert deliver(delivery.pk) == state

    delivery.refresh_from_db()
    assert (delivery.reason, delivery.reply_note) == (reason, note)


def test_a_text_without_the_platforms_number_is_not_sent(qcloud: Platform) -> None:
    MessageTemplate.objects.update(sms_code="")
    delivery = told()

    assert deliver(delivery.pk) == "failed"

    delivery.refresh_from_db()
    assert delivery.reason == Reason.NO_TEMPLATE
    assert qcloud.asked == []


def test_one_number_gets_only_so_many_a_day(gateway: Platform, settings: Any) -> None:
    settings.SMS_PER_NUMBER_DAILY = 2
    states = [deliver(told(f"b:{number}").pk) for number in range(3)]
    other = deliver(told("b:x", phone="13900139000").pk)

    assert (states, other) == (["sent", "sent", "failed"], "sent")
    assert Delivery.objects.get(state=State.FAILED).reason == Reason.TOO_MANY
    Delivery.objects.filter(state=State.SENT).update(sent_at=now() - timedelta(days=2))
    assert deliver(told("b:later").pk) == "sent"


def test_without_a_platform_the_log_says_so(settings: Any, db: None) -> None:
    settings.SMS_DRIVER = ""

    delivery = told()

    assert (delivery.state, delivery.reason) == (State.SKIPPED, Reason.NO_DRIVER)


def test_a_number_that_is_none_is_not_sent(gateway: Platform) -> None:
    delivery = told(phone="12345")

    assert (delivery.state, delivery.reason) == (State.SKIPPED, Reason.BAD_ADDRESS)


def test_people_get_short_messages_when_they_chose_so(gateway: Platform, tree: Tree) -> None:
    wants = person(tree.school_a, "member", phone="13800000001")
    plain = person(tree.school_a, "member", phone="13800000002")
    no_mail = person(tree.school_a, "member", email=None, phone="13800000003")
    Preference.objects.create(user=wants, kind="test.told", email=False, sms=True)

    notify([wants, plain, no_mail], kind="test.told", context=CONTEXT, dedupe_key="1")
    notify([plain, no_mail], kind="test.urgent", context=CONTEXT, dedupe_key="2")

    rows = Delivery.objects.order_by("pk").values_list("message__kind", "channel", "address", "state")
    assert list(rows) == [
        ("test.told", "sms", "13800000001", "queued"),
        ("test.told", "email", plain.email, "queued"),
        ("test.told", "email", "", "skipped"),
        ("test.urgent", "email", plain.email, "queued"),
        ("test.urgent", "email", "", "skipped"),
        ("test.urgent", "sms", "13800000003", "queued"),
    ]
