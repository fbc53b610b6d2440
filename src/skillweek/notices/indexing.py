"""Public notices in the portal's search (B7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skillweek.content.html import plain_text
from skillweek.notices.models import Notice
from skillweek.notices.queries import public_notices
from skillweek.search import domain, sources
from skillweek.search.domain import Entry

KIND = "notice"
_POSITION = 20


def register() -> None:
    """Let the index be rebuilt from this room."""
    sources.register(KIND, _("通知"), entries, position=_POSITION)


def entries() -> Iterator[Entry]:
    """Everything that strangers may find."""
    for notice in public_notices().iterator(chunk_size=200):
        yield entry_of(notice)


def entry_of(notice: Notice) -> Entry:
    """What is found of one notice: only its public text."""
    issuers = notice.live.get("issuers") or []
    files = (notice.live.get("attachment_titles") or {}).values()
    return Entry(
        KIND,
        str(notice.pk),
        title=notice.title,
        url=reverse("notices_public:notice", args=[notice.pk]),
        body=plain_text(notice.live.get("body", "")),
        keywords=" ".join([notice.document_number, *issuers, *files]),
        edition_id=notice.edition_id,
    )


def follow(*, notice: Notice, **_more: Any) -> None:
    """Receiver of this room's signals: what is public is found, what is not is not."""
    found = public_notices(notice.edition).filter(pk=notice.pk).first()
    if found is None:
        domain.remove(KIND, notice.pk)
    else:
        domain.put_all([entry_of(found)])
