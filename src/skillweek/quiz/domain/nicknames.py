"""Names that others read: short, without telephone numbers, addresses or invisible signs (E2)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError

MAX_LENGTH: Final = 12
_DIGITS: Final = re.compile(r"\d{5,}")
_ADDRESS: Final = re.compile(r"https?:|www\.|\.(com|cn|net)\b|@", re.IGNORECASE)


def clean_nickname(text: str) -> str:
    """The name as it is kept. Raises DomainError (``nickname``)."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(char for char in text if unicodedata.category(char)[0] != "C")
    # "#" stands before the number of somebody whose name was erased.
    text = " ".join(text.split()).lstrip("# ")
    if not text or not any(char.isalnum() for char in text):
        raise DomainError(_("请填写昵称。"), field="nickname")
    if len(text) > MAX_LENGTH:
        raise DomainError(_("昵称最多 %(limit)d 个字。") % {"limit": MAX_LENGTH}, field="nickname")
    if _DIGITS.search(text) or _ADDRESS.search(text):
        raise DomainError(_("昵称里不要写号码、邮箱或网址。"), field="nickname")
    return text


def masked(nickname: str) -> str:
    """As strangers see it: ``王*``, ``王*明``, ``小****匠``."""
    if len(nickname) <= 1:
        return "*"
    if len(nickname) == 2:
        return f"{nickname[0]}*"
    return f"{nickname[0]}{'*' * min(len(nickname) - 2, 4)}{nickname[-1]}"
