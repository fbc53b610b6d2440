"""Measure ``skillweek check`` against reading and hashing, and against ImageMagick and ffprobe (C3, C4, C7).

    python benchmarks/check.py [--photos 100] [--photo-mb 4] [--video-mb 200] [--rounds 5] [--folder DIR]

Makes real JPEGs and one real mp4, then times, each the best of several rounds and taken in turns so that a busy machine
disturbs all alike:

- ``read + SHA-256``: one sequential read of every file, hashed while reading, nothing else;
- ``check``: the whole structural pass as ``skillweek check`` runs it: find the files, hash, probe, judge;
- ``probe and judge``: the same without hashing, file after file in one thread;
- ``headers alone``: the same parsers on the first 64 KiB of each photo and the boxes of the video: format, displayed
  size, camera, duration, and nothing about what follows;
- ``identify, ffprobe``: one process per file. ``identify`` as it stands reads a photo's header: format and stored size.
  With ``%[orientation]`` it also tells the displayed size that the rule is about, as the judge does; it decodes
  the photo for that. Neither says whether the file is whole; the judge reads every byte to know;
- ``decode``: what ``--full`` adds: every pixel of the photos, samples of the video.

"Cold" drops the files from the page cache before each round (Linux).
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from skillweek.materials.checking import check_path  # noqa: E402
from skillweek.materials.edition_folder import load_rules  # noqa: E402
from skillweek.materials.findings import Kind  # noqa: E402
from skillweek.materials.jpeg import read_jpeg  # noqa: E402
from skillweek.materials.judge import decode, judge, probe  # noqa: E402
from skillweek.site.samples import make_photo, make_video  # noqa: E402

RULES = load_rules(ROOT / "editions" / "xiamen-2023")
#: Scenes really drawn; the other photos are these with a comment of their own, so that no two are the same file.
SCENES = 8
MB = 1_000_000


def make_files(folder: Path, photos: int, photo_bytes: int, video_bytes: int) -> None:
    """Write the photos and the video."""
    (folder / "照片").mkdir(parents=True)
    (folder / "视频").mkdir()
    scenes = []
    for seed in range(min(SCENES, photos)):
        path = make_photo(folder / "scene.jpg", width=4000, height=3000, min_bytes=photo_bytes, seed=seed)
        scenes.append(path.read_bytes())
        path.unlink()
    for number in range(photos):
        data, note = scenes[number % len(scenes)], f"{number:08}".encode()
        comment = b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note
        (folder / "照片" / f"{number:03} 茶艺专业学生表演.jpg").write_bytes(data[:2] + comment + data[2:])
    clip = make_video(folder / "clip.mp4", width=1280, height=720, seconds=4, grain=60, bit_rate=40 * MB)
    repeat(clip, folder / "视频" / "开放日.mp4", video_bytes)
    clip.unlink()


def repeat(clip: Path, out: Path, size: int) -> None:
    """Write ``clip`` again and again into one mp4 of about ``size`` bytes, without encoding it anew."""
    import av

    with av.open(str(out), "w", options={"movflags": "faststart"}) as output:
        stream: Any = None
        offset = written = 0
        while written < size:
            with av.open(str(clip)) as source:
                video = source.streams.video[0]
                stream = stream or output.add_stream_from_template(video)
                for packet in source.demux(video):
                    if packet.dts is None:
                        continue
                    packet.pts, packet.dts, packet.stream = packet.pts + offset, packet.dts + offset, stream
                    written += packet.size
                    output.mux(packet)
                offset += video.duration


def read_and_hash(files: list[Path]) -> None:
    """The yardstick: one sequential read and SHA-256."""
    for path in files:
        with path.open("rb", buffering=0) as stream:
            hashlib.file_digest(stream, "sha256").hexdigest()


def probe_and_judge(files: list[Path]) -> None:
    """What the judge does to each file, without hashing."""
    for path in files:
        kind = Kind.VIDEO if path.suffix == ".mp4" else Kind.PHOTO
        assert not judge(probe(path, kind), RULES, caption="茶艺专业学生表演")


def read_headers(files: list[Path]) -> None:
    """What ``identify`` and ``ffprobe`` look at, by the judge's parsers."""
    for path in files:
        if path.suffix == ".mp4":
            assert probe(path, Kind.VIDEO).format == "mp4"
        else:
            with path.open("rb") as stream:
                assert read_jpeg(io.BytesIO(stream.read(64 * 1024))).width


