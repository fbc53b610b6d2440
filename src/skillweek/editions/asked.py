"""Which edition a page is about: the one named in its address, else the one of the moment."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from skillweek.editions.models import Edition


def edition_of_the_moment() -> Edition:
    """The open edition, else the latest that was ever shown. Raises Http404 before the first one."""
    found = Edition.objects.shown()
    if found is None:
        raise Http404
    return found


def edition_asked(request: HttpRequest, *, drafts: bool = False) -> Edition:
    """The edition named by ``?edition=``, else the one of the moment. Raises Http404 where there is none.

    ``drafts``: one that is still being prepared may be named too.
    """
    if slug := request.GET.get("edition", "").replace("\0", ""):
        rows = Edition.objects.all() if drafts else Edition.objects.exclude(state=Edition.State.DRAFT)
        return get_object_or_404(rows, slug=slug)
    return edition_of_the_moment()
