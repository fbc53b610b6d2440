"""Coordinates on maps of China. Stored ones are WGS-84; Chinese map programs expect GCJ-02, shifted by up to 700 m."""

from __future__ import annotations

from math import asin, cos, pi, radians, sin, sqrt
from typing import Final

#: The Krasovsky 1940 ellipsoid that GCJ-02 is computed on: semi-major axis in metres, squared eccentricity.
_AXIS: Final = 6378245.0
_ECCENTRICITY: Final = 0.00669342162296594323
_EARTH_RADIUS_KM: Final = 6371.0088
#: Outside this box (degrees) the two systems are the same.
_SOUTH, _NORTH, _WEST, _EAST = 0.8293, 55.8271, 72.004, 137.8347
_ROUNDS: Final = 4


def wgs84_to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """Where Chinese maps (高德, 腾讯, 百度 when told so) show a WGS-84 point: (latitude, longitude) in degrees."""
    if not (_SOUTH <= latitude <= _NORTH and _WEST <= longitude <= _EAST):
        return latitude, longitude
    north, east = _shift(longitude - 105.0, latitude - 35.0)
    phi = radians(latitude)
    magic = 1 - _ECCENTRICITY * sin(phi) ** 2
    latitude += north * 180.0 / (_AXIS * (1 - _ECCENTRICITY) / (magic * sqrt(magic)) * pi)
    longitude += east * 180.0 / (_AXIS / sqrt(magic) * cos(phi) * pi)
    return latitude, longitude


def gcj02_to_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """The WGS-84 point that Chinese maps show at a GCJ-02 one; exact to centimetres."""
    guess_latitude, guess_longitude = latitude, longitude
    for _round in range(_ROUNDS):
        shown_latitude, shown_longitude = wgs84_to_gcj02(guess_latitude, guess_longitude)
        guess_latitude += latitude - shown_latitude
        guess_longitude += longitude - shown_longitude
    return guess_latitude, guess_longitude


def _shift(x: float, y: float) -> tuple[float, float]:
    """The published distortion in metres north and east, for degrees east of 105° and north of 35°."""
    waves = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    return north, east


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres as the crow flies between two (latitude, longitude) points of one system."""
    (phi1, lambda1), (phi2, lambda2) = ((radians(a), radians(b)) for a, b in (one, other))
    half = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin((lambda2 - lambda1) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))
