"""What the browser's editor and asset chooser must be told, and how an asset looks to them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from skillweek.content import render
from skillweek.content.access import can_add_assets
from skillweek.content.intake import ACCEPT, limits_of, problem_of
from skillweek.content.models import Asset
from skillweek.editions.models import Edition
from skillweek.organisations.access import can_see
from skillweek.organisations.models import Organisation
from skillweek.uploads.client import client_config
from skillweek.uploads.models import StoredFile


def editor_config(user: Any, *, organisation: Organisation | None, edition: Edition | None) -> dict[str, Any]:
    """The ``ContentConfig`` of ``frontend/src/editor/types.ts`` as JSON data."""
    if organisation is None or edition is None or not can_see(user, organisation):
        return {"owner": str(user.pk), "library": None, "upload": None}
    # The line above writes with what is there; only the organisation's own people add to it.
    can_upload = edition.state == Edition.State.OPEN and can_add_assets(user, organisation)
    return {
        "owner": str(user.pk),
        "library": f"{reverse('content:library', args=[organisation.pk])}?edition={edition.pk}",
        "asset": reverse("content:asset_json", args=["00000000-0000-0000-0000-000000000000"]),
        "upload": client_config(user, edition=edition, organisation=organisation) if can_upload else None,
        "accept": ACCEPT,
        "limits": limits_of(edition),
        "language": get_language() or "",
    }


def asset_json(asset: Asset) -> dict[str, Any]:
    """The ``AssetInfo`` of ``frontend/src/editor/types.ts``."""
    problem = problem_of(asset.file, asset.kind)
    waiting = asset.file.state == StoredFile.State.CHECKING and not problem
    return {
        "id": str(asset.pk),
        "kind": asset.kind,
        "name": asset.file.name,
        "title": asset.title,
        "alt": asset.alt,
        "size": asset.file.size,
        "width": asset.width,
        "height": asset.height,
        "thumb": render.thumb_url(asset),
        "state": "failed" if problem else "checking" if waiting else "ready",
        "problem": problem,
    }
