"""Texts and assets of real files in real rows."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from skillweek.content.intake import add_asset
from skillweek.content.models import Asset, Page
from skillweek.content.renditions import make_copies
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.domain.check import check_stored_file
from tests.factories import Tree
from tests.materials.make import make_jpeg
from tests.uploads.protocol import Sender

_numbers = itertools.count(1)


@pytest.fixture
def page(tree: Tree, edition: Any) -> Page:
    """An unsaved piece of news of the host."""
    return Page(edition=edition, organisation=tree.host, kind=Page.Kind.NEWS, slug="opening")


@pytest.fixture
def make_asset(tree: Tree, edition: Any, tmp_path: Path) -> Callable[..., Asset]:
    """Make an asset of a real file, checked and with its copies: ``make_asset(organisation, path, kind)``."""

    def make(organisation: Any = None, path: Path | None = None, kind: str = "picture", **fields: Any) -> Asset:
        number = next(_numbers)
        source = path or make_jpeg(tmp_path / f"{number}.jpg", 1200, 800, min_bytes=0, gps=True)
        file = store_local_file(
            source, edition=edition, organisation=organisation or tree.host, user=None, kind="other",
            name=fields.pop("name", source.name),
        )  # fmt: skip
        asset = add_asset(file, kind=kind, **fields)
        check_stored_file(file.pk)
        make_copies(asset.pk)
        return Asset.objects.get(pk=asset.pk)

    return make


@pytest.fixture
def send(edition: Any) -> Callable[..., UUID]:
    """Send a file as the editor does: ``send(user, organisation, data, name, kind)``; returns the asset's id."""

    def through(user: Any, organisation: Any, data: bytes, name: str, kind: str = "picture") -> UUID:
        sender = Sender(user, organisation, edition)
        return UUID(sender.send(data, name=name, kind="other", purpose=purpose(kind)))

    return through


def purpose(kind: str, **more: Any) -> dict[str, Any]:
    """What the editor says an upload is for."""
    return {"content": {"kind": kind, **more}, "client_id": json.dumps(next(_numbers))}
