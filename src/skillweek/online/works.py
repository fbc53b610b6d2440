"""The kinds of works by the name that stands in addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from skillweek.editions.models import Edition
from skillweek.editions.names import name_of
from skillweek.editions.schema_names import NameKind
from skillweek.online.models import Hall, LiveRoom, Tour, Work


@dataclass(frozen=True)
class WorkKind:
    """How a kind is called and what it looks like."""

    code: str
    model: type[Work]
    label: Any
    add: Any
    icon: str
    empty: Any


KINDS: Final = (
    WorkKind(
        "tour",
        Tour,
        _("全景导览"),
        _("做全景导览"),
        "badge-vr",
        _("上传全景照片，连成一条路线，公众在手机上就能逛校园。"),
    ),
    WorkKind(
        "room",
        LiveRoom,
        _("直播间"),
        _("开直播间"),
        "broadcast",
        _("约好时间，放上直播链接，公众可以提问，之后看回放。"),
    ),
    WorkKind("hall", Hall, _("网上展厅"), _("布置展厅"), "easel", _("把故事、图片和导览挂到一起，公众可以留言。")),
)
BY_CODE: Final = {kind.code: kind for kind in KINDS}
_NAMED: Final[dict[str, NameKind]] = {"tour": "tours", "room": "rooms"}


def label_in(edition: Edition, kind: WorkKind) -> str:
    """What the public finds this kind under in an edition."""
    named = _NAMED.get(kind.code)
    return name_of(edition, named) if named is not None else str(kind.label)
