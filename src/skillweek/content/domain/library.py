"""The asset library: describing, deleting, finding what was left undone (D6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content.access import can_add_assets, is_open
from skillweek.content.models import Asset, AssetUse
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.uploads import storage
from skillweek.uploads.domain import release_file
from skillweek.uploads.models import StoredFile

_LENGTH: Final = 200
#: Copies of an asset that is older than this should have been made.
_PATIENCE: Final = timedelta(minutes=15)
#: After this nobody tries any more.
_GIVEN_UP: Final = timedelta(days=2)


def describe_asset(asset: Asset, *, title: str, alt: str, actor: Any) -> Asset:
    """Change what readers are told about the asset. Raises NotAllowed."""
    _must_own(asset, actor)
    asset.title, asset.alt = " ".join(title.split())[:_LENGTH], " ".join(alt.split())[:_LENGTH]
    asset.save(update_fields=["title", "alt", "updated_at"])
    return asset


def uses_of(asset: Asset) -> list[AssetUse]:
    """Where the asset is shown, one row for each place, those in public first."""
    rows = AssetUse.objects.filter(asset=asset).order_by("-is_live", "owner_type", "owner_id")
    seen: dict[tuple[str, str], AssetUse] = {}
    for row in rows:
        seen.setdefault((row.owner_type, row.owner_id), row)
    return list(seen.values())


@transaction.atomic
def delete_asset(asset: Asset, *, actor: Any) -> None:
    """Take the asset out of the library and let its file go. Raises Conflict while it is in use, or NotAllowed."""
    _must_own(asset, actor)
    asset = Asset.objects.select_for_update(of=("self",)).select_related("file").get(pk=asset.pk)
    if uses := uses_of(asset):
        names = "、".join(f"“{use.owner_label}”" for use in uses[:3])
        text = _("《%(name)s》正在使用中：%(places)s。请先从这些内容里移除，再删除。")
        raise Conflict(
            text % {"name": asset, "places": names}, code="in_use", details=[use.owner_label for use in uses]
        )
    keys = list(asset.renditions.values_list("key", flat=True))
    file = asset.file
    record("asset.delete", asset, actor=actor, organisation_id=asset.organisation_id)
    asset.delete()
    release_file(file, actor=actor)
    transaction.on_commit(lambda: _erase(keys))


def _erase(keys: list[str]) -> None:
    for key in keys:
        storage.erase(key)


def make_lost_copies() -> int:
    """Queue the copies of assets that should have some and have none; return how many."""
    from skillweek.content.tasks import make_renditions

    lost = Asset.objects.filter(
        renditions=None, kind__in=(Asset.Kind.PICTURE, Asset.Kind.VIDEO), file__state=StoredFile.State.READY,
        width__gt=0, updated_at__lt=now() - _PATIENCE, created_at__gt=now() - _GIVEN_UP,
    )  # fmt: skip
    ids = list(lost.values_list("pk", flat=True)[:100])
    Asset.objects.filter(pk__in=ids).update(updated_at=now())
    for pk in ids:
        make_renditions.enqueue(str(pk))
    return len(ids)


def _must_own(asset: Asset, actor: Any) -> None:
    if not can_add_assets(actor, asset.organisation) or not is_open(asset.edition):
        raise NotAllowed(_("这个文件属于“%(name)s”，只有该单位的人员可以修改。") % {"name": asset.organisation})
