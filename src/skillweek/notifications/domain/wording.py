"""The city's own words: written, checked, put back to the product's (A4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.errors import Conflict, DomainError
from skillweek.notifications import texts
from skillweek.notifications.kinds import PARTS, PLACEHOLDER, Kind, unknown
from skillweek.notifications.models import MessageTemplate
from skillweek.organisations.models import User

_STRAY: Final = re.compile(r"[{}｛｝]")
_FIELDS: Final = (*PARTS, "sms_code")


def template_of(kind: Kind, language: str) -> MessageTemplate:
    """The city's words, or an unsaved row without any."""
    found = MessageTemplate.objects.filter(kind=kind.code, language=language).first()
    return found or MessageTemplate(kind=kind.code, language=language)


def faults(kind: Kind, part: str, text: str) -> list[str]:
    """What is wrong with a text: variables that the kind does not have, braces that belong to none."""
    found = []
    wrong = unknown(text, kind)
    if wrong:
        words = {
            "wrong": "、".join(f"{{{name}}}" for name in wrong),
            "known": "、".join(f"{{{n}}}" for n in kind.names),
        }
        found.append(_("没有这个变量：%(wrong)s。可以用的有：%(known)s。") % words)
    if _STRAY.search(PLACEHOLDER.sub("", text)):
        found.append(_("有花括号没有成对，或用了全角花括号。变量请写成 {link} 这样。"))
    if part in ("title", "sms") and "\n" in text.strip():
        found.append(_("这里只能写一行。"))
    return found


@transaction.atomic
def save_wording(
    kind: Kind, language: str, changes: Mapping[str, str], *, by: User, expected_revision: int
) -> MessageTemplate:
    """Keep the city's words for ``title``, ``body``, ``sms``, ``markdown`` and the platform's ``sms_code``.

    A part that says what the product says anyway is kept empty, so that it follows the product. Raises DomainError
    that names the field, or Conflict when somebody saved meanwhile.
    """
    for part in PARTS:
        for fault in faults(kind, part, changes.get(part, "")):
            raise DomainError(fault, field=part)
    template, _created = MessageTemplate.objects.select_for_update().get_or_create(kind=kind.code, language=language)
    if template.revision != expected_revision:
        raise Conflict(_("您打开后，这个模板刚被同事修改过。请核对现在的内容，再保存一次。"))
    before = {name: getattr(template, name) for name in _FIELDS}
    wanted = {name: _clean(changes.get(name, "")) for name in _FIELDS}
    after = {**own_parts(kind, language, wanted, before), "sms_code": wanted["sms_code"]}
    if after == before:
        return template
    _write(template, after)
    changed = {name: [before[name], after[name]] for name in _FIELDS if before[name] != after[name]}
    audit.record("template.change", template, actor=by, data={"changed": changed, "now": after})
    return template


@transaction.atomic
def reset_wording(kind: Kind, language: str, *, by: User) -> None:
    """Go back to the product's words. The platform's number goes too: it belongs to the text. Safe to repeat."""
    template = MessageTemplate.objects.select_for_update().filter(kind=kind.code, language=language).first()
    if template is None:
        return
    before = {name: getattr(template, name) for name in _FIELDS}
    after = dict.fromkeys(_FIELDS, "")
    if before == after:
        return
    _write(template, after)
    changed = {name: [before[name], ""] for name in _FIELDS if before[name]}
    audit.record("template.reset", template, actor=by, data={"changed": changed, "now": after})


def own_parts(
    kind: Kind, language: str, wanted: Mapping[str, str], before: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Of the wanted parts those that differ from what would be said without them; the others empty.

    Short message and group post are made of title and body. Whoever changes the title alone sends back the short
    message as it was made of the old one (``before``): that is no wording of its own.
    """
    plain = texts.compose(kind, language, {})
    own = {part: "" if wanted[part] == _clean(getattr(plain, part)) else wanted[part] for part in ("title", "body")}
    shown = {part: (before or {}).get(part, "") for part in ("title", "body")}
    made = [plain, texts.compose(kind, language, own), texts.compose(kind, language, shown)]
    for part in ("sms", "markdown"):
        own[part] = "" if wanted[part] in [_clean(getattr(words, part)) for words in made] else wanted[part]
    return own


def _write(template: MessageTemplate, parts: Mapping[str, Any]) -> None:
    for name, text in parts.items():
        setattr(template, name, text)
    template.revision += 1
    template.save()


def _clean(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()
