"""What the pages of this room share: who may enter, which edition, what a save answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from skillweek.editions.models import Edition
from skillweek.organisations.access import can_manage_edition, scope_of
from skillweek.organisations.models import User

View = Callable[..., HttpResponse]


def for_host_managers(view: View) -> View:
    """Only managers of the host change editions (A4)."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_manage_edition(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(View, guarded)


def for_people_with_a_role(view: View) -> View:
    """Everybody who works here in some role."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not scope_of(request.user).roles:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(View, guarded)


def edition_or_404(pk: int) -> Edition:
    """Any edition; the caller has checked who asks."""
    return get_object_or_404(Edition, pk=pk)


def readable_edition_or_404(request: HttpRequest, pk: int) -> Edition:
    """An edition whose rules the person may read: a draft is still the host's own matter."""
    editions = Edition.objects.all()
    if not can_manage_edition(request.user):
        editions = editions.exclude(state=Edition.State.DRAFT)
    return get_object_or_404(editions, pk=pk)


def actor(request: HttpRequest) -> User:
    """The signed-in person."""
    return cast(User, request.user)


def must_be_open_for_changes(request: HttpRequest, edition: Edition) -> HttpResponse | None:
    """The way back to the overview when the edition is closed and frozen, else None."""
    if edition.state != Edition.State.CLOSED:
        return None
    messages.warning(request, _("这一届已经归档，不能再修改。需要修改请先重新开放。"))
    return redirect("editions:edition", pk=edition.pk)


def saved(request: HttpRequest, before: int, after: Edition) -> None:
    """Say what became of a save; nothing changed is said too."""
    if after.revision == before:
        messages.info(request, _("内容没有变化。"))
    else:
        messages.success(request, _("已保存。"))
