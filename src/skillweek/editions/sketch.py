"""The district sketch map (示意图), drawn from the edition's own rough outlines without any map service (B7)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from skillweek.editions.schema import District

#: Width of the drawing in its own units; the height follows from the outlines.
WIDTH: Final = 640
_MARGIN: Final = 26
_LEVELS: Final = 4


@dataclass(frozen=True)
class Shape:
    """One district as drawn. ``level`` from 0 (nothing) to 4 (the most) chooses its tone."""

    code: str
    name: str
    path: str
    x: float
    y: float
    count: int
    level: int


@dataclass(frozen=True)
class Frame:
    """Turns degrees into places of the drawing."""

    west: float
    north: float
    scale: float
    squeeze: float

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Right and down from the upper left corner."""
        x = _MARGIN + (longitude - self.west) * self.squeeze * self.scale
        y = _MARGIN + (self.north - latitude) * self.scale
        return round(x, 1), round(y, 1)


@dataclass(frozen=True)
class Sketch:
    """The whole drawing; ``shapes`` is empty where the edition gives no outlines."""

    width: int
    height: int
    shapes: list[Shape] = field(default_factory=list)
    frame: Frame | None = None

    @property
    def box(self) -> str:
        """The SVG's ``viewBox``."""
        return f"0 0 {self.width} {self.height}"

    def mark(self, longitude: float | None, latitude: float | None) -> tuple[float, float] | None:
        """Where a point lies, or None when it is unknown or off the drawing."""
        if self.frame is None or longitude is None or latitude is None:
            return None
        x, y = self.frame.place(longitude, latitude)
        return (x, y) if 0 <= x <= self.width and 0 <= y <= self.height else None


def sketch_of(districts: Iterable[District], counts: Mapping[str, int]) -> Sketch:
    """Draw the districts that have an outline; ``counts`` is how much there is in each, by code."""
    drawn = [district for district in districts if district.ring]
    if not drawn:
        return Sketch(WIDTH, 0)
    points = [point for district in drawn for point in district.ring]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * _MARGIN) / max((east - west) * squeeze, 1e-6)
    frame = Frame(west, north, scale, squeeze)
    most = max([counts.get(district.code, 0) for district in drawn] or [0])
    shapes = []
    for district in drawn:
        count = counts.get(district.code, 0)
        x, y = frame.place(*_middle(district))
        level = 0 if not count else max(1, math.ceil(_LEVELS * count / most))
        path = _path([frame.place(*point) for point in district.ring])
        shapes.append(Shape(district.code, district.name, path, x, y, count, level))
    height = round((north - south) * scale) + 2 * _MARGIN
    return Sketch(WIDTH, height, shapes, frame)


def _middle(district: District) -> tuple[float, float]:
    """Where the name stands: the middle of the outline's mass."""
    ring = district.ring
    sides = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in sides) / 2
    if abs(area) < 1e-9:
        return sum(x for x, _y in ring) / len(ring), sum(y for _x, y in ring) / len(ring)
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in sides) / (6 * area)
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in sides) / (6 * area)
    return x, y


def _path(points: list[tuple[float, float]]) -> str:
    """A closed curve through the middles of the sides: rounded like a drawing by hand."""
    following = [*points[1:], points[0]]
    middles = [
        (round((x + next_x) / 2, 1), round((y + next_y) / 2, 1))
        for (x, y), (next_x, next_y) in zip(points, following, strict=True)
    ]
    start = middles[-1]
    curves = "".join(f"Q{x} {y} {mx} {my}" for (x, y), (mx, my) in zip(points, middles, strict=True))
    return f"M{start[0]} {start[1]}{curves}Z"
