"""WGS-84 and GCJ-02 (B7)."""

from __future__ import annotations

import pytest

from skillweek.core.coordinates import distance_km, gcj02_to_wgs84, wgs84_to_gcj02

#: (WGS-84, GCJ-02) as published with the eviltransform library: Shanghai, Shenzhen, Beijing.
KNOWN = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]


@pytest.mark.requirement("B7")
@pytest.mark.parametrize(("stored", "shown"), KNOWN)
def test_known_points_convert_both_ways(stored: tuple[float, float], shown: tuple[float, float]) -> None:
    assert wgs84_to_gcj02(*stored) == pytest.approx(shown, abs=1e-9)
    assert gcj02_to_wgs84(*shown) == pytest.approx(stored, abs=1e-8)


@pytest.mark.parametrize("point", [(51.5, -0.12), (-33.86, 151.2), (0.0, 0.0)])
def test_points_outside_china_stay(point: tuple[float, float]) -> None:
    assert wgs84_to_gcj02(*point) == point
    assert gcj02_to_wgs84(*point) == point


def test_distance_is_that_on_the_globe() -> None:
    assert distance_km((24.4455, 118.0825), (24.4455, 118.0825)) == 0
    # Shanghai to Beijing: that library says 1078.164 on a sphere of 6378.137 km; ours has 6371.009.
    assert distance_km(KNOWN[0][1], KNOWN[2][1]) == pytest.approx(1078.164 * 6371.009 / 6378.137, abs=0.1)
    assert distance_km((0, 0), (0, 180)) == pytest.approx(20015, abs=1)
