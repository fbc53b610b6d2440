"""Everybody's check of the count: the audit file, one's own vote in it (E10)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from skillweek.core.limits import rate_limited
from skillweek.voting import audit_file
from skillweek.voting.models import Ballot, Vote
from skillweek.voting.queries.audit import audit_lines, sheet_by_receipt
from skillweek.voting.views.public import public_ballot


def _announced(pk: int) -> Ballot:
    ballot = public_ballot(pk)
    if ballot.state != Ballot.State.ANNOUNCED or not ballot.audit_head:
        raise Http404
    return ballot


@require_GET
@rate_limited("vote_check", settings.BOOKING_RATE, methods=("GET",))
def check(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Find one's own vote by the code on the receipt; explain the file."""
    ballot = public_ballot(pk)
    code = request.GET.get("code", "").replace("\0", "").strip()[:40]
    sheet = sheet_by_receipt(ballot, code) if code else None
    context: dict[str, Any] = {
        "edition": ballot.edition, "ballot": ballot, "code": code, "sheet": sheet,
        "is_final": ballot.state == Ballot.State.ANNOUNCED,
        "votes": Vote.objects.filter(sheet=sheet).select_related("candidate") if sheet else [],
    }  # fmt: skip
    if sheet is not None:
        context |= {
            "voter": audit_file.pseudonym(ballot.salt, sheet.participant_id),
            "receipt": audit_file.receipt_hash(sheet.receipt),
        }
    response = render(request, "voting/public/check.html", context)
    response["Cache-Control"] = "no-store, private"
    return response


@require_GET
@rate_limited("vote_audit", "20/10m", methods=("GET",))
def audit_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The audit file as a table."""
    ballot = _announced(pk)
    return _file(_csv(ballot), "text/csv; charset=utf-8", f"audit-{ballot.pk}.csv")


@require_GET
@rate_limited("vote_audit", "20/10m", methods=("GET",))
def audit_json(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The audit file for programs."""
    ballot = _announced(pk)
    return _file(_json(ballot), "application/json", f"audit-{ballot.pk}.json")


def _file(parts: Iterator[str], kind: str, name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(parts, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv(ballot: Ballot) -> Iterator[str]:
    yield "\ufeff"
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(audit_file.COLUMNS)
    for line in audit_lines(ballot):
        writer.writerow(asdict(line).values())
        if kept.tell() > 30_000:
            yield kept.getvalue()
            kept.seek(0)
            kept.truncate()
    yield kept.getvalue()


def _json(ballot: Ballot) -> Iterator[str]:
    head = {"ballot": ballot.title, "lines": ballot.audit_lines, "head": ballot.audit_head}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "votes": [\n'
    for line in audit_lines(ballot):
        row = json.dumps(asdict(line), ensure_ascii=False)
        yield row + (",\n" if line.number < ballot.audit_lines else "\n")
    yield "]}\n"
