"""What a work must have before the public sees it (B11)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from skillweek.content.models import Asset
from skillweek.core.errors import DomainError
from skillweek.online import exhibits
from skillweek.online.links import hosts_of, must_be_stream, must_lead_somewhere_listed
from skillweek.online.models import Hall, LiveRoom, Panorama, Tour, Work, moment


def must_be_complete(work: Work) -> None:
    """Raise DomainError naming the field that lacks something."""
    if not str(work.draft.get("title") or "").strip():
        raise DomainError(_("还没有标题。请先填写标题。"), field="title", code="no_title")
    if isinstance(work, Tour):
        _tour(work, work.draft.get("scenes") or [])
    elif isinstance(work, LiveRoom):
        must_be_sound_room(work, work.draft)
        if moment(work.draft.get("starts_at")) is None:
            raise DomainError(_("还没有开始时间。请先填写。"), field="starts_at")
    elif isinstance(work, Hall):
        _hall(work, work.draft.get("exhibits") or [])


def _tour(tour: Tour, scenes: list[dict[str, Any]]) -> None:
    if not scenes:
        raise DomainError(_("还没有场景。请先上传全景图。"), field="scenes")
    ready = {str(pk) for pk in tour.panoramas.filter(state=Panorama.State.READY).values_list("pk", flat=True)}
    keys = {scene["key"] for scene in scenes}
    hosts = hosts_of(tour.edition)
    assets = _assets(scenes, tour)
    for number, scene in enumerate(scenes, 1):
        name = scene.get("name") or _("第 %(number)d 个场景") % {"number": number}
        if not scene.get("name"):
            raise DomainError(_("%(scene)s还没有名称。") % {"scene": name}, field="scenes")
        if scene["panorama"] not in ready:
            raise DomainError(_("“%(scene)s”的全景图还没有处理好，或不能使用。") % {"scene": name}, field="scenes")
        for spot in scene.get("hotspots") or []:
            _spot(spot, name, keys, hosts, assets)


def _assets(scenes: list[dict[str, Any]], tour: Tour) -> dict[str, str]:
    ids = {spot["asset"] for scene in scenes for spot in scene.get("hotspots") or [] if spot.get("asset")}
    rows = Asset.objects.filter(pk__in=ids, organisation_id=tour.organisation_id)
    return {str(pk): kind for pk, kind in rows.values_list("pk", "kind")}


def _spot(spot: dict[str, Any], scene: str, keys: set[str], hosts: frozenset[str], assets: dict[str, str]) -> None:
    named = {"scene": scene, "spot": spot.get("title") or _("未命名")}
    if not spot.get("title"):
        raise DomainError(_("“%(scene)s”里有热点还没有名称。") % named, field="scenes")
    kind = spot["kind"]
    if kind == "text" and not spot.get("text"):
        raise DomainError(_("“%(scene)s”的热点“%(spot)s”还没有文字。") % named, field="scenes")
    if kind == "scene" and spot.get("scene") not in keys:
        raise DomainError(_("“%(scene)s”的热点“%(spot)s”要去的场景已不在了。请重新选择。") % named, field="scenes")
    if kind in ("picture", "video") and assets.get(spot.get("asset") or "") != kind:
        raise DomainError(_("“%(scene)s”的热点“%(spot)s”还没有选图片或视频。") % named, field="scenes")
    if kind == "link" and not spot.get("url"):
        raise DomainError(_("“%(scene)s”的热点“%(spot)s”还没有链接。") % named, field="scenes")
    if kind == "major" and not (spot.get("url") or spot.get("text")):
        raise DomainError(_("“%(scene)s”的专业“%(spot)s”还没有介绍或链接。") % named, field="scenes")
    if kind in ("link", "major") and spot.get("url"):
        must_lead_somewhere_listed(spot["url"], hosts, field="scenes", own=True)


def must_be_sound_room(room: LiveRoom, content: dict[str, Any]) -> None:
    """Hours in order, links to listed places. Raises DomainError."""
    starts_at, ends_at = moment(content.get("starts_at")), moment(content.get("ends_at"))
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise DomainError(_("结束时间要晚于开始时间。"), field="ends_at")
    hosts = hosts_of(room.edition)
    for name in ("link", "replay_link"):
        if url := content.get(name):
            must_lead_somewhere_listed(url, hosts, field=name)
    if url := content.get("stream"):
        must_be_stream(url, field="stream")


def _hall(hall: Hall, rows: list[dict[str, Any]]) -> None:
    if not rows:
        raise DomainError(_("展厅还是空的。请先选展品。"), field="exhibits")
    if not any(one.exhibit for one in exhibits.hung(hall.edition, rows)):
        raise DomainError(_("所选的展品现在都不能展出。请重新选择。"), field="exhibits")
