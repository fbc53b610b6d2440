"""Copies of recordings and videos without what a device wrote beside them (E1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillweek.materials.judge import probe
from skillweek.uploads.remux import remux
from tests.materials.test_audio import recording

pytestmark = pytest.mark.requirement("E1")


@pytest.mark.parametrize("kind", ["mp3", "m4a", "wav"])
def test_a_recordings_copy_sounds_as_long_and_tells_nothing(tmp_path: Path, kind: str) -> None:
    source = recording(tmp_path / "a.bin", 2, kind, title="secret-place", comment="24.47N 118.08E")
    target = tmp_path / "copy"
    assert remux(source, target, source=kind, into=kind)
    facts = probe(target, name=f"a.{kind}")
    assert facts.format == kind
    assert facts.duration == pytest.approx(2, abs=0.15)  # type: ignore[attr-defined]
    assert b"secret-place" not in target.read_bytes()
    assert b"24.47N" not in target.read_bytes()


def test_what_is_no_recording_gives_no_copy(tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"ID3" + bytes(300))
    assert not remux(source, tmp_path / "copy", source="mp3", into="mp3")
