"""What is made from a stored file for showing: thumbnails and posters, upright, in sRGB, without any metadata (C6).

No derivative carries EXIF, so none carries where the photo was taken.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from skillweek.materials.facts import FileFacts, PhotoFacts, VideoFacts
from skillweek.materials.photo import LOADERS
from skillweek.materials.video import video_poster
from skillweek.uploads.models import Derivative

if TYPE_CHECKING:
    import pyvips

log = logging.getLogger("skillweek.uploads")
#: Longest side in pixels.
SIDES: Final = {Derivative.Role.THUMB: 480, Derivative.Role.LARGE: 1600, Derivative.Role.POSTER: 1280}
_QUALITY: Final = {Derivative.Role.THUMB: 80, Derivative.Role.LARGE: 84, Derivative.Role.POSTER: 82}


@dataclass(frozen=True)
class Made:
    """A derivative on local disk, not yet in storage."""

    role: Derivative.Role
    path: Path
    width: int
    height: int


def derive(path: Path, facts: FileFacts, folder: Path, max_pixels: int) -> list[Made]:
    """Make all derivatives of the file at ``path`` in ``folder``; none when it cannot be shown."""
    if isinstance(facts, PhotoFacts):
        if facts.width * facts.height > max_pixels or facts.format not in LOADERS:
            return []
        source = _readable(path, facts, folder)
        roles = (Derivative.Role.THUMB, Derivative.Role.LARGE)
    elif isinstance(facts, VideoFacts):
        source = folder / "still.jpg"
        if not video_poster(path, source):
            return []
        roles = (Derivative.Role.THUMB, Derivative.Role.POSTER)
    else:
        return []
    return [made for role in roles if (made := _shrink(source, role, folder))]


def _readable(path: Path, facts: PhotoFacts, folder: Path) -> Path:
    """libvips from a wheel has no HEVC decoder, so HEIC goes through pillow-heif first."""
    if facts.format != "heic":
        return path
    from pillow_heif import open_heif

    target = folder / "heic.png"
    try:
        image = open_heif(path).to_pillow()
        image.thumbnail((SIDES[Derivative.Role.LARGE], SIDES[Derivative.Role.LARGE]))
        image.save(target, compress_level=1)
    except Exception as error:  # a stranger's file; the decoder raises what it likes
        log.info("HEIC not readable: %s", error)
        return path
    return target


def _shrink(source: Path, role: Derivative.Role, folder: Path) -> Made | None:
    import pyvips

    side, target = SIDES[role], folder / f"{role}.jpg"
    try:
        image: pyvips.Image = pyvips.Image.thumbnail(str(source), side, height=side, size="down", export_profile="srgb")
        if image.hasalpha():
            image = image.flatten(background=255)
        image.jpegsave(str(target), Q=_QUALITY[role], keep="none", optimize_coding=True, interlace=True)
    except pyvips.Error as error:
        log.info("no %s: %s", role, error)
        return None
    return Made(role, target, image.width, image.height)
