"""Sound recordings by structure (E1, E11)."""

from __future__ import annotations

import wave
from io import BytesIO
from pathlib import Path

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.materials.audio import AudioFacts, probe_audio
from skillweek.materials.judge import probe
from skillweek.materials.sniff import sniff

_CODECS = {"mp3": ("mp3", "libmp3lame"), "m4a": ("ipod", "aac")}


def recording(path: Path, seconds: int, kind: str, **tags: str) -> Path:
    """A silent recording of ``kind``, made by the real encoder."""
    if kind == "wav":
        with wave.open(str(path), "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(8000)
            writer.writeframes(bytes(16000 * seconds))
        return path
    muxer, codec = _CODECS[kind]
    with av.open(str(path), "w", format=muxer) as target:
        target.metadata.update(tags)
        stream = target.add_stream(codec, rate=44100, layout="mono")
        samples = av.AudioFrame(format="fltp" if kind == "m4a" else "s16p", layout="mono", samples=1024)
        samples.sample_rate = 44100
        for plane in samples.planes:
            plane.update(bytes(plane.buffer_size))
        for number in range(44100 * seconds // 1024):
            samples.pts = number * 1024
            target.mux(stream.encode(samples))
        target.mux(stream.encode(None))
    return path


@pytest.mark.requirement("E11")
@pytest.mark.parametrize("kind", ["mp3", "m4a", "wav"])
def test_a_recording_is_known_and_measured(tmp_path: Path, kind: str) -> None:
    facts = probe(recording(tmp_path / "a.bin", 3, kind), name=f"朗读.{kind}")
    assert isinstance(facts, AudioFacts)
    assert (facts.format, facts.complete) == (kind, True)
    assert facts.duration == pytest.approx(3, abs=0.15)


@pytest.mark.requirement("E11")
@pytest.mark.parametrize("kind", ["m4a", "wav"])
def test_half_a_recording_is_not_complete(tmp_path: Path, kind: str) -> None:
    path = recording(tmp_path / "a.bin", 2, kind)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    facts = probe_audio(path, "a", kind)
    assert not facts.complete


@pytest.mark.parametrize(
    "junk", [b"", b"ID3", b"ID3\x04\0\0\x7f\x7f\x7f\x7f", b"\xff\xfb" * 400, b"RIFF\xff\xff\xff\xffWAVE"]
)
def test_what_only_begins_like_one_is_none(tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(junk)
    assert not any(probe_audio(path, "a", kind).complete for kind in ("mp3", "m4a", "wav"))


@given(st.binary(max_size=600), st.sampled_from(["mp3", "m4a", "wav"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_probing_never_raises(tmp_path: Path, data: bytes, kind: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(
        {"mp3": b"ID3\x03\0\0\0\0\0\0", "m4a": b"\0\0\0\x18ftypM4A ", "wav": b"RIFF\0\0\0\0WAVEfmt "}[kind] + data
    )
    facts = probe_audio(path, "a", kind)
    assert facts.duration >= 0


def test_frames_without_a_tag_are_an_mp3() -> None:
    assert sniff(b"\xff\xfb\x90\x64" + bytes(400)) == "mp3"
    assert sniff(b"RIFF\0\0\0\0WAVEfmt ") == "wav"
    assert sniff(BytesIO(b"\xff\xd8\xff\xe0").read()) == "jpeg"
