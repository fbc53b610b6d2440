"""The mark of pages that read the same for all strangers; the portal keeps them (``portal.caching``, ADR 0115).

It stands here, below every room, so that each marks its own public pages.
"""

from __future__ import annotations

import functools
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

MARK: Final = "_skillweek_public_seconds"


def public_page(view: Any = None, *, seconds: int | None = None) -> Any:
    """Mark a view whose answer is the same for all strangers with the same language and text size.

    ``seconds`` is how long it may be kept at most (default ``PUBLIC_CACHE_SECONDS``); content that changes raises the
    revision and is seen at once anyway. Must be the outermost decorator.
    """
    if view is None:
        return functools.partial(public_page, seconds=seconds)

    @functools.wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = view(request, *args, **kwargs)
        setattr(response, MARK, settings.PUBLIC_CACHE_SECONDS if seconds is None else seconds)
        return response

    return marked
