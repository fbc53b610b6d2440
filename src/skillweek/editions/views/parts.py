"""Single values of an edition, a group at a time."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from skillweek.editions.describe import PARTS
from skillweek.editions.domain import change_document
from skillweek.editions.forms import PartForm
from skillweek.editions.views.common import actor, edition_or_404, for_host_managers, must_be_open_for_changes, saved


@for_host_managers
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Change one group of values; what is refused stays on the page with the reason."""
    if part not in PARTS:
        raise Http404
    edition = edition_or_404(pk)
    if (away := must_be_open_for_changes(request, edition)) is not None:
        return away
    form = PartForm(part, edition, request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        changed = form.run(
            lambda: change_document(
                edition,
                form.changes(),
                actor=actor(request),
                reason=data["reason"],
                expected_revision=data["revision"],
                force=data["force"],
            )
        )
        if changed is not None:
            saved(request, edition.revision, changed)
            return redirect("editions:edition", pk=pk)
    context = {"form": form, "edition": edition, "spec": PARTS[part], "part": part}
    return render(request, "editions/part.html", context, status=400 if form.is_bound else 200)
