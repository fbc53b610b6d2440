"""Looking at a past edition in the workspace (A8).

A person chooses an edition that has ended; until they leave it, ``Edition.objects.current()`` answers with it on their
workspace pages, so every list shows that year by the same access rules. It is closed, so every verb refuses. Nobody
else, no public page, no task and no mail is touched by it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from django.http import HttpRequest, HttpResponse

SESSION_KEY: Final = "past_edition"
_WORKSPACE: Final = "/w/"
#: Id of the past edition that the running request looks at.
chosen: ContextVar[int | None] = ContextVar("past_edition", default=None)


class PastEditionMiddleware:
    """Sets ``chosen`` for one request to a workspace page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        pk = request.session.get(SESSION_KEY) if request.path.startswith(_WORKSPACE) else None
        token = chosen.set(pk if isinstance(pk, int) else None)
        try:
            return self.get_response(request)
        finally:
            chosen.reset(token)


def look_at(request: HttpRequest, edition_id: int | None) -> None:
    """Keep the choice in the person's session; None goes back to the edition people work in."""
    if edition_id is None:
        request.session.pop(SESSION_KEY, None)
    else:
        request.session[SESSION_KEY] = edition_id
