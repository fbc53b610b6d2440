"""What the form's script asks: the present state, saving, handing in, taking back, remarks (C1, C10). All JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.errors import DomainError
from skillweek.core.limits import rate_limited
from skillweek.organisations.models import User
from skillweek.reports.domain import comments as comment_verbs
from skillweek.reports.domain import filing as verbs
from skillweek.reports.domain.drafts import parse_changes, save_changes
from skillweek.reports.domain.items import detach_file
from skillweek.reports.domain.values import clean_text
from skillweek.reports.form_state import form_state, shown_finding
from skillweek.reports.models import DailyReport, ItemComment, ReportItem
from skillweek.reports.views.school import report_of, school_of
from skillweek.uploads.views.common import for_scripts

#: The largest body of one request, in bytes; the form sends what was typed since the last save.
_BODY_BYTES = 4 * 1024 * 1024
Verb = Callable[[User, DailyReport, dict[str, Any]], dict[str, Any]]


class _Missing(DomainError):
    """What was asked for is not there, or is not this person's."""

    status = 404
    code = "not_found"


def _scripted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """``for_scripts`` with this form's own sentence for what is not found."""

    @for_scripts
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404 as error:
            text = _("找不到这份报告或其中的这一项，或者您已不在这所学校填报。请刷新页面。")
            raise _Missing(text) from error

    return wrapper


@require_GET
@_scripted
def state(request: HttpRequest, organisation_id: int, day: date) -> HttpResponse:
    """The report as it is now; 304 while nothing has changed since ``If-None-Match``."""
    report = report_of(request, organisation_id, day)
    body = json.dumps({"ok": True, "state": form_state(request.user, report)}, ensure_ascii=False)
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type="application/json")
    response["ETag"] = etag
    response["Cache-Control"] = "no-store"
    return response


def _posting(verb: Verb) -> Callable[..., HttpResponse]:
    """A POST of JSON around one verb; the answer is what the verb tells and the state that it left.

    Both in one transaction, under the verb's lock: what a colleague writes a moment later never looks like this phone's
    own text to the phone that goes on typing. A refused verb does not even begin a report.
    """

    @require_POST
    @_scripted
    @wraps(verb)
    def view(request: HttpRequest, organisation_id: int, day: date) -> HttpResponse:
        data = _body(request)
        user = request.user
        assert isinstance(user, User)
        school, edition = school_of(request, organisation_id)
        with transaction.atomic():
            report = verbs.open_report(user, school, edition, day)
            told = verb(user, report, data)
            left = form_state(user, report_of(request, organisation_id, day))
        return JsonResponse({"ok": True, **told, "state": left})

    return view


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        raw = request.read(_BODY_BYTES + 1)
        data = json.loads(raw) if len(raw) <= _BODY_BYTES else None
    except (ValueError, RecursionError, RawPostDataException, UnreadablePostError):
        data = None
    if not isinstance(data, dict):
        raise DomainError(_("保存的内容不完整，稍后会自动再试。您填写的内容仍在本机。"), code="malformed")
    return data


def _number(data: dict[str, Any], name: str) -> int:
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else -1


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return clean_text(value) if isinstance(value, str) else ""


def _save(user: User, report: DailyReport, data: dict[str, Any]) -> dict[str, Any]:
    saved = save_changes(report, parse_changes(data.get("changes")), by=user)
    return {"conflicts": saved.conflicts, "problems": saved.problems}


def _submit(user: User, report: DailyReport, data: dict[str, Any]) -> dict[str, Any]:
    version, reason = _number(data, "version"), _text(data, "reason")
    try:
        submitted = verbs.submit_report(report, by=user, expected_version=version, error_reason=reason)
    except DomainError as error:
        if error.code == "has_errors":
            error.details = [shown_finding(row) for row in error.details]
        raise
    text = (
        _("已提交，等待审核。") if not submitted.is_late else _("已提交，等待审核。本次报送已过截止时间，会标明逾期。")
    )
    return {"message": text}


def _withdraw(user: User, report: DailyReport, data: dict[str, Any]) -> dict[str, Any]:
    verbs.withdraw_report(report, by=user)
    return {"message": _("已撤回，可以继续修改。改好后请重新提交。")}


def _ask(user: User, report: DailyReport, data: dict[str, Any]) -> dict[str, Any]:
    number = verbs.ask_for_submission(report, by=user)
    text = ngettext("已通知 %(count)s 位联络员来核对提交。", "已通知 %(count)s 位联络员来核对提交。", number)
    return {"message": text % {"count": number}}


def _comment(user: User, report: DailyReport, data: dict[str, Any]) -> dict[str, Any]:
    """Answer a remark, or settle it with ``resolve``."""
    if (number := _number(data, "resolve")) > 0:
        comment = ItemComment.objects.filter(pk=number, report=report).select_related("report").first()
        if comment is None:
            raise Http404
        comment_verbs.resolve_comment(comment, by=user)
        return {}
    item = _item(report, data) if data.get("item") else None
    comment_verbs.add_comment(report, by=user, text=_text(data, "text"), item=item)
    return {}


def _detach(user: User, report: DailyReport, data: dict[str, Any]) -> dict[str, Any]:
    detach_file(report, by=user, item_id=_uuid(data, "item"), slot=_text(data, "slot"))
    return {}


def _item(report: DailyReport, data: dict[str, Any]) -> ReportItem:
    item = report.items.filter(client_id=_uuid(data, "item")).first()
    if item is None:
        raise Http404
    return item


def _uuid(data: dict[str, Any], name: str) -> UUID:
    try:
        return UUID(_text(data, name))
    except ValueError:
        raise Http404 from None


save = rate_limited("report-save", "240/m")(_posting(_save))
submit = rate_limited("report-submit", "30/m")(_posting(_submit))
withdraw = rate_limited("report-submit", "30/m")(_posting(_withdraw))
ask = rate_limited("report-ask", "10/10m")(_posting(_ask))
comment = rate_limited("report-comment", "60/m")(_posting(_comment))
detach = rate_limited("report-save", "240/m")(_posting(_detach))
