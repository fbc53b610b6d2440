"""Kinds of messages: what they are called, what they say, which variables their texts may use.

A room declares its kinds in ``AppConfig.ready``::

    declare(Kind(
        code="booking.confirmed", label=_("预约成功"), group=_("预约"),
        title=gettext_noop("您已预约{activity}"), body=gettext_noop("时间：{time}\\n地点：{place}"),
        variables={"activity": _("活动名称"), "time": _("时间"), "place": _("地点")},
        sample={"activity": "茶艺体验", "time": "5月14日 09:00", "place": "一楼茶艺室"},
    ))

Texts are Chinese msgids with ``{name}`` placeholders; their English stands in the catalogue, and the city may write its
own words for either. A value that is missing or empty never stops a message: it prints as nothing, and a line of a
body whose values are all empty is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

#: A word on screen: lazy, or plain.
Label = str | Promise
PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
#: The parts of a kind's text; ``title`` is also the mail's subject.
PARTS: Final = ("title", "body", "sms", "markdown")

#: Variables that every kind has.
COMMON: Final[dict[str, Label]] = {
    "recipient": _("收件人姓名"),
    "unit": _("单位名称"),
    "link": _("查看网址"),
}
COMMON_SAMPLE: Final = {"recipient": "王老师", "unit": "示例第一职业学校", "link": "https://week.example.org/w/"}


class Urgency(StrEnum):
    """When it goes out: LOW may wait for a bundle, NORMAL for the end of quiet hours, URGENT for nothing."""

    LOW = "low"
    NORMAL = "normal"
    URGENT = "urgent"


@dataclass(frozen=True)
class Kind:
    """One kind of message. ``code`` is dotted; ``title`` … ``markdown`` are msgids with placeholders.

    ``sms`` and ``markdown`` are made of title and body where they are empty. ``mandatory`` kinds cannot be switched
    off by their readers, nor by unsubscribing contacts. ``email`` says whether it goes by mail unless the reader says
    otherwise; ``sms_too`` whether contacts with a telephone number get it there even when they have an e-mail address.
    """

    code: str
    label: Label
    title: str
    body: str = ""
    variables: Mapping[str, Label] = field(default_factory=dict)
    sample: Mapping[str, str] = field(default_factory=dict)
    sms: str = ""
    markdown: str = ""
    #: Heading under which it stands in lists: the room's name for itself.
    group: Label = ""
    urgency: Urgency = Urgency.NORMAL
    mandatory: bool = False
    email: bool = True
    sms_too: bool = False
    #: Who can get it, for the screens: "person", "contact", "group".
    audiences: tuple[str, ...] = ("person",)

    @property
    def names(self) -> dict[str, Label]:
        """Every variable its texts may use, with what it means."""
        return {**COMMON, **self.variables}

    def default(self, part: str, language: str) -> str:
        """The product's own text of one part in one language, ``""`` where it is made of the others."""
        msgid = getattr(self, part)
        if not msgid:
            return ""
        with override(language):
            return gettext(msgid)


_kinds: dict[str, Kind] = {}


def declare(*kinds: Kind) -> None:
    """Make kinds known. Safe to call again with the same; another kind of the same code raises ValueError."""
    for kind in kinds:
        if _kinds.get(kind.code, kind) != kind:
            raise ValueError(f"two kinds of messages are called {kind.code}")
        _kinds[kind.code] = kind


def find(code: str) -> Kind | None:
    """The kind with this code; None for the old messages that bring their own title and body."""
    return _kinds.get(code)


def all_kinds() -> list[Kind]:
    """Every declared kind, by code: rooms stay together."""
    return [_kinds[code] for code in sorted(_kinds)]


def placeholders(text: str) -> list[str]:
    """The variables a text uses, each once, in their order."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def unknown(text: str, kind: Kind) -> list[str]:
    """The variables a text uses that the kind does not have."""
    known = kind.names
    return [name for name in placeholders(text) if name not in known]


def render(text: str, context: Mapping[str, str]) -> str:
    """Fill a text. Missing values print as nothing; lines whose values are all empty are left out. Never raises."""
    return "\n".join(_lines(text.splitlines(), context)).strip()


def fill(text: str, context: Mapping[str, str]) -> str:
    """Fill one line, such as a title: it stays whatever is missing. Never raises."""
    return PLACEHOLDER.sub(lambda match: context.get(match[1], ""), text)


def _lines(lines: Iterable[str], context: Mapping[str, str]) -> Iterable[str]:
    for line in lines:
        names = PLACEHOLDER.findall(line)
        if names and not any(context.get(name) for name in names):
            continue
        yield fill(line, context)
