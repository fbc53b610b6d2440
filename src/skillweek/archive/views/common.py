"""What the pages of this room share: who may enter."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from skillweek.archive.access import can_look_back, can_run

View = Callable[..., HttpResponseBase]


def for_runners(view: View) -> View:
    """Managers of the host only."""
    return _guarded(view, can_run)


def for_people_with_a_role(view: View) -> View:
    """Everybody who works here."""
    return _guarded(view, can_look_back)


def _guarded(view: View, allows: Callable[[Any], bool]) -> View:
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not allows(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(View, guarded)
