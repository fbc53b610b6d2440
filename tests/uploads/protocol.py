"""Speaking tus and the bucket's protocol through Django's test client, as the browser does."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from tests.factories import client_of

PURPOSE = {"place": "test"}
TUS = {"Tus-Resumable": "1.0.0"}
STREAM = "application/offset+octet-stream"


def metadata(**values: Any) -> str:
    """``Upload-Metadata`` of these values; what is no text becomes JSON."""
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
    return ",".join(f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in texts.items())


class Sender:
    """One signed-in person who sends files for one organisation."""

    def __init__(self, user: User, organisation: Organisation, edition: Edition) -> None:
        self.user, self.organisation, self.edition = user, organisation, edition
        self.client: Client = client_of(user)

    def said(self, name: str = "茶艺展示.jpg", kind: str = "photo", **more: Any) -> dict[str, Any]:
        """What a creation says."""
        return {
            "name": name, "kind": kind, "organisation": self.organisation.pk, "edition": self.edition.pk,
            "purpose": PURPOSE, **more,
        }  # fmt: skip

    def create(self, size: int, *, body: bytes | None = None, **said: Any) -> HttpResponse:
        """``POST``: begin an upload of ``size`` bytes, with its first bytes when ``body`` is given."""
        headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata(**self.said(**said))}
        extra = {} if body is None else {"data": body, "content_type": STREAM}
        return self.client.post("/uploads/", headers=headers, **extra)

    def begin(self, size: int, **said: Any) -> str:
        """Begin an upload and return its address."""
        response = self.create(size, **said)
        assert response.status_code == 201, response.content
        return response["Location"]

    def patch(self, address: str, offset: int, data: bytes, **headers: str) -> HttpResponse:
        """``PATCH``: append ``data`` at ``offset``."""
        values = {**TUS, "Upload-Offset": str(offset), **headers}
        return self.client.generic("PATCH", address, data, headers=values, CONTENT_TYPE=STREAM)

    def head(self, address: str) -> HttpResponse:
        """``HEAD``: how much is there."""
        return self.client.head(address, headers=TUS)

    def delete(self, address: str) -> HttpResponse:
        """``DELETE``: give it up."""
        return self.client.delete(address, headers=TUS)

    def send(self, data: bytes, **said: Any) -> str:
        """Send a whole file; return the stored file's id."""
        response = self.patch(self.begin(len(data), **said), 0, data)
        assert response.status_code == 204, response.content
        return response["Skillweek-File"]


def checksum(data: bytes, algorithm: str = "sha256") -> str:
    """``Upload-Checksum`` of a chunk."""
    digest = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"
