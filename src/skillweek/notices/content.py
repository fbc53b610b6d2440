"""What an editor writes of a notice: its keys, checked and brought into the form that ``draft`` and ``live`` hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from skillweek.content.html import plain_text, sanitise
from skillweek.content.models import Asset
from skillweek.core.clock import now
from skillweek.core.errors import DomainError
from skillweek.notices.audience import clean_audience, is_empty
from skillweek.notices.models import Notice
from skillweek.organisations.models import Organisation

MAX_TITLE: Final = 200
MAX_NUMBER: Final = 80
MAX_RECIPIENTS: Final = 1000
MAX_ISSUERS: Final = 12
MAX_ATTACHMENTS: Final = 50
#: What a draft holds before anybody has written.
BLANK: Final[dict[str, Any]] = {
    "title": "",
    "body": "",
    "document_number": "",
    "issuers": [],
    "recipients_text": "",
    "issued_on": "",
    "attachments": [],
    "attachment_titles": {},
    "audience": {},
    "acknowledge_by": "",
    "valid_until": "",
    "is_public": True,
    "is_pinned": False,
}
#: What readers see compared; the rest is how it is sent.
READ_BY_ALL: Final = ("title", "document_number", "issuers", "recipients_text", "body", "issued_on", "valid_until")
#: What its recipients see compared besides.
READ_BY_RECIPIENTS: Final = (*READ_BY_ALL, "acknowledge_by")


def clean_fields(fields: Mapping[str, Any], *, organisation: Organisation) -> dict[str, Any]:
    """Return those of ``fields`` that a notice has, in stored form. Raises DomainError naming the field.

    Empty values are fine: a draft may be unfinished. ``ready_to_publish`` asks for the rest.
    """
    clean = {key: _CLEANERS[key](fields[key], organisation) for key in fields.keys() & _CLEANERS.keys()}
    if "attachments" in fields:
        rows = _attachments(fields["attachments"], organisation)
        clean |= {"attachments": list(rows), "attachment_titles": rows}
    return clean


def _text(limit: int, key: str, *, lines: bool = False) -> Any:
    def clean(value: Any, _organisation: Organisation) -> str:
        text = str(value or "").replace("\0", "").strip()
        text = text if lines else " ".join(text.split())
        if len(text) > limit:
            message = _("这一项最多 %(limit)s 个字，现在有 %(count)s 个，请缩短。")
            raise DomainError(message % {"limit": limit, "count": len(text)}, field=key)
        return text

    return clean


def _issuers(value: Any, _organisation: Organisation) -> list[str]:
    lines = value.splitlines() if isinstance(value, str) else list(value or [])
    names = [" ".join(str(line).replace("\0", "").split()) for line in lines]
    names = list(dict.fromkeys(name for name in names if name))
    if len(names) > MAX_ISSUERS or any(len(name) > 120 for name in names):
        text = _("发文单位最多 %(limit)s 个，每个不超过 120 字，一行一个。") % {"limit": MAX_ISSUERS}
        raise DomainError(text, field="issuers")
    return names


def _body(value: Any, _organisation: Organisation) -> str:
    return sanitise(str(value or ""))


def _day(value: Any, _organisation: Organisation) -> str:
    if not value:
        return ""
    try:
        day = value if isinstance(value, date) else parse_date(str(value))
    except ValueError:
        day = None
    if day is None:
        raise DomainError(_("日期有误，请按 2023-05-06 的样子填写。"), field="issued_on")
    return day.isoformat()


def _moment(key: str) -> Any:
    def clean(value: Any, _organisation: Organisation) -> str:
        if not value:
            return ""
        try:
            moment = value if isinstance(value, datetime) else parse_datetime(str(value))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise DomainError(_("时间有误，请重新选择日期和时间。"), field=key)
        return moment.isoformat()

    return clean


def _flag(value: Any, _organisation: Organisation) -> bool:
    return bool(value)


def _audience(value: Any, organisation: Organisation) -> dict[str, Any]:
    return clean_audience(value or {}, organisation)


def _attachments(value: Any, organisation: Organisation) -> dict[str, str]:
    """Files of the issuer's own library with their names, in order. A stranger's file is refused, not passed over.

    ``value``: ``[{"asset": id, "title": …}]``.
    """
    rows: dict[UUID, str] = {}
    for row in value or []:
        try:
            asset_id = UUID(str(row["asset"]))
        except (ValueError, KeyError, TypeError):
            raise DomainError(_("附件有误，请移除后重新上传。"), field="attachments") from None
        rows[asset_id] = " ".join(str(row.get("title") or "").replace("\0", "").split())[:200]
    if len(rows) > MAX_ATTACHMENTS:
        raise DomainError(_("附件最多 %(limit)s 个。") % {"limit": MAX_ATTACHMENTS}, field="attachments")
    known = Asset.objects.filter(pk__in=rows, organisation=organisation).select_related("file").in_bulk()
    if len(known) < len(rows):
        raise DomainError(_("有的附件找不到了，或不是本单位的文件。请移除后重新上传。"), field="attachments")
    return {str(pk): title or str(known[pk])[:200] for pk, title in rows.items()}


_CLEANERS: Final[dict[str, Any]] = {
    "title": _text(MAX_TITLE, "title"),
    "body": _body,
    "document_number": _text(MAX_NUMBER, "document_number"),
    "issuers": _issuers,
    "recipients_text": _text(MAX_RECIPIENTS, "recipients_text", lines=True),
    "issued_on": _day,
    "audience": _audience,
    "acknowledge_by": _moment("acknowledge_by"),
    "valid_until": _moment("valid_until"),
    "is_public": _flag,
    "is_pinned": _flag,
}


def ready_to_publish(notice: Notice, at: datetime) -> None:
    """Raise DomainError, naming the field, unless the draft may go out at the moment ``at``."""
    draft = {**BLANK, **notice.draft}
    if not draft["title"]:
        raise DomainError(_("请填写通知标题。"), field="title")
    if not plain_text(draft["body"]).strip():
        raise DomainError(_("正文还是空的，请写好正文再发布。"), field="body")
    if is_empty(draft["audience"]) and not draft["is_public"]:
        raise DomainError(_("请选择发给哪些单位，或勾选“在门户公开”。"), field="audience")
    deadline, end = moment_of(draft["acknowledge_by"]), moment_of(draft["valid_until"])
    unchanged = notice.live.get("acknowledge_by") == draft["acknowledge_by"]
    if deadline is not None and deadline <= at and not (notice.is_out and unchanged):
        raise DomainError(_("签收期限已经过去，请改晚一些，或留空。"), field="acknowledge_by")
    if end is not None and end <= at:
        raise DomainError(_("有效期已经过去，请改晚一些，或留空表示长期有效。"), field="valid_until")
    if end is not None and deadline is not None and deadline > end:
        raise DomainError(_("签收期限晚于有效期，请核对这两个时间。"), field="acknowledge_by")
    if notice.kind == Notice.Kind.SUPPLEMENT and notice.parent_id is None:
        raise DomainError(_("补充通知要说明补充哪一份通知，请选择原通知。"), field="parent")


def moment_of(text: str) -> datetime | None:
    """The stored moment, aware, or None."""
    return datetime.fromisoformat(text) if text else None


def today_of(notice: Notice, moment: datetime | None = None) -> date:
    """The calendar day at ``moment`` (now) where the notice is issued."""
    return (moment or now()).astimezone(ZoneInfo(notice.edition.zone)).date()
