"""A tour as its viewer, its list and its editor need it (B11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.content import render
from skillweek.content.editorial import public_q
from skillweek.editions.models import Edition
from skillweek.online.links import leads_safely
from skillweek.online.models import Panorama, PanoramaCopy, Tour
from skillweek.publicity.queries.stories import assets_by_id

ICONS = {
    "text": "chat-left-text",
    "picture": "image",
    "video": "film",
    "scene": "signpost-2",
    "major": "mortarboard",
    "link": "link-45deg",
}


def spot_labels() -> dict[str, str]:
    """What each kind of hotspot is called."""
    return {
        "text": _("文字"),
        "picture": _("图片"),
        "video": _("视频"),
        "scene": _("前往场景"),
        "major": _("专业介绍"),
        "link": _("链接"),
    }


def public_tours(edition: Edition) -> QuerySet[Tour]:
    """Tours of the edition that the public sees now, the newest first."""
    if edition.state == Edition.State.DRAFT:
        return Tour.objects.none()
    rows = Tour.objects.filter(public_q(), edition=edition).select_related("organisation")
    return rows.order_by("-published_at", "-pk")


def copy_url(copy: PanoramaCopy) -> str:
    """The address of a copy."""
    return reverse("online_public:panorama", args=[copy.panorama_id, copy.width])


def copies_by_panorama(ids: Iterable[str]) -> dict[str, list[PanoramaCopy]]:
    """Copies by the panorama's id, the smallest first; one query."""
    found: dict[str, list[PanoramaCopy]] = {}
    for copy in PanoramaCopy.objects.filter(panorama__in=set(ids)).order_by("width"):
        found.setdefault(str(copy.panorama_id), []).append(copy)
    return found


def cover_urls(tours: Iterable[Tour]) -> dict[int, str]:
    """A small picture for each public tour by its key: the preview of its first scene; one query."""
    first = {tour.pk: str(scenes[0]["panorama"]) for tour in tours if (scenes := tour.live.get("scenes") or [])}
    copies = copies_by_panorama(first.values())
    return {pk: copy_url(copies[panorama][0]) for pk, panorama in first.items() if panorama in copies}


def scenes_of(content: Mapping[str, Any], *, public: bool = True) -> list[dict[str, Any]]:
    """The scenes with everything resolved, as templates and the viewer read them; a constant number of queries.

    ``public`` leaves out pictures that strangers may not fetch.
    """
    scenes = content.get("scenes") or []
    copies = copies_by_panorama(str(scene["panorama"]) for scene in scenes)
    spots = [spot for scene in scenes for spot in scene.get("hotspots") or []]
    assets = assets_by_id((spot["asset"] for spot in spots if spot.get("asset")), public=public)
    names = {scene["key"]: scene.get("name") or "" for scene in scenes}
    labels = spot_labels()
    found = []
    for scene in scenes:
        rows = copies.get(str(scene["panorama"]), [])
        found.append(
            {
                **{name: scene.get(name) for name in ("key", "name", "text", "pitch", "yaw", "hfov", "panorama")},
                "sizes": [{"width": row.width, "url": copy_url(row)} for row in rows],
                "preview": copy_url(rows[0]) if rows else "",
                "hotspots": [_spot(spot, assets, names, labels) for spot in scene.get("hotspots") or []],
            }
        )
    return found


def _spot(
    spot: Mapping[str, Any], assets: Mapping[str, Any], names: Mapping[str, str], labels: Mapping[str, str]
) -> dict[str, Any]:
    asset = assets.get(str(spot.get("asset") or ""))
    shown = {name: spot.get(name) or "" for name in ("key", "kind", "title", "text", "scene", "url")}
    # A draft's links are looked at only when it is handed in, and others open its preview before.
    shown["url"] = shown["url"] if leads_safely(str(shown["url"])) else ""
    return {
        **shown,
        "pitch": spot["pitch"],
        "yaw": spot["yaw"],
        "label": labels[spot["kind"]],
        "icon": ICONS[spot["kind"]],
        "scene_name": names.get(spot.get("scene") or "", ""),
        "is_own": str(shown["url"]).startswith("/"),
        "picture": render.asset_url(asset) if asset is not None and spot["kind"] == "picture" else "",
        "picture_alt": asset.alt or asset.title if asset is not None else "",
        "video": render.asset_url(asset) if asset is not None and spot["kind"] == "video" else "",
        "poster": render.thumb_url(asset) if asset is not None and spot["kind"] == "video" else "",
    }


def panoramas_json(tour: Tour) -> list[dict[str, Any]]:
    """The tour's pictures as the editor reads them."""
    rows = tour.panoramas.select_related("file").prefetch_related("copies")
    return [panorama_json(row) for row in rows]


def panorama_json(row: Panorama) -> dict[str, Any]:
    """One picture as the editor reads it."""
    copies = sorted(row.copies.all(), key=lambda copy: copy.width)
    return {
        "id": str(row.pk),
        "name": row.file.name,
        "state": row.state,
        "problem": row.problem,
        "width": row.width,
        "height": row.height,
        "sizes": [{"width": copy.width, "url": copy_url(copy)} for copy in copies],
    }
