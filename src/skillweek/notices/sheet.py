"""One notice laid out as an official document, whoever reads it and where: public page, workspace, preview, print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from skillweek.content.html import plain_text
from skillweek.content.render import asset_url
from skillweek.notices.content import BLANK, moment_of
from skillweek.notices.models import Notice
from skillweek.notices.queries import Attachment, attachments_of

_SUMMARY_LENGTH = 140


@dataclass(frozen=True)
class Download:
    """A file under 附件下载. ``ending`` is its type in capitals, ``size`` in bytes."""

    title: str
    url: str
    size: int
    ending: str


@dataclass(frozen=True)
class Sheet:
    """The document's parts as templates show them."""

    title: str
    number: str
    issuers: list[str]
    recipients: str
    body: str
    issued_on: date | None
    downloads: list[Download]
    valid_until: datetime | None
    acknowledge_by: datetime | None

    @property
    def summary(self) -> str:
        """Its beginning as one line of plain text, for share cards."""
        text = " ".join(plain_text(self.body).split())
        return text if len(text) <= _SUMMARY_LENGTH else text[:_SUMMARY_LENGTH] + "…"


def sheet_of(notice: Notice, content: Mapping[str, Any], *, public: bool = False) -> Sheet:
    """Lay ``content`` (live, draft or a version) out. ``public`` says which addresses the files have."""
    content = {**BLANK, **content}
    address = _public if public else _for_staff(notice)
    return Sheet(
        title=content["title"] or notice.title,
        number=content["document_number"],
        issuers=content["issuers"] or [notice.organisation.name],
        recipients=content["recipients_text"].rstrip(":：").strip(),
        body=content["body"],
        issued_on=date.fromisoformat(content["issued_on"]) if content["issued_on"] else None,
        downloads=[
            Download(row.title, address(row), row.asset.file.size, row.ending) for row in attachments_of(content)
        ],
        valid_until=moment_of(content["valid_until"]),
        acknowledge_by=moment_of(content["acknowledge_by"]),
    )


def _public(row: Attachment) -> str:
    return str(asset_url(row.asset))


def _for_staff(notice: Notice) -> Callable[[Attachment], str]:
    return lambda row: reverse("notices:attachment", args=[notice.pk, row.asset.pk])
