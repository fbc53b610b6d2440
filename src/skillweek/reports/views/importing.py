"""A package import under way, and what became of each file in it (C7)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from skillweek.reports import access
from skillweek.reports.domain.import_taking import Outcome
from skillweek.reports.models import PackageImport, ReportItem

_S = PackageImport.State
#: More rows than this help nobody on a page; problems come first.
_SHOWN = 500


@require_GET
@login_required
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The page: progress while it runs, then the outcome."""
    return render(request, "reports/importing/progress.html", _context(_import_of(request, pk)))


@require_GET
@login_required
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes."""
    return render(request, "reports/importing/_live.html", _context(_import_of(request, pk)))


def _import_of(request: HttpRequest, pk: int) -> PackageImport:
    visible = access.imports_visible_to(request.user).select_related("report__organisation", "report__edition")
    return get_object_or_404(visible, pk=pk)


def _context(package: PackageImport) -> dict[str, Any]:
    context: dict[str, Any] = {
        "package": package,
        "report": package.report,
        "is_running": package.state in (_S.QUEUED, _S.RUNNING),
    }
    if context["is_running"]:
        return context
    rows = sorted(_rows(package), key=lambda row: row["weight"])
    counts = Counter(row["outcome"] for row in rows)
    return {
        **context,
        "rows": rows[:_SHOWN],
        "more": max(0, len(rows) - _SHOWN),
        "added": counts[Outcome.ADDED],
        "known": counts[Outcome.KNOWN],
        "left": counts[Outcome.SKIPPED] + counts[Outcome.REFUSED],
        "to_mend": sum(row["outcome"] == Outcome.ADDED and row["errors"] > 0 for row in rows),
    }


def _rows(package: PackageImport) -> list[dict[str, Any]]:
    """The outcome with the findings as they are now: the full check of a file goes on after the import."""
    live_items = package.report.items.filter(removed_at=None)
    now_found = {str(client_id): found for client_id, found in live_items.values_list("client_id", "findings")}
    kinds = dict(ReportItem.Kind.choices)
    rows = []
    for said in package.outcome:
        found = now_found.get(said["item"], said["findings"])
        errors = sum(finding.get("severity") == "error" for finding in found)
        row = {**said, "findings": found, "errors": errors, "kind_label": kinds.get(said["kind"], "")}
        row["label"], row["badge"] = _verdict(said["outcome"], errors)
        row["weight"] = _weight(said["outcome"], found)
        rows.append(row)
    return rows


def _verdict(outcome: str, errors: int) -> tuple[str, str]:
    """(word, state of the badge) for one row."""
    match outcome:
        case Outcome.REFUSED:
            return _("未能导入"), "failed"
        case Outcome.SKIPPED:
            return _("没有导入"), "missing"
        case Outcome.KNOWN:
            return _("已在报告中"), "ok"
        case Outcome.USED:
            return _("已用作说明"), "done"
        case _:
            return (_("已添加，须改正"), "returned") if errors else (_("已添加"), "ok")


def _weight(outcome: str, found: list[dict[str, Any]]) -> int:
    """Problems first."""
    order = [Outcome.REFUSED, Outcome.SKIPPED, "error", "warning", Outcome.ADDED, Outcome.KNOWN, Outcome.USED]
    if outcome in (Outcome.ADDED, Outcome.KNOWN):
        worst = {str(finding.get("severity")) for finding in found}
        outcome = next((name for name in ("error", "warning") if name in worst), outcome)
    return order.index(outcome)
