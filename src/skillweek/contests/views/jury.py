"""A work as its jurors see it: everything of it, nothing of who made it (E1)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from skillweek.bookings.views.private import private
from skillweek.contests.models import Call, Entry
from skillweek.contests.queries.gallery import with_files
from skillweek.judging.access import judges


@private
@require_GET
def work(request: HttpRequest, pk: int) -> HttpResponse:
    """All files and the text of an approved work, for those who judge it now; 404 for everybody else."""
    rows = Entry.objects.filter(state=Entry.State.APPROVED, call__state__in=Call.PUBLIC)
    row = get_object_or_404(with_files(rows).select_related("call__edition"), pk=pk)
    if not judges(request, row.source_key):
        raise Http404
    return render(request, "contests/public/jury.html", {"entry": row, "call": row.call})
