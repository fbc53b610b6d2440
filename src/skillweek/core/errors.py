"""Typed errors that verbs raise and the edge of the site turns into answers people understand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class DomainError(Exception):
    """A verb refused. ``message`` is for the person: what is wrong, where, what to do."""

    status = 400
    code = "invalid"

    def __init__(self, message: str, *, field: str = "", code: str = "", details: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code or self.code
        self.details = list(details)


class NotAllowed(DomainError):
    """The person may see the thing but not do this with it."""

    status = 403
    code = "not_allowed"


class Conflict(DomainError):
    """The thing changed meanwhile; ``details`` holds what is there now. Nothing was overwritten."""

    status = 409
    code = "conflict"


class TooMuch(DomainError):
    """A quota or rate limit is reached."""

    status = 429
    code = "too_much"
