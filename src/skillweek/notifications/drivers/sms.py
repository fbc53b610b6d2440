"""Short messages: what is common to all platforms, and the generic HTTP driver.

The operator chooses the platform by ``SMS_DRIVER``. Short messages cost money and cannot be folded, so they go out at
most once: an answer that never came is noted as unknown and left to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

from django.conf import settings

from skillweek.core.clock import now
from skillweek.notifications import kinds, texts
from skillweek.notifications.drivers.base import Driver, Receipt, Refused, TryLater
from skillweek.notifications.drivers.http import Answer, post_json, request
from skillweek.notifications.models import Delivery

_R = Delivery.Reason


@dataclass(frozen=True)
class ShortMessage:
    """One short message. ``values`` are those of its text's variables, in their order there."""

    phone: str
    text: str
    template: str
    values: dict[str, str]
    #: The delivery's number, so that the platform's own log can be matched.
    reference: str


class Platform(Protocol):
    """One SMS platform."""

    #: Whether it sends only texts that it approved before, by their number.
    needs_template: bool

    def send(self, message: ShortMessage) -> Receipt:
        """Hand it over. Raises TryLater, Refused or NoAnswer."""
        ...


class SmsDriver:
    """Sends one delivery by the operator's platform."""

    folds_copies = False

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def send(self, delivery: Delivery) -> Receipt:
        """Write the text and hand it over. Raises TryLater, Refused or NoAnswer."""
        message = short_message(delivery)
        if self.platform.needs_template and not message.template:
            raise Refused(_R.NO_TEMPLATE)
        if sent_today(delivery.address) >= settings.SMS_PER_NUMBER_DAILY:
            raise Refused(_R.TOO_MANY)
        return self.platform.send(message)


def driver() -> Driver | None:
    """The driver that ``SMS_DRIVER`` names; None when it names none."""
    from skillweek.notifications.drivers.aliyun import Aliyun
    from skillweek.notifications.drivers.tencent import Tencent

    platforms: dict[str, type[Platform]] = {"http": GenericHttp, "aliyun": Aliyun, "tencent": Tencent}
    found = platforms.get(settings.SMS_DRIVER)
    return SmsDriver(found()) if found else None


def needs_templates() -> bool:
    """Whether the platform wants each text's number; then managers enter it beside the text."""
    return settings.SMS_DRIVER in ("aliyun", "tencent")


def short_message(delivery: Delivery) -> ShortMessage:
    """What a delivery says as a short message."""
    message = delivery.message
    kind = kinds.find(message.kind)
    if kind is None:  # the room that declared it was taken out
        text = " ".join(f"{message.title} {texts.link_to(message.url)}".split())
        return ShortMessage(delivery.address, text, "", {}, str(delivery.pk))
    words = texts.words_of(kind, texts.reader_language(message.language))
    values = {name: message.context.get(name, "") for name in kinds.placeholders(words.sms)}
    text = texts.sms_of(words, message.context)
    return ShortMessage(delivery.address, text, words.sms_code, values, str(delivery.pk))


def sent_today(phone: str) -> int:
    """How many short messages went to this number in the last 24 hours."""
    since = now() - timedelta(days=1)
    return Delivery.objects.filter(channel=Delivery.Channel.SMS, address=phone, sent_at__gt=since).count()


def international(phone: str) -> str:
    """The number in E.164: ``+8613800138000``."""
    return phone if phone.startswith("+") else f"+86{phone}"


class GenericHttp:
    """Any gateway that takes one POST: address, body and sign of success are the operator's (``SMS_HTTP_*``)."""

    needs_template = False

    def send(self, message: ShortMessage) -> Receipt:
        """Post the configured body with its placeholders filled."""
        facts = {
            "phone": message.phone,
            "text": message.text,
            "sign": settings.SMS_SIGN,
            "id": message.reference,
            "template": message.template,
        }
        body = _filled(settings.SMS_HTTP_BODY, facts)
        headers = {str(name): str(value) for name, value in settings.SMS_HTTP_HEADERS.items()}
        if settings.SMS_HTTP_FORMAT == "form":
            form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", **headers}
            return _judge(request(settings.SMS_ENDPOINT, urlencode(body).encode(), form))
        return _judge(post_json(settings.SMS_ENDPOINT, body, headers))


def _filled(value: Any, facts: dict[str, str]) -> Any:
    if isinstance(value, str):
        return kinds.PLACEHOLDER.sub(lambda match: facts.get(match[1], match[0]), value)
    if isinstance(value, dict):
        return {name: _filled(inner, facts) for name, inner in value.items()}
    return [_filled(inner, facts) for inner in value] if isinstance(value, list) else value


def _judge(answer: Answer) -> Receipt:
    """2xx, and the value named by ``SMS_HTTP_OK`` (``data.code=0``) where it is set."""
    if answer.status == 429:
        raise TryLater(_R.LIMITED, answer.status)
    if answer.status >= 500:
        raise TryLater(_R.NO_ANSWER, answer.status)
    if answer.status >= 300:
        raise Refused(_R.REJECTED, answer.status)
    path, _equals, wanted = settings.SMS_HTTP_OK.partition("=")
    if not path:
        return Receipt()
    found: Any = answer.json()
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if str(found) == wanted:
        return Receipt()
    raise Refused(_R.REJECTED, answer.status, code_only(found))


def code_only(value: Any) -> str:
    """A platform's code fit for the log: letters, digits, dots; never a sentence, which may hold the number."""
    text = str(value)
    return text if text.isascii() and len(text) <= 60 and all(sign.isalnum() or sign in "._-" for sign in text) else ""
