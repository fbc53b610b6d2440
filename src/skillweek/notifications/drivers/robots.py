"""Group robots (群机器人): WeCom, DingTalk and Feishu, by the webhook addresses that their groups give out.

All three answer HTTP 200 also when they refuse, with a code in the body. Each allows a number of messages a minute;
what goes over it waits here, so that the platform never shuts the robot out. Posts are at most once: a group cannot
fold a second copy.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, quote_plus, urlsplit

from django.conf import settings
from django.db.models import F, Q
from django.utils.translation import gettext as _

from skillweek.core.clock import now, real_now
from skillweek.core.errors import DomainError
from skillweek.notifications import kinds, texts
from skillweek.notifications.drivers.base import Receipt, Refused, TryLater
from skillweek.notifications.drivers.http import Answer, post_json
from skillweek.notifications.models import Delivery, GroupChannel

_K, _R = GroupChannel.Kind, Delivery.Reason
_MINUTE: Final = timedelta(minutes=1)
#: A post that could not be made within a day is no news.
_STALE: Final = timedelta(days=1)


@dataclass(frozen=True)
class Platform:
    """What is particular about one platform. ``path`` begins its addresses, ``key`` names the secret in the query."""

    hosts: tuple[str, ...]
    path: str
    key: str
    per_minute: int
    #: Bytes of markdown it takes.
    limit: int
    #: Codes in the body that mean: later; wrong address; wrong signature, keyword or network.
    later: frozenset[int]
    address: frozenset[int]
    signature: frozenset[int]


PLATFORMS: Final[dict[str, Platform]] = {
    _K.WECOM: Platform(
        hosts=("qyapi.weixin.qq.com",),
        path="/cgi-bin/webhook/send",
        key="key",
        per_minute=20,
        limit=4096,
        later=frozenset({-1, 45009}),
        address=frozenset({93000}),
        signature=frozenset(),
    ),
    _K.DINGTALK: Platform(
        hosts=("oapi.dingtalk.com",),
        path="/robot/send",
        key="access_token",
        per_minute=20,
        limit=20_000,
        later=frozenset({-1, 130101, 410100}),
        address=frozenset({300001, 400101, 400102}),
        signature=frozenset({310000}),
    ),
    _K.FEISHU: Platform(
        hosts=("open.feishu.cn", "open.larksuite.com"),
        path="/open-apis/bot/v2/hook/",
        key="",
        per_minute=60,
        limit=20_000,
        later=frozenset({11232}),
        address=frozenset({19001}),
        signature=frozenset({19021, 19022, 19024}),
    ),
}


class RobotDriver:
    """Posts one message into one group."""

    folds_copies = False

    def send(self, delivery: Delivery) -> Receipt:
        """Post it. Raises TryLater, Refused or NoAnswer."""
        robot = delivery.group_channel
        if robot is None or not robot.is_active:
            raise Refused(_R.NO_DRIVER)
        if now() - delivery.queued_at > _STALE:
            raise Refused(_R.EXPIRED)
        wait_until = take_turn(robot)
        if wait_until is not None:
            raise TryLater(_R.LIMITED, at=wait_until)
        kind = kinds.find(delivery.message.kind)
        text = delivery.message.body
        if kind is not None:
            words = texts.words_of(kind, texts.reader_language(delivery.message.language))
            text = texts.markdown_of(words, delivery.message.context)
        return post(robot, delivery.message.title, text)


def post(robot: GroupChannel, title: str, text: str) -> Receipt:
    """Post markdown into the group. Raises TryLater, Refused or NoAnswer."""
    platform = PLATFORMS[robot.kind]
    try:
        check_address(robot.kind, robot.url)
    except DomainError as error:  # the list of hosts was tightened after it was saved
        raise Refused(_R.BAD_ADDRESS) from error
    url, payload = _signed(robot, _payload(robot.kind, title, clipped(text, platform.limit)), real_now())
    receipt = _judge(platform, post_json(url, payload))
    GroupChannel.objects.filter(pk=robot.pk).update(worked_at=now())
    return receipt


def take_turn(robot: GroupChannel) -> datetime | None:
    """Count one post in the present minute; when the minute is full, say when the next one begins."""
    moment = now()
    row = GroupChannel.objects.filter(pk=robot.pk)
    limit = PLATFORMS[robot.kind].per_minute
    if row.filter(window_at__gt=moment - _MINUTE, window_count__lt=limit).update(window_count=F("window_count") + 1):
        return None
    if row.filter(Q(window_at=None) | Q(window_at__lte=moment - _MINUTE)).update(window_at=moment, window_count=1):
        return None
    begun = row.values_list("window_at", flat=True).first()
    return (begun or moment) + _MINUTE


def check_address(kind: str, url: str) -> None:
    """Refuse every address that is not a robot of this platform: the site must not be led to call anything else.

    Raises DomainError. Hosts in ``ROBOT_HOSTS`` (``host:port``) are the operator's own exception, also without https.
    """
    platform = PLATFORMS[kind]
    wrong = DomainError(_("这不是%(name)s机器人的地址。请从群设置里完整复制。") % {"name": _K(kind).label}, field="url")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.username or parts.password or parts.fragment or any(ord(sign) <= 32 for sign in url):
        raise wrong
    exempt = parts.netloc in settings.ROBOT_HOSTS
    if not exempt and (parts.scheme != "https" or parts.hostname not in platform.hosts or port not in (None, 443)):
        raise wrong
    if parts.scheme not in ("http", "https"):
        raise wrong
    if platform.key:
        if parts.path != platform.path or not parse_qs(parts.query).get(platform.key):
            raise wrong
    elif not parts.path.startswith(platform.path) or len(parts.path) <= len(platform.path):
        raise wrong


def clipped(text: str, limit: int) -> str:
    """The text within so many bytes of UTF-8, never half a character."""
    raw = text.encode()
    return text if len(raw) <= limit else raw[: limit - 3].decode(errors="ignore") + "…"


def _payload(kind: str, title: str, text: str) -> dict[str, Any]:
    if kind == _K.WECOM:
        return {"msgtype": "markdown", "markdown": {"content": text}}
    if kind == _K.DINGTALK:
        return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
    card = {
        "config": {"wide_screen_mode": True},
        "header": {"title": {"tag": "plain_text", "content": title}, "template": "turquoise"},
        # The card has a title of its own.
        "elements": [{"tag": "markdown", "content": text.removeprefix(f"**{title}**").strip() or title}],
    }
    return {"msg_type": "interactive", "card": card}


def _signed(robot: GroupChannel, payload: dict[str, Any], moment: datetime) -> tuple[str, dict[str, Any]]:
    """Address and payload with the signature that DingTalk wants in the query and Feishu in the body."""
    if not robot.secret or robot.kind == _K.WECOM:
        return robot.url, payload
    if robot.kind == _K.DINGTALK:
        stamp = str(int(moment.timestamp() * 1000))
        return f"{robot.url}&timestamp={stamp}&sign={quote_plus(dingtalk_sign(stamp, robot.secret))}", payload
    stamp = str(int(moment.timestamp()))
    return robot.url, {"timestamp": stamp, "sign": feishu_sign(stamp, robot.secret), **payload}


def dingtalk_sign(stamp: str, secret: str) -> str:
    """HMAC-SHA256 of ``timestamp\\nsecret`` under the secret; the stamp in milliseconds."""
    return _base64_hmac(secret, f"{stamp}\n{secret}")


def feishu_sign(stamp: str, secret: str) -> str:
    """HMAC-SHA256 of nothing under ``timestamp\\nsecret``; the stamp in seconds."""
    return _base64_hmac(f"{stamp}\n{secret}", "")


def _base64_hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _judge(platform: Platform, answer: Answer) -> Receipt:
    """What the answer means. Only a code of 0 in the body is success."""
    data = answer.json()
    code = data.get("errcode", data.get("code", data.get("StatusCode")))
    if not isinstance(code, int):
        if answer.status == 429 or answer.status >= 500:
            raise TryLater(_R.LIMITED if answer.status == 429 else _R.NO_ANSWER, answer.status)
        raise Refused(_R.REJECTED, answer.status)
    if code == 0:
        return Receipt()
    if code in platform.later:
        raise TryLater(_R.LIMITED, code)
    if code in platform.address:
        raise Refused(_R.BAD_ADDRESS, code)
    raise Refused(_R.SIGNATURE if code in platform.signature else _R.REJECTED, code)
