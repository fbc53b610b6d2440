"""The shape of a tour's scenes and hotspots, as the editor sends them and the database keeps them (B11)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from skillweek.core.errors import DomainError

MAX_SPOTS: Final = 40
#: More JSON than any tour needs.
MAX_BYTES: Final = 400_000

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,16}$")]
Line = Annotated[str, StringConstraints(max_length=60, strip_whitespace=True)]
Prose = Annotated[str, StringConstraints(max_length=1000, strip_whitespace=True)]
Pitch = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Yaw = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
SpotKind = Literal["text", "picture", "video", "scene", "major", "link"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _without_nul(cls, value: Any) -> Any:
        return value.replace("\0", "") if isinstance(value, str) else value


class Hotspot(_Part):
    """Something to open at a point of a scene. Degrees: ``pitch`` up, ``yaw`` to the right of the picture's middle."""

    key: Key
    kind: SpotKind
    pitch: Pitch
    yaw: Yaw
    title: Line = ""
    text: Prose = ""
    #: A picture or film of the library.
    asset: UUID | None = None
    #: The scene it leads to.
    scene: str = Field(default="", max_length=16)
    #: A page of this site (from ``/``) or of a listed one.
    url: str = Field(default="", max_length=500)


class Scene(_Part):
    """One panorama with its name and first view."""

    key: Key
    panorama: UUID
    name: Line = ""
    #: What is to be seen, for lists and for who does not see it.
    text: Prose = ""
    pitch: Pitch = 0.0
    yaw: Yaw = 0.0
    hfov: Annotated[float, Field(ge=40, le=120, allow_inf_nan=False)] = 100.0
    hotspots: tuple[Hotspot, ...] = Field(default=(), max_length=MAX_SPOTS)


class TourShape(_Part):
    """All scenes in their order."""

    scenes: tuple[Scene, ...] = Field(default=(), max_length=100)


def read(scenes: Any) -> list[dict[str, Any]]:
    """The scenes as plain JSON data; keys are unique. Raises DomainError (field ``scenes``) for anything else."""
    try:
        shape = TourShape.model_validate({"scenes": scenes})
    except ValidationError as error:
        raise DomainError(_said(error), field="scenes", code="shape") from None
    keys = [scene.key for scene in shape.scenes]
    if len(set(keys)) != len(keys):
        raise DomainError(_("两个场景的编号相同。请刷新页面后再试。"), field="scenes", code="shape")
    for scene in shape.scenes:
        spots = [spot.key for spot in scene.hotspots]
        if len(set(spots)) != len(spots):
            raise DomainError(_("两个热点的编号相同。请刷新页面后再试。"), field="scenes", code="shape")
    found: list[dict[str, Any]] = shape.model_dump(mode="json")["scenes"]
    return found


def _said(error: ValidationError) -> str:
    first = error.errors()[0]
    place = [part + 1 for part in first["loc"] if isinstance(part, int)]
    if first["type"] == "string_too_long":
        where = _("第 %(scene)s 个场景") % {"scene": place[0]} if place else ""
        return _("%(where)s有文字太长（名称最多 60 字，说明最多 1000 字）。") % {"where": where}
    if first["type"] == "too_long":
        return _("场景或热点太多了，每个场景最多 %(limit)d 个热点。") % {"limit": MAX_SPOTS}
    return _("导览的内容不完整或格式不对。请刷新页面后再试。")
