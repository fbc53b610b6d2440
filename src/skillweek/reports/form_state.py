"""A report as the school's form reads it: one JSON document, the same from page, poll and save (C1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language

from skillweek.reports import access
from skillweek.reports.domain.values import FIELDS, FIGURE, text_of
from skillweek.reports.findings import report_findings
from skillweek.reports.models import DailyReport, ItemComment, ReportItem
from skillweek.reports.queries.suggestions import suggestions_for
from skillweek.uploads.models import StoredFile

_WEIGHT = {"error": 0, "warning": 1, "advice": 2}


def form_state(user: Any, report: DailyReport) -> dict[str, Any]:
    """``{version, state, editable, …, values: {field: text}, items: [{id, kind, values, file, findings, …}],
    findings, comments}``. ``report`` may be unsaved: then it is an empty draft. A constant number of queries.
    """
    items = _items(report)
    comments = _comments(report)
    zone = ZoneInfo(report.edition.zone)
    findings = [row for item in items for row in item.findings] + report_findings(report, items)
    figures = [f"{FIGURE}{figure.code}" for figure in report.edition.doc.report_figures]
    return {
        # One that nobody has begun starts with its first version, so that an empty one can be handed in with a reason.
        "version": report.version,
        "state": report.state,
        "stateLabel": str(report.get_state_display()),
        "editable": access.can_edit(user, report),
        "canSubmit": access.can_submit(user, report),
        "canWithdraw": bool(report.pk) and access.can_withdraw(user, report),
        "isLate": report.is_late,
        "errorReason": report.error_reason,
        "values": {field: text_of(report, field) for field in ["note", *figures]},
        "suggestions": suggestions_for(report),
        "items": [_item(item, comments, zone) for item in items],
        "findings": [shown_finding(row) for row in report_findings(report, items)],
        "errors": sum(row.get("severity") == "error" for row in findings),
        "comments": [_comment(one, zone) for one in comments if one.item_id is None],
        "checking": any(file.state == StoredFile.State.CHECKING for item in items for file in _files(item)),
    }


def _items(report: DailyReport) -> list[ReportItem]:
    if not report.pk:
        return []
    rows = report.items.filter(removed_at=None).select_related("file", "photo_file")
    rows = rows.prefetch_related(Prefetch("file__derivatives"), Prefetch("photo_file__derivatives"))
    return sorted(rows, key=lambda item: (item.position, item.pk))


def _comments(report: DailyReport) -> Sequence[ItemComment]:
    if not report.pk:
        return []
    return list(report.comments.select_related("author").order_by("created_at", "pk"))


def _item(item: ReportItem, comments: Sequence[ItemComment], zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": str(item.client_id),
        "kind": item.kind,
        "values": {field: text_of(item, field) for field in sorted(FIELDS[item.kind])},
        "words": item.word_count,
        "file": _file(item.file),
        "photo": _file(item.photo_file),
        "findings": sorted(
            (shown_finding(row) for row in item.findings), key=lambda row: _WEIGHT.get(row["severity"], 3)
        ),
        "comments": [_comment(one, zone) for one in comments if one.item_id == item.pk],
        "highlight": item.is_highlight,
    }


def shown_finding(row: dict[str, Any]) -> dict[str, str]:
    """The finding in the reader's language."""
    suffix = "_en" if (get_language() or "").startswith("en") else ""
    return {
        "code": str(row.get("code", "")),
        "severity": str(row.get("severity", "")),
        "message": str(row.get(f"message{suffix}") or row.get("message", "")),
        "todo": str(row.get(f"todo{suffix}") or row.get("todo", "")),
    }


def _comment(comment: ItemComment, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": comment.pk,
        "who": str(comment.author) if comment.author else "",
        "text": comment.text,
        "at": date_format(comment.created_at.astimezone(zone), "SHORT_DATETIME_FORMAT"),
        "resolved": comment.resolved_at is not None,
    }


def _files(item: ReportItem) -> list[StoredFile]:
    return [file for file in (item.file, item.photo_file) if file is not None]


def _file(file: StoredFile | None) -> dict[str, Any] | None:
    if file is None:
        return None
    roles = {row.role for row in file.derivatives.all()}
    urls = {role: reverse("uploads:derivative", args=[file.pk, role]) for role in roles}
    return {
        "id": str(file.pk),
        "name": file.name,
        "size": file.size,
        "state": file.state,
        "width": file.facts.get("width", 0),
        "height": file.facts.get("height", 0),
        "duration": file.facts.get("duration", 0),
        "words": file.facts.get("words", 0),
        "url": reverse("uploads:original", args=[file.pk]),
        "thumb": urls.get("thumb") or urls.get("poster") or "",
        "large": urls.get("large") or urls.get("poster") or "",
    }