def decode_all(files: list[Path]) -> None:
    """What the full pass adds."""
    for path in files:
        kind = Kind.VIDEO if path.suffix == ".mp4" else Kind.PHOTO
        assert getattr(decode(path, probe(path, kind), RULES), "decodable", False)


def run_tools(files: list[Path], *asked: str) -> None:
    """Ask the usual programs, one process per file."""
    for path in files:
        if path.suffix == ".mp4":
            command = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)]
        else:
            command = ["identify", *asked, str(path)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def drop_from_cache(files: list[Path]) -> None:
    """Tell the system that it need not keep the files in memory."""
    os.sync()
    for path in files:
        descriptor = os.open(path, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def cpu_seconds() -> float:
    """Processor time of this process and of its children so far."""
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def measure(
    runs: dict[str, Callable[[], object]], rounds: int, before: Callable[[], object]
) -> dict[str, tuple[float, float]]:
    """Return name → (seconds, processor seconds), the best of ``rounds``, taken in turns."""
    best: dict[str, tuple[float, float]] = {}
    for _ in range(rounds):
        for name, run in runs.items():
            before()
            cpu, start = cpu_seconds(), time.perf_counter()
            run()
            taken = (time.perf_counter() - start, cpu_seconds() - cpu)
            best[name] = min(best.get(name, taken), taken)
    return best


def main() -> None:
    """Make the files, measure, print a Markdown table and whether the targets are met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=int, default=100)
    parser.add_argument("--photo-mb", type=float, default=4)
    parser.add_argument("--video-mb", type=float, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="Keep the files here and use them again.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="skillweek-bench-") as scratch:
        folder = (options.folder or Path(scratch)) / "package"
        if not folder.exists():
            make_files(folder, options.photos, int(options.photo_mb * MB), int(options.video_mb * MB))
        report(folder, options.rounds)


def report(folder: Path, rounds: int) -> None:
    """Measure on the files of ``folder`` and print."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in files)
    outcome = check_path(folder, RULES, "bench")
    assert outcome.ok and len(outcome.items) == len(files)
    runs: dict[str, Callable[[], object]] = {
        "read + SHA-256": lambda: read_and_hash(files),
        "check": lambda: check_path(folder, RULES, "bench"),
        "probe and judge": lambda: probe_and_judge(files),
        "headers alone": lambda: read_headers(files),
    }
    slow: dict[str, Callable[[], object]] = {"decode": lambda: decode_all(files)}
    if shutil.which("identify") and shutil.which("ffprobe"):
        slow["identify, ffprobe"] = lambda: run_tools(files)
        slow["identify with orientation, ffprobe"] = lambda: run_tools(files, "-format", "%m %w %h %[orientation]")
    warm = measure(runs, rounds, lambda: None) | measure(slow, max(1, rounds // 2), lambda: None)
    cold = measure(runs, rounds, lambda: drop_from_cache(files)) if hasattr(os, "posix_fadvise") else {}

    about = f"{platform.system()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{len(files)} files, {size / MB:.0f} MB; {about}\n")
    print("| | seconds | processor seconds | × read + SHA-256 |\n|---|---|---|---|")
    for label, taken in (("", warm), (", cold", cold)):
        for name, (seconds, cpu) in taken.items():
            print(f"| {name}{label} | {seconds:.3f} | {cpu:.3f} | {seconds / taken['read + SHA-256'][0]:.2f} |")
    print(f"\ndecoding adds {warm['decode'][0] - warm['probe and judge'][0]:.1f} s")
    for name in (name for name in slow if name != "decode"):
        for ours in ("headers alone", "probe and judge", "check"):
            print(f"{name}: {warm[name][0] / warm[ours][0]:.1f} × {ours}")


if __name__ == "__main__":
    main()
