"""Which assets the public may fetch: exactly those that something public shows (D6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q

from skillweek.content.html import asset_ids
from skillweek.content.models import Asset, AssetUse

#: Rich text, an asset, its id, or many of these.
Source = Any


def publish_assets(*sources: Source, owner: Model, organisations: Iterable[int] = ()) -> set[UUID]:
    """Let everybody fetch the assets that ``owner`` shows now, and no longer those that only it showed before.

    ``sources`` are rich texts, assets, ids, or collections of them: all that the owner shows together. Assets count
    only when they belong to the owner's organisation (``organisation_id``), to one of ``organisations`` (ids, such as
    partners), or are public already: nobody publishes somebody else's file by naming its id. Returns the ids in use.
    """
    return _note(_ids(sources), owner, organisations, live=True)


def draft_assets(*sources: Source, owner: Model, organisations: Iterable[int] = ()) -> set[UUID]:
    """Note what the owner's draft shows, so that nobody deletes it. Nothing becomes public. Returns the ids in use."""
    return _note(_ids(sources), owner, organisations, live=False)


@transaction.atomic
def hide_assets(*, owner: Model, drafts_too: bool = False) -> None:
    """The owner is public no longer (or gone, with ``drafts_too``): assets that nobody else shows leave the public."""
    uses = AssetUse.objects.filter(**_owner(owner))
    if not drafts_too:
        uses = uses.filter(is_live=True)
    touched = set(uses.values_list("asset_id", flat=True))
    uses.delete()
    _settle(touched)


def _owner(owner: Model) -> dict[str, str]:
    return {"owner_type": owner._meta.label_lower, "owner_id": str(owner.pk)}


def _ids(sources: Iterable[Source]) -> set[UUID]:
    found: set[UUID] = set()
    for source in sources:
        if source is None:
            continue
        if isinstance(source, UUID):
            found.add(source)
        elif isinstance(source, Asset):
            found.add(source.pk)
        elif isinstance(source, str):
            found |= _read(source)
        else:
            found |= _ids(source)
    return found


def _read(text: str) -> set[UUID]:
    try:
        return {UUID(text)}
    except ValueError:
        return asset_ids(text)


@transaction.atomic
def _note(ids: set[UUID], owner: Model, organisations: Iterable[int], *, live: bool) -> set[UUID]:
    own = {*organisations, getattr(owner, "organisation_id", None)} - {None}
    allowed = Q(organisation_id__in=own) | Q(is_public=True)
    wanted = set(Asset.objects.filter(allowed, pk__in=ids).values_list("pk", flat=True)) if ids else set()
    uses = AssetUse.objects.filter(**_owner(owner), is_live=live)
    before = set(uses.values_list("asset_id", flat=True))
    uses.exclude(asset_id__in=wanted).delete()
    label = str(owner)[:200]
    AssetUse.objects.bulk_create(
        [AssetUse(asset_id=pk, **_owner(owner), owner_label=label, is_live=live) for pk in wanted - before],
        ignore_conflicts=True,
    )
    uses.exclude(owner_label=label).update(owner_label=label)
    if live:
        _settle(wanted | before)
    return wanted


def _settle(ids: set[UUID]) -> None:
    """Make ``is_public`` follow from the uses. Locked in one order, so that two publications never wait in a ring."""
    if not ids:
        return
    rows = list(Asset.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    shown = AssetUse.objects.filter(asset=OuterRef("pk"), is_live=True)
    public = set(Asset.objects.filter(Exists(shown), pk__in=ids).values_list("pk", flat=True))
    for row in rows:
        if row.is_public != (row.pk in public):
            row.is_public = row.pk in public
            row.save(update_fields=["is_public", "updated_at"])
