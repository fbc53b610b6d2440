"""Telephone numbers as people write them, and the one form in which they are kept (A6)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_NOISE: Final = re.compile(r"[\s\-–—.()·]+")
_MAINLAND: Final = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
_ABROAD: Final = re.compile(r"\+(?!86)[1-9]\d{6,14}")


def normalise_phone(text: str) -> str:
    """Return the number as it is stored and compared, ``""`` for empty text.

    A mainland mobile number becomes its plain 11 digits, however it was written (``+86 138-0013-8000``, full-width
    digits, ``13800138000.0`` from a spreadsheet). Numbers of other countries keep their ``+``. Raises ValueError for
    anything else.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"\.0+$", "", plain)
    plain = _NOISE.sub("", plain)
    if not plain:
        return ""
    if match := _MAINLAND.fullmatch(plain):
        return match[1]
    if _ABROAD.fullmatch(plain):
        return plain
    raise ValueError("not a mobile number")


def mask_phone(phone: str | None) -> str:
    """The number as people see it who need not call it: ``138****8000``."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else "****"


def mask_email(email: str | None) -> str:
    """The address as people see it who need not write to it: ``z***@example.org``."""
    name, at, domain = (email or "").partition("@")
    return f"{name[:1]}***@{domain}" if at else ""
