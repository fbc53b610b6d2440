"""The page at the door, what it asks, and the worker that keeps it on the phone (B9)."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.activities.models import Session
from skillweek.bookings.domain import record_batch
from skillweek.bookings.domain.door import door_opens
from skillweek.bookings.queries.door import door_state
from skillweek.bookings.views.staff import session_run_by, staff_page
from skillweek.core.clock import now
from skillweek.core.errors import DomainError
from skillweek.core.limits import rate_limited
from skillweek.uploads.views.common import for_scripts

_BODY_BYTES = 256 * 1024


@require_GET
@staff_page
def door(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Scan, type, search, count. The list comes with the page, so that it is there when the network is not."""
    session = session_run_by(request, pk)
    opens = door_opens(session)
    edition = session.activity.edition
    context = {
        "session": session,
        "activity": session.activity,
        "edition": edition,
        "opens": opens if opens is not None and opens > now() else None,
        "settings": {
            "session": session.pk,
            "owner": str(request.user.pk),
            "zone": edition.zone,
            "audiences": [{"code": row.code, "name": row.name} for row in edition.doc.audiences],
            "urls": {name: reverse(f"bookings:door_{name}", args=[pk]) for name in ("state", "send")},
            "worker": reverse("bookings:door_worker"),
            "scope": reverse("bookings:index"),
            "state": _state(request, session),
        },
    }
    return render(request, "bookings/door.html", context)


def _state(request: HttpRequest, session: Session) -> dict[str, Any]:
    # The page may have lain on the phone for hours: its token comes with every answer.
    return {**door_state(session), "stamp": now().timestamp(), "csrf": get_token(request)}


@require_GET
@for_scripts
@staff_page
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is expected and who came, now."""
    return JsonResponse({"ok": True, "state": _state(request, session_run_by(request, pk))})


@require_POST
@rate_limited("door", "600/10m")
@for_scripts
@staff_page
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what the phone kept: ``{"entries": […], "sent_at": iso}``; see ``domain.record_batch``."""
    session = session_run_by(request, pk)
    if int(request.META.get("CONTENT_LENGTH") or 0) > _BODY_BYTES:
        raise DomainError(_("一次上传的内容太多，请分几次。"), code="too_many")
    try:
        body = json.loads(request.body)
        entries, sent_at = body["entries"], body.get("sent_at", "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DomainError(_("上传的内容不完整，请刷新页面后再试。")) from None
    if not isinstance(entries, list):
        raise DomainError(_("上传的内容不完整，请刷新页面后再试。"))
    answers = record_batch(session, entries, by=request.user, sent_at=sent_at if isinstance(sent_at, str) else "")
    return JsonResponse({"ok": True, "answers": answers, "state": _state(request, session)})


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the page at the door. It holds nothing of anybody."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _worker() -> str:
    return files("skillweek.bookings").joinpath("door-worker.js").read_text(encoding="utf-8")
