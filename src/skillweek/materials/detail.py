"""How much detail a picture really holds: whether it was enlarged from a smaller one (C14).

Enlarging makes pixels, not detail: made smaller and large again, an enlarged picture comes out as it was, and what a
camera took at its full size does not. Only the tiles with the strongest edges are looked at, so that a blurred
background, a clear sky or a portrait's soft shoulders do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops, ImageFilter, ImageStat

if TYPE_CHECKING:
    import pyvips

_TILE: Final = 128
#: So many of the tiles with the strongest edges are looked at.
_TILES: Final = 12
#: The share of its size that a tile is made smaller to, and large again.
_SHARE: Final = 0.8
#: Fainter edges than this, in grey levels, are fog, sky or a page without print: nothing can be said of them.
_FAINT: Final = 2.5
#: The resampling makes up a tile's border.
_BORDER: Final = 12


def fineness(image: pyvips.Image, scale: float = 1.0) -> float | None:
    """Return the share of the picture's edges that is finer than it could be if it had been enlarged.

    0.25 to 0.6 is what a camera took at this size; below 0.2 it was enlarged by half or more, or is out of focus
    everywhere. ``scale``, not above 1, is what the picture is made smaller by first: whether a picture of 4000 pixels
    has the detail of 2000 is asked with a half. None when there are no edges to judge by. Decodes the picture; raises
    pyvips.Error.
    """
    tiles = _sharpest(_grey(image, scale))
    if not tiles:
        return None
    edges = _spread([ImageChops.subtract(tile, tile.filter(ImageFilter.GaussianBlur(2)), 1, 128) for tile in tiles])
    return _spread([_lost(tile) for tile in tiles]) / edges if edges >= _FAINT else None


def _lost(tile: Image.Image) -> Image.Image:
    side = round(_TILE * _SHARE)
    small = tile.resize((side, side), Image.Resampling.LANCZOS)
    return ImageChops.subtract(tile, small.resize(tile.size, Image.Resampling.BICUBIC), 1, 128)


def _spread(tiles: list[Image.Image]) -> float:
    inner = (_BORDER, _BORDER, _TILE - _BORDER, _TILE - _BORDER)
    return float((sum(ImageStat.Stat(tile.crop(inner)).var[0] for tile in tiles) / len(tiles)) ** 0.5)


def _grey(image: pyvips.Image, scale: float) -> pyvips.Image:
    if image.hasalpha():
        image = image.flatten(background=255)
    grey = image.colourspace("b-w")
    if scale < 1:
        grey = grey.resize(scale)
    return (grey.cast("uchar", shift=True) if grey.format == "ushort" else grey.cast("uchar")).copy_memory()


def _sharpest(grey: pyvips.Image) -> list[Image.Image]:
    """The tiles with the strongest edges."""
    if min(grey.width, grey.height) < _TILE:
        return []
    edges = grey.sobel().shrink(_TILE, _TILE)
    places = [
        (edges.getpoint(x, y)[0], x * _TILE, y * _TILE)
        for x in range(grey.width // _TILE)
        for y in range(grey.height // _TILE)
    ]
    chosen = [grey.crop(left, top, _TILE, _TILE) for _strength, left, top in sorted(places, reverse=True)[:_TILES]]
    return [Image.frombytes("L", (_TILE, _TILE), tile.write_to_memory()) for tile in chosen]
