"""Files of entries: copies without metadata for everybody once the work is public, before that for few (E1).

Never an original to a stranger. Kept by the reader's own browser only, so that a withdrawn work is gone.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from skillweek.contests import access
from skillweek.contests.copies import MIME
from skillweek.contests.models import Entry, EntryFile
from skillweek.judging.access import judges
from skillweek.uploads.models import Derivative
from skillweek.uploads.views.serve import send

_ROLES = (*Derivative.Role.values, "copy")


@require_safe
def media(request: HttpRequest, pk: int, role: str) -> HttpResponseBase:
    """A picture, a still, or the copy of a video or recording; 404 until it has been made."""
    rows = EntryFile.objects.select_related(
        "file", "entry__call__edition", "entry__call__organisation", "entry__organisation"
    )
    row: EntryFile = get_object_or_404(rows, pk=pk)
    if role not in _ROLES or not (_is_public(row) or _is_for_jury(request, row) or access.may_fetch(request, row)):
        raise Http404
    if role == "copy":
        if not row.copy_key:
            raise Http404
        ending = row.copy_key.rpartition(".")[2]
        tag = f"{row.file_id}-{row.copy_size}"
        return send(request, row.copy_key, content_type=MIME[ending], name=f"{row.pk}.{ending}", inline=True, tag=tag)
    made = get_object_or_404(Derivative, file=row.file_id, role=role)
    tag = f"{made.pk}-{made.size}"
    return send(request, made.key, content_type="image/jpeg", name=f"{role}.jpg", inline=True, tag=tag)


def _is_for_jury(request: HttpRequest, row: EntryFile) -> bool:
    """Jurors, who may be strangers, see an approved work before it is shown: while they judge it, and nobody else."""
    is_standing = row.entry.state == Entry.State.APPROVED and row.entry.call.is_public
    return is_standing and judges(request, row.entry.source_key)


def _is_public(row: EntryFile) -> bool:
    return row.entry.is_shown and row.entry.call.edition.state != "draft"
