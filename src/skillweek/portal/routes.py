"""Links that open a place in the map programs people have (B7). Chinese ones expect GCJ-02."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from skillweek.activities.models import Session
from skillweek.core.coordinates import wgs84_to_gcj02


@dataclass(frozen=True)
class Route:
    """One way there: the program's name and the link that opens it."""

    name: str
    url: str


def routes_to(session: Session) -> list[Route]:
    """Links to the session's place: to its point where it has one, else a search by name and address."""
    if session.is_online or not session.place:
        return []
    name = f"{session.place} {session.room}".strip()
    where = f"{session.address} {session.place}".strip()
    if session.latitude is None or session.longitude is None:
        return [
            Route(_("高德地图"), "https://uri.amap.com/search?" + urlencode({"keyword": where, "callnative": 1})),
            Route(
                _("百度地图"),
                "https://api.map.baidu.com/geocoder?"
                + urlencode({"address": where, "output": "html", "src": "webapp.skillweek.portal"}),
            ),
            Route(_("腾讯地图"), "https://apis.map.qq.com/uri/v1/search?" + urlencode({"keyword": where})),
        ]
    latitude, longitude = wgs84_to_gcj02(session.latitude, session.longitude)
    point, turned = f"{latitude:.6f},{longitude:.6f}", f"{longitude:.6f},{latitude:.6f}"
    address = session.address or session.place
    marker = f"coord:{point};title:{_plain(name)};addr:{_plain(address)}"
    baidu = {
        "location": point,
        "title": name,
        "content": address,
        "output": "html",
        "coord_type": "gcj02",
        "src": "webapp.skillweek.portal",
    }
    return [
        Route(
            _("高德地图"),
            "https://uri.amap.com/marker?"
            + urlencode({"position": turned, "name": name, "coordinate": "gaode", "callnative": 1}),
        ),
        Route(_("百度地图"), "https://api.map.baidu.com/marker?" + urlencode(baidu)),
        Route(
            _("腾讯地图"),
            "https://apis.map.qq.com/uri/v1/marker?" + urlencode({"marker": marker, "referer": "skillweek"}),
        ),
        # RFC 5870: always WGS-84; opens whatever map program the phone has.
        Route(_("手机自带地图"), f"geo:{session.latitude:.6f},{session.longitude:.6f}?q={quote(name)}"),
    ]


def _plain(text: str) -> str:
    """Without the two signs that Tencent's marker parameter is built of."""
    return text.replace(";", " ").replace(":", " ")
