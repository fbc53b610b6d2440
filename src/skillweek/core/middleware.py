"""Health answer, request log, and domain errors as answers."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from skillweek.core import clock
from skillweek.core.errors import DomainError
from skillweek.core.errors_views import domain_error

log = logging.getLogger("skillweek.request")
Handler = Callable[[HttpRequest], HttpResponse]


#: A worker beats every few seconds; two minutes of silence mean that none is there.
_WORKER_SILENCE = timedelta(minutes=2)


class HealthMiddleware:
    """``/healthz`` answers before host checks and sessions: 200 when site and database work, else 503.

    ``/healthz?workers`` is 503 also without a living background worker, and tells how many seconds ago the oldest task
    that could run was enqueued.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != "/healthz":
            return self.get_response(request)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            report = _workers() if "workers" in request.GET else {"ok": True}
        except Exception:
            log.exception("health check failed")
            report = {"ok": False}
        response = JsonResponse(report, status=200 if report["ok"] else 503)
        response["Cache-Control"] = "no-store"
        return response


def _workers() -> dict[str, Any]:
    from django_tasks_db.models import DBTaskResult

    from skillweek.core.models import WorkerBeat

    count = WorkerBeat.objects.filter(seen_at__gt=clock.real_now() - _WORKER_SILENCE).count()
    ready = DBTaskResult.objects.ready()
    oldest = ready.order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
    waiting = max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0
    return {"ok": count > 0, "workers": count, "oldest_task_seconds": round(waiting)}


class RequestLogMiddleware:
    """One structured line per request, with an id that the answer carries too."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request_id = uuid.uuid4().hex[:16]
        request.META["skillweek.request_id"] = request_id
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        user = getattr(request, "user", None)
        log.info(
            "%s %s %s",
            request.method,
            request.path,
            response.status_code,
            extra={
                "request_id": request_id,
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000, 1),
                "user": getattr(user, "pk", None),
            },
        )
        return response


class DomainErrorMiddleware:
    """A verb's refusal that a view did not handle becomes a clear page or JSON, never a trace."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return domain_error(request, exception)
        return None
