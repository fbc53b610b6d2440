"""Making public copies: pictures in three widths and formats, videos without what the phone wrote beside them (D6).

No copy carries any metadata, so none says where it was taken. Pictures are upright, in sRGB, and never enlarged.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction

from skillweek.content.intake import problem_of
from skillweek.content.models import Asset, Rendition
from skillweek.uploads import storage
from skillweek.uploads.models import StoredFile
from skillweek.uploads.remux import remux

if TYPE_CHECKING:
    import pyvips

log = logging.getLogger("skillweek.content")
#: In pixels: a phone's column, a phone's column on a sharp screen or a desktop's, and a full screen.
WIDTHS: Final = (480, 960, 1600)
_F = Rendition.Format
_PRINT_QUALITY: Final = 92
#: AVIF costs the most time by far; effort 2 is nearly as small as 4 in a tenth of it.
_SAVE: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    _F.AVIF: ("heifsave", {"compression": "av1", "Q": 55, "effort": 2}),
    _F.WEBP: ("webpsave", {"Q": 78, "effort": 4}),
    _F.JPEG: ("jpegsave", {"Q": 80, "optimize_coding": True, "interlace": True}),
}


@dataclass(frozen=True)
class Made:
    """A copy on local disk, not yet in storage."""

    format: str
    path: Path
    width: int
    height: int


def make_copies(asset_id: UUID) -> int:
    """Make the public copies that the asset has not got yet; return how many. Safe to run twice and at once.

    A file that cannot be read leaves no copies and a line in the log; its findings tell its owner.
    """
    asset = Asset.objects.select_related("file", "edition").filter(pk=asset_id).first()
    if asset is None or asset.file.state != StoredFile.State.READY or asset.kind == Asset.Kind.ATTACHMENT:
        return 0
    if problem_of(asset.file, asset.kind):
        return 0
    done = set(asset.renditions.values_list("format", "width"))
    count = 0
    with storage.local_copy(asset.file.key) as (path, _digest), storage.temporary_folder() as folder:
        make = _pictures if asset.kind == Asset.Kind.PICTURE else _videos
        for made in make(path, asset, folder, done):
            _keep(asset, made)
            count += 1
    return count


def rendition_key(asset: Asset, width: int, kind: str) -> str:
    """Where a copy's bytes belong."""
    return f"renditions/{asset.edition.slug}/{asset.pk.hex[:2]}/{asset.pk}-{width}.{kind}"


def widths_for(width: int) -> list[int]:
    """The widths in which a picture of ``width`` is offered: the usual ones below it, and itself or the largest."""
    return [*(usual for usual in WIDTHS if usual < width), min(width, WIDTHS[-1])] if width < WIDTHS[-1] else [*WIDTHS]


def _keep(asset: Asset, made: Made) -> None:
    key, size = rendition_key(asset, made.width, made.format), made.path.stat().st_size
    storage.put(made.path, key)
    with transaction.atomic():
        Rendition.objects.update_or_create(
            asset=asset, format=made.format, width=made.width,
            defaults={"height": made.height, "key": key, "size": size},
        )  # fmt: skip


def _pictures(path: Path, asset: Asset, folder: Path, done: set[tuple[str, int]]) -> Iterator[Made]:
    import pyvips

    facts = asset.file.facts
    width = int(facts.get("width") or 0)
    if not width or width * int(facts.get("height") or 0) > asset.edition.material_rules.photo.max_pixels:
        return
    wanted = widths_for(width)
    missing = [one for one in wanted if any((kind, one) not in done for kind in _SAVE)]
    if not missing:
        return
    try:
        source = _readable(path, str(facts.get("format", "")), folder)
        for one in missing:
            image = pyvips.Image.thumbnail(str(source), one, height=10_000_000, size="down", export_profile="srgb")
            # Held in memory: it is written three times, and the source is read once for each width.
            image = image.copy_memory()
            for kind in (_F.JPEG, _F.WEBP, _F.AVIF):
                if (kind, one) not in done:
                    yield _saved(image, kind, one, folder)
    except pyvips.Error as error:
        log.warning("no copies of %s: %s", asset.pk, str(error).strip()[:300])


def print_copy(asset: Asset) -> Rendition | None:
    """The picture with every pixel of its original, upright, sRGB, without metadata; made when it is not there yet.

    ``asset`` needs its file and edition. None for what is no readable picture. Safe to call at once from two places:
    both write the same bytes to the same place.
    """
    there = asset.renditions.filter(format=_F.PRINT).first()
    if there is not None or asset.kind != Asset.Kind.PICTURE or problem_of(asset.file, asset.kind):
        return there
    facts = asset.file.facts
    width, height = int(facts.get("width") or 0), int(facts.get("height") or 0)
    if not width or width * height > asset.edition.material_rules.photo.max_pixels:
        return None
    import pyvips

    with storage.local_copy(asset.file.key) as (path, _digest), storage.temporary_folder() as folder:
        source = _readable(path, str(facts.get("format", "")), folder, side=max(width, height))
        target = folder / "print.jpg"
        try:
            image = pyvips.Image.thumbnail(str(source), width, height=10_000_000, size="down", export_profile="srgb")
            if image.hasalpha():
                image = image.flatten(background=255)
            image.jpegsave(str(target), Q=_PRINT_QUALITY, keep="none", optimize_coding=True)
        except pyvips.Error as error:
            log.warning("no print copy of %s: %s", asset.pk, str(error).strip()[:300])
            return None
        _keep(asset, Made(_F.PRINT, target, image.width, image.height))
    return asset.renditions.filter(format=_F.PRINT).first()


def _saved(image: pyvips.Image, kind: str, width: int, folder: Path) -> Made:
    saver, options = _SAVE[kind]
    target = folder / f"{width}.{kind}"
    if kind == _F.JPEG and image.hasalpha():
        image = image.flatten(background=255)
    getattr(image, saver)(str(target), keep="none", **options)
    return Made(kind, target, image.width, image.height)


def _readable(path: Path, kind: str, folder: Path, side: int = WIDTHS[-1]) -> Path:
    """libvips from a wheel has no HEVC decoder, so HEIC goes through pillow-heif, which turns it upright too."""
    if kind != "heic":
        return path
    from pillow_heif import open_heif

    target = folder / "heic.png"
    image = open_heif(path).to_pillow()
    image.thumbnail((side, 10 * side))
    image.save(target, compress_level=1)
    return target


def _videos(path: Path, asset: Asset, folder: Path, done: set[tuple[str, int]]) -> Iterator[Made]:
    """The same pictures and sound in a new mp4 that plays before it is loaded whole; no re-encoding, no loss."""
    width, height = int(asset.file.facts.get("width") or 0), int(asset.file.facts.get("height") or 0)
    if not width or (_F.MP4, width) in done:
        return
    target = folder / "copy.mp4"
    if remux(path, target, source="mp4", into="mp4"):
        yield Made(_F.MP4, target, width, height)
