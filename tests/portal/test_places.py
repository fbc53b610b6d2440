"""Where activities take place: the sketch map, the list beside it, tiles."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from skillweek.activities.models import ActivityTag
from skillweek.activities.queries.public import ActivityFilter
from skillweek.core.coordinates import distance_km
from skillweek.editions.models import Edition
from skillweek.editions.sketch import sketch_of
from skillweek.portal.places import MOST, map_of
from skillweek.site.tiles import tile_hosts
from tests.factories import Tree
from tests.portal import making


def _map(edition: Edition, query: str = "") -> Any:
    return map_of(edition, ActivityFilter.from_query(QueryDict(query), edition))


@pytest.mark.requirement("B7")
def test_one_place_of_an_activity_is_one_entry_however_many_sessions(tree: Tree, edition: Edition) -> None:
    activity = making.activity(edition, tree.school_a)
    for day in edition.days[:3]:
        making.session(activity, day)
    making.session(activity, edition.days[3], place="湖里区示例中心", district="huli", latitude=24.51, longitude=118.14)
    making.session(making.activity(edition, tree.school_b, "云参观"), is_online=True, place="")
    making.session(making.activity(edition, tree.school_b, "取消的", cancelled_at=edition.created_at))

    found = _map(edition)

    assert [(place.title, place.district, place.sessions) for place in found.places] == [
        ("茶艺体验", "siming", 3),
        ("茶艺体验", "huli", 1),
    ]
    assert {shape.code: shape.count for shape in found.sketch.shapes if shape.count} == {"siming": 1, "huli": 1}
    assert len(found.marks) == 2


@pytest.mark.requirement("B7")
def test_nearest_comes_first_when_the_address_says_where(tree: Tree, edition: Edition) -> None:
    for number, district in enumerate(edition.doc.districts):
        activity = making.activity(edition, tree.school_a, district.name)
        making.session(activity, latitude=district.latitude, longitude=district.longitude, hour=9 + number)
    making.session(making.activity(edition, tree.school_a, "没有坐标"), latitude=None, longitude=None)
    here = edition.doc.districts[-1]

    titles = [place.title for place in _map(edition, f"near={here.latitude},{here.longitude}&sort=near").places]

    def away(name: str) -> float:
        [found] = [row for row in edition.doc.districts if row.name == name]
        return distance_km((here.latitude or 0, here.longitude or 0), (found.latitude or 0, found.longitude or 0))

    assert titles[:-1] == sorted(titles[:-1], key=away)
    assert (titles[0], titles[-1]) == (here.name, "没有坐标")


def test_the_map_says_when_it_leaves_some_out(tree: Tree, edition: Edition) -> None:
    activity = making.activity(edition, tree.school_a)
    for number in range(MOST + 1):
        making.session(activity, place=f"地点{number}")

    page = Client().get("/map/").content.decode()

    assert page.count('class="map-place"') == MOST
    assert f"只显示前 {MOST} 个" in page


@pytest.mark.requirement("B7")
def test_the_map_is_narrowed_by_category_and_counts_what_has_no_place_yet_apart(tree: Tree, edition: Edition) -> None:
    first, second = edition.doc.outreach[:2]
    service = making.activity(edition, tree.school_a, "家电维修")
    ActivityTag.objects.create(activity=service, group=ActivityTag.Group.OUTREACH, code=first.code)
    making.session(service)
    making.session(making.activity(edition, tree.school_b, "地点待定的课"), place="")

    everything = Client().get("/map/").content.decode()
    narrowed = Client().get(f"/map/?outreach={first.code}").content.decode()
    none = Client().get(f"/map/?outreach={second.code}").content.decode()

    assert "1 个地点，另有 1 项活动地点待定" in " ".join(everything.split())
    assert ("家电维修" in narrowed, "地点待定的课" in narrowed) == (True, False)
    assert f'<option value="{first.code}" selected>{first.name}</option>' in narrowed
    assert "这里还没有活动" in none


def test_hostile_places_stay_words(tree: Tree, edition: Edition) -> None:
    making.session(making.activity(edition, tree.school_a, "<img src=x onerror=alert(1)>"), place="</script><b>")

    page = Client().get("/map/").content.decode()

    assert ("<img src=x" in page, "</script><b>" in page) == (False, False)


def test_points_follow_the_tiles_datum(tree: Tree, edition: Edition, settings: Any) -> None:
    making.session(making.activity(edition, tree.school_a))
    plain = _map(edition).points()
    settings.MAP_TILES_DATUM = "gcj02"
    shifted = _map(edition).points()

    assert plain[0]["at"] == plain[0]["wgs"] == shifted[0]["wgs"] == [24.4455, 118.0825]
    assert 0.2 < distance_km(tuple(shifted[0]["at"]), tuple(plain[0]["at"])) < 0.8


def test_a_sketch_needs_outlines() -> None:
    assert (sketch_of([], {}).shapes, sketch_of([], {}).mark(118.0, 24.0)) == ([], None)


def test_tile_hosts_are_the_only_ones_added_to_the_policy() -> None:
    urls = ["https://t{s}.example.org/vec/{z}", "/tiles/{z}", "https://t0.example.org/cva/{z}"]

    assert tile_hosts(urls, "01") == ["https://t0.example.org", "https://t1.example.org"]
    with pytest.raises(ValueError, match="MAP_TILES_URL"):
        tile_hosts(["javascript:alert(1)"], "")
