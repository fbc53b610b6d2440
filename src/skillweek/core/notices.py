"""Short answers to what a person just did: messages with 「撤销」, and messages after an htmx request."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event

_UNDO = "undo:"


def success_with_undo(request: HttpRequest, text: str, undo_url: str) -> None:
    """Show ``text`` on the next page with a button that posts to ``undo_url``, a path on this site."""
    messages.success(request, text, extra_tags=f"{_UNDO}{undo_url}")


def undo_url_of(extra_tags: str | None) -> str:
    """The path that ``success_with_undo`` put into a message, or nothing."""
    tags = extra_tags or ""
    url = tags.removeprefix(_UNDO) if tags.startswith(_UNDO) else ""
    return url if url.startswith("/") and not url.startswith(("//", "/\\")) else ""


def toast(response: HttpResponse, text: str, level: str = "success") -> HttpResponse:
    """Have the page show ``text`` when this htmx response arrives. ``level``: success, info, warning, error."""
    return trigger_client_event(response, "toast", {"text": str(text), "level": level})
