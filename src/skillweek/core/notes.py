"""What people write to each other about a decision: one length, one way to clean it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError

#: Longest note or reason, in characters.
MAX_NOTE: Final = 2000


def clean_note(text: str, *, required: str = "", field: str = "note") -> str:
    """``text`` stripped. Raises DomainError when it is too long, or empty while ``required`` says why not."""
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if required and not text:
        raise DomainError(required, field=field)
    if len(text) > MAX_NOTE:
        message = _("内容有 %(count)s 字，最多 %(limit)s 字。请精简后再提交。")
        raise DomainError(message % {"count": len(text), "limit": MAX_NOTE}, field=field)
    return text
