"""The history of a page: what was public when, what changed, back to an old version (A1)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.content.domain import pages as verbs
from skillweek.content.editorial import version_of, versions_of
from skillweek.content.views.common import editable_page, page_context, page_of
from skillweek.content.views.editing import version_change

_PER_PAGE = 20


@require_GET
@login_required
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version, newest first."""
    page = page_of(request, pk)
    rows = Paginator(versions_of(page), _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "content/versions.html", {**page_context(request, page), "rows": rows})


@require_GET
@login_required
def changes(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What a version changed against the one before, or, with ``?to=draft``, what the draft changes against it."""
    page = page_of(request, pk)
    change = version_change(request, page, number)
    context = {
        **page_context(request, page),
        **change.shown("title", "summary"),
    }
    return render(request, "content/changes.html", context)


@require_POST
@login_required
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make an old version the draft."""
    page = editable_page(request, pk)
    version = version_of(page, number)
    if version is None:
        raise Http404
    verbs.restore_version(page, version, actor=request.user)
    messages.success(request, _("版本 %(number)s 已恢复为草稿，发布后公众才会看到。") % {"number": number})
    return redirect("content:edit", pk)
