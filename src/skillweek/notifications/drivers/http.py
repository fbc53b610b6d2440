"""One HTTP request to a platform, and what can be known about it when it fails.

A connection that was never made is certain: nothing was sent. After that an error leaves open whether the other side
acted, so it is told apart. Redirects are not followed: an allowed host cannot send us to one that is not.
"""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

from skillweek.notifications.drivers.base import NoAnswer, TryLater
from skillweek.notifications.models import Delivery

_BODY_LIMIT: Final = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """The other side's answer; at most 64 KB of its body."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object; an empty one when it is anything else."""
        try:
            data = json.loads(self.body)
        except ValueError:
            return {}
        return data if isinstance(data, dict) else {}


def request(url: str, body: bytes, headers: dict[str, str], *, method: str = "POST") -> Answer:
    """Send one request. Raises TryLater when no connection was made, NoAnswer when it broke afterwards."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    timeout = settings.OUTBOUND_TIMEOUT
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout, context=context)
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        try:
            connection.connect()
        except OSError as error:
            raise TryLater(Delivery.Reason.NO_ANSWER, note=type(error).__name__) from error
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body=body, headers={"User-Agent": "Skillweek", **headers})
            response = connection.getresponse()
            return Answer(response.status, response.read(_BODY_LIMIT))
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(Delivery.Reason.UNKNOWN, note=type(error).__name__) from error
    finally:
        connection.close()


def post_json(url: str, payload: Any, headers: dict[str, str] | None = None) -> Answer:
    """Post JSON in UTF-8."""
    body = json.dumps(payload, ensure_ascii=False).encode()
    return request(url, body, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})
