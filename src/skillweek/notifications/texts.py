"""What a message says: the product's words or the city's, filled with values, for each channel."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from skillweek.notifications.kinds import PARTS, Kind, fill, render
from skillweek.notifications.models import MessageTemplate

log = logging.getLogger(__name__)

#: A text, or a function that makes it in the language active when called.
Text = str | Callable[[], str]
TITLE_LENGTH: Final = 200
_VALUE_LENGTH: Final = 2000
#: Signs with a meaning in the robots' markdown, as their full-width twins: a value cannot mention people or add links.
_MARKDOWN: Final = str.maketrans("<>[]*`#", "＜＞［］＊｀＃")


@dataclass(frozen=True)
class Words:
    """The unfilled texts of one kind in one language. ``own`` names the parts that the city wrote itself."""

    title: str
    body: str
    sms: str
    markdown: str
    sms_code: str = ""
    own: frozenset[str] = frozenset()


def reader_language(language: str | None) -> str:
    """One of the product's languages."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def words_of(kind: Kind, language: str) -> Words:
    """The texts that are used for this kind in this language."""
    template = MessageTemplate.objects.filter(kind=kind.code, language=language).first()
    own = {part: getattr(template, part) for part in PARTS if template and getattr(template, part).strip()}
    return compose(kind, language, own, template.sms_code if template else "")


def compose(kind: Kind, language: str, own: Mapping[str, str], sms_code: str = "") -> Words:
    """The texts of this kind with the parts in ``own`` put in place of the product's."""
    texts = {part: own.get(part) or kind.default(part, language) for part in PARTS}
    with translation.override(language):
        look = _("查看")
    texts["sms"] = texts["sms"] or f"{texts['title']} {{link}}"
    pieces = [f"**{texts['title']}**", texts["body"], f"[{look}]({{link}})"]
    texts["markdown"] = texts["markdown"] or "\n\n".join(piece for piece in pieces if piece)
    return Words(**texts, sms_code=sms_code, own=frozenset(part for part in PARTS if own.get(part)))


def title_of(words: Words, context: Mapping[str, str]) -> str:
    """The title on one line."""
    return one_line(fill(words.title, context))


def one_line(text: str) -> str:
    """A title fit for a mail's subject: one line, not too long."""
    return " ".join(text.split())[:TITLE_LENGTH]


def body_of(words: Words, context: Mapping[str, str]) -> str:
    """The body as plain text."""
    return render(words.body, context)


def sms_of(words: Words, context: Mapping[str, str]) -> str:
    """The short message on one line."""
    return " ".join(fill(words.sms, context).split())


def markdown_of(words: Words, context: Mapping[str, str]) -> str:
    """The robots' text. Values lose their markdown; the link stays."""
    safe = {name: value if name == "link" else value.translate(_MARKDOWN) for name, value in context.items()}
    return render(words.markdown, safe)


def values(context: Mapping[str, Any], language: str) -> dict[str, str]:
    """The context as text in one language. A value that cannot be made is logged and left out: the message goes."""
    found = {}
    with translation.override(language):
        for name, value in context.items():
            try:
                found[str(name)] = _text(value)[:_VALUE_LENGTH]
            except Exception:
                log.exception("the value of {%s} could not be made", name)
    return found


def _text(value: Any) -> str:
    if callable(value):
        value = value()
    if value is None:
        return ""
    if isinstance(value, datetime):
        return date_format(localtime(value) if value.tzinfo else value, "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "MONTH_DAY_FORMAT")
    return str(value)


def link_to(url: str) -> str:
    """The whole address of a path on this site."""
    return settings.BASE_URL + url if url else ""
