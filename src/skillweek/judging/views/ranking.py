"""The ranking and its export (E1, E10)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from skillweek.judging import access
from skillweek.judging.models import Panel, Sheet
from skillweek.judging.queries import ranking as queries
from skillweek.judging.transfer import write_ranking
from skillweek.judging.views.common import frame, panel_of


def _panel(request: HttpRequest, pk: int) -> Panel:
    panel = panel_of(request, pk)
    if not access.can_see_scores(request.user, panel):
        raise PermissionDenied
    return panel


@require_GET
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Places by group, and what the jurors wrote."""
    panel = _panel(request, pk)
    rows = queries.ranking(panel)
    comments = Sheet.objects.filter(juror__panel=panel, juror__removed_at=None, work__withdrawn_at=None)
    context = {
        **frame(request, panel, "ranking"),
        "rows": rows,
        "has_groups": any(row.group for row in rows),
        "text": "\n".join(_line(row) for row in rows if row.rank is not None),
        "comments": comments.exclude(comment="").select_related("work", "juror").order_by("work__number", "juror"),
    }
    return render(request, "judging/ranking.html", context)


def _line(row: queries.Ranked) -> str:
    """One line of the list that goes into a publication."""
    parts = [row.group, _("第 %(n)d 名") % {"n": row.rank}, row.title, row.credit]
    return " ".join(part for part in parts if part)


@require_GET
@login_required
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ranking, points and progress as a workbook."""
    panel = _panel(request, pk)
    name = _("评审-%(pk)s.xlsx") % {"pk": panel.pk}
    return FileResponse(write_ranking(panel), as_attachment=True, filename=name)
