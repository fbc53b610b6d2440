"""Who changed what in an edition, and the way back."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from skillweek.editions.describe_lists import LIST_SPECS
from skillweek.editions.differences import Difference, differences
from skillweek.editions.domain import restore_revision
from skillweek.editions.forms import ChangeForm
from skillweek.editions.models import Edition, EditionRevision
from skillweek.editions.views.common import actor, edition_or_404, for_host_managers, must_be_open_for_changes

_PAGE = 30
#: How many differences the list of revisions names before it says how many more there are.
_NAMED = 3


@for_host_managers
@require_safe
def revisions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every revision, the newest first, with what it changed."""
    edition = edition_or_404(pk)
    page = Paginator(edition.revisions.select_related("actor"), _PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    earlier = _earlier(edition, found)
    rows = []
    for revision in found:
        before = earlier.get(revision.number - 1)
        changed = [] if before is None else list(dict.fromkeys(one.where for one in _between(before, revision)))
        rows.append({"row": revision, "changed": changed[:_NAMED], "more": max(0, len(changed) - _NAMED)})
    return render(request, "editions/history.html", {"edition": edition, "page": page, "rows": rows})


def _earlier(edition: Edition, found: list[EditionRevision]) -> dict[int, EditionRevision]:
    """The revisions before those on the page, by number."""
    numbers = {revision.number - 1 for revision in found} - {revision.number for revision in found}
    more = edition.revisions.filter(number__in=numbers)
    return {revision.number: revision for revision in (*found, *more)}


def _between(before: EditionRevision, after: EditionRevision) -> list[Difference]:
    return differences(before.document, after.document)


def _revision_or_404(edition: Edition, number: int) -> EditionRevision:
    found = edition.revisions.select_related("actor").filter(number=number).first()
    if found is None:
        raise Http404
    return found


@for_host_managers
@require_safe
def revision(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One revision: what it changed, and what has changed since."""
    edition = edition_or_404(pk)
    return _page(request, edition, _revision_or_404(edition, number), ChangeForm(edition=edition))


def _page(request: HttpRequest, edition: Edition, found: EditionRevision, form: ChangeForm) -> HttpResponse:
    before = edition.revisions.filter(number=found.number - 1).first()
    context = {
        "edition": edition,
        "revision": found,
        "form": form,
        "changed": _between(before, found) if before is not None else None,
        "since": differences(edition.document, found.document) if found.number != edition.revision else [],
        "is_closed": edition.state == Edition.State.CLOSED,
    }
    return render(request, "editions/revision.html", context, status=400 if form.is_bound else 200)


@for_host_managers
@require_POST
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make this revision the present one again. ``?expected=`` and ``?back=`` come from an undo button."""
    edition = edition_or_404(pk)
    found = _revision_or_404(edition, number)
    if (away := must_be_open_for_changes(request, edition)) is not None:
        return away
    data = request.POST.copy()
    data.setdefault("revision", request.GET.get("expected", ""))
    form = ChangeForm(data, edition=edition)
    if not form.is_valid():
        return _page(request, edition, found, form)
    clean = form.cleaned_data
    # Whoever forces it says why; else the history says where it came from.
    said = "" if clean["force"] else _("恢复到第 %(number)s 版") % {"number": number}
    changed = form.run(
        lambda: restore_revision(
            edition,
            number,
            actor=actor(request),
            reason=clean["reason"] or said,
            expected_revision=clean["revision"],
            force=clean["force"],
        )
    )
    if changed is None:
        return _page(request, edition, found, form)
    messages.success(request, _("已恢复。"))
    back = request.GET.get("back", "")
    if back in LIST_SPECS:
        return redirect("editions:list", pk=pk, name=back)
    return redirect("editions:edition", pk=pk)
