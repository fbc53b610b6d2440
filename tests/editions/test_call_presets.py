"""Presets of calls for works are data of the edition (A4, E1, E7, E11)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from skillweek.editions.models import Edition
from skillweek.editions.schema_calls import CallPreset

SNAP: dict[str, Any] = {"code": "a", "face": "contest", "name": "美拍", "title": "我镜头里的技能之美"}


@pytest.mark.requirement("A4")
@pytest.mark.requirement("E11")
def test_the_notices_calls_come_with_the_edition(edition: Edition) -> None:
    found = {each.code: each for each in edition.doc.call_presets}
    assert {code: each.face for code, each in found.items()} == {
        "snap": "contest", "relay": "relay", "films": "collection", "reading": "collection", "people": "collection",
    }  # fmt: skip
    values = found["reading"].first_values()
    assert (values["takes_video"], values["takes_audio"], values["takes_text"]) == (False, True, True)
    assert (values["photos_max"], values["text_max"], values["groups"]) == (3, 1500, [])
    assert found["people"].first_values()["groups"] == ["学生风采", "名师风采", "校友风采"]


@pytest.mark.parametrize(
    "change", [{"face": "raffle"}, {"takes": "video smell"}, {"photos_max": 21}, {"video_seconds": 1}, {"name": ""}]
)
def test_nonsense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CallPreset(**{**SNAP, **change})
