import shutil
import struct
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from skillweek.materials.findings import Severity
from skillweek.materials.video import decode_video, judge_video, probe_video, video_poster

from .conftest import codes
from .make import box, make_mp4, plain_jpeg, plain_mp4


@pytest.mark.requirement("C4")
def test_judge_video_passes_a_fit_video(files, rules):
    facts = decode_video(files / "good.mp4", probe_video(files / "good.mp4"))

    assert (facts.width, facts.height, facts.duration, facts.video_codec) == (1280, 720, 2.0, "avc1")
    assert (facts.fast_start, facts.complete, facts.decodable, facts.has_audio) == (True, True, True, False)
    assert judge_video(facts, rules.video) == []


@pytest.mark.requirement("C4")
@pytest.mark.parametrize(
    ("width", "height", "found"),
    [(320, 240, ["video.short_side"]), (854, 480, ["video.advised"]), (720, 1280, []), (1920, 1080, [])],
)
def test_judge_video_measures_the_shorter_side(tmp_path, rules, width, height, found):
    make_mp4(tmp_path / "a.mp4", width, height, 0.2, rate=10)

    assert codes(judge_video(probe_video(tmp_path / "a.mp4"), rules.video)) == found


@pytest.mark.requirement("C4")
def test_rotation_turns_the_size(tmp_path):
    data = bytearray(plain_mp4())
    matrix = data.index(b"tkhd") + 4 + 40
    data[matrix : matrix + 36] = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    (tmp_path / "a.mp4").write_bytes(data)

    facts = probe_video(tmp_path / "a.mp4")

    assert (facts.width, facts.height, facts.rotation) == (120, 160, 90)
    assert video_poster(tmp_path / "a.mp4", tmp_path / "p.jpg") is True
    assert Image.open(tmp_path / "p.jpg").size == (120, 160)


@pytest.mark.requirement("C4")
@pytest.mark.parametrize("part", [0.3, 0.7, 0.99])
def test_truncated_videos_are_errors(tmp_path, rules, part):
    data = plain_mp4()
    (tmp_path / "a.mp4").write_bytes(data[: int(len(data) * part)])

    found = codes(judge_video(probe_video(tmp_path / "a.mp4"), rules.video))

    assert {"video.truncated", "video.no_moov"} & set(found)


@pytest.mark.requirement("C4")
def test_a_truncated_video_whose_boxes_were_mended_is_still_found_by_its_samples(tmp_path, rules):
    # Size 0 means “to the end of the file”: only the sample table tells that half is missing.
    data = bytearray(plain_mp4())
    mdat = data.index(b"mdat") - 4
    data[mdat : mdat + 4] = bytes(4)
    (tmp_path / "a.mp4").write_bytes(data[: mdat + 200])

    assert "video.truncated" in codes(judge_video(probe_video(tmp_path / "a.mp4"), rules.video))


@pytest.mark.requirement("C4")
def test_a_video_without_its_index_is_an_error(tmp_path, rules):
    data = plain_mp4(fast_start=False)
    (tmp_path / "a.mp4").write_bytes(data[: data.index(b"moov") - 4])

    assert codes(judge_video(probe_video(tmp_path / "a.mp4"), rules.video)) == ["video.no_moov"]


@pytest.mark.requirement("C4")
def test_an_index_at_the_end_is_advice(tmp_path, rules):
    make_mp4(tmp_path / "a.mp4", 1280, 720, 0.2, rate=10, fast_start=False)

    findings = judge_video(probe_video(tmp_path / "a.mp4"), rules.video)

    assert [(f.code, f.severity) for f in findings] == [("video.fast_start", Severity.ADVICE)]


@pytest.mark.requirement("C4")
def test_fragmented_videos_have_their_duration(tmp_path):
    (tmp_path / "a.mp4").write_bytes(plain_mp4(fast_start=False, fragmented=True))

    facts = probe_video(tmp_path / "a.mp4")

    assert (facts.fragmented, facts.duration, facts.complete) == (True, 1.0, True)


@pytest.mark.requirement("C14")
@pytest.mark.parametrize(("container", "label"), [("mov", "MOV"), ("matroska", "MKV"), ("avi", "AVI"), ("flv", "FLV")])
def test_renamed_videos_are_named_as_what_they_are(tmp_path, rules, container, label):
    make_mp4(tmp_path / "a.mp4", 640, 480, 0.2, rate=10, container=container, fast_start=False)

    finding = judge_video(probe_video(tmp_path / "a.mp4"), rules.video)[0]

    assert finding.code == "video.false_type"
    assert label in finding.message


@pytest.mark.requirement("C14")
def test_a_picture_named_mp4_is_an_error(tmp_path, rules):
    (tmp_path / "a.mp4").write_bytes(plain_jpeg())

    assert codes(judge_video(probe_video(tmp_path / "a.mp4"), rules.video)) == ["video.false_type"]


@pytest.mark.requirement("C4")
def test_two_hundred_megabytes_are_read_leniently(files, rules):
    from dataclasses import replace

    facts = probe_video(files / "good.mp4")
    limit = 200 * 1024 * 1024
    exactly, above = (replace(facts, bytes=size, expected_bytes=size) for size in (limit, limit + 1))

    assert judge_video(exactly, rules.video) == []
    assert judge_video(above, rules.video)[0].message == "视频《good.mp4》大小 200.01 MB，要求不超过 200 MB。"


@pytest.mark.requirement("C4")
def test_codecs_that_phones_do_not_play_are_errors(tmp_path, rules):
    (tmp_path / "a.mp4").write_bytes(plain_mp4().replace(b"avc1", b"apcn"))

    finding = next(f for f in judge_video(probe_video(tmp_path / "a.mp4"), rules.video) if f.code == "video.codec")

    assert "ProRes" in finding.message


@pytest.mark.requirement("C4")
def test_sound_alone_is_no_video(tmp_path, rules):
    (tmp_path / "a.mp4").write_bytes(plain_mp4().replace(b"vide", b"soun"))

    assert "video.no_video" in codes(judge_video(probe_video(tmp_path / "a.mp4"), rules.video))


@pytest.mark.requirement("C4")
def test_decoding_finds_destroyed_frames(tmp_path, files, rules):
    data = bytearray((files / "good.mp4").read_bytes())
    start = data.index(b"mdat") + 4
    data[start:] = bytes(len(data) - start)
    (tmp_path / "a.mp4").write_bytes(data)

    facts = decode_video(tmp_path / "a.mp4", probe_video(tmp_path / "a.mp4"))

    assert (facts.complete, facts.decodable) == (True, False)
    assert codes(judge_video(facts, rules.video)) == ["video.damaged"]


@pytest.mark.requirement("C4")
def test_hostile_boxes_do_not_cost_time(tmp_path):
    header = box(b"ftyp", b"isom\0\0\0\0isom")
    endless = struct.pack(">I4sQ", 1, b"mdat", 2**63)
    nested = b"".join(struct.pack(">I4s", 0, b"moof") + struct.pack(">I4s", 0x7FFFFFFF, b"traf") for _ in range(20_000))
    many = box(b"free") * 100_000
    start = time.perf_counter()
    for number, body in enumerate((endless, nested, many, box(b"moov", nested), box(b"moov", box(b"trak", many)))):
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(header + body)
        probe_video(path)

    assert time.perf_counter() - start < 10


@pytest.mark.requirement("C4")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=2000)
@given(fragmented=st.booleans(), data=st.data())
def test_probe_video_never_raises_on_mutated_files(tmp_path, rules, fragmented, data):
    content = bytearray(plain_mp4(fast_start=not fragmented, fragmented=fragmented))
    for _ in range(data.draw(st.integers(0, 8))):
        place = data.draw(st.integers(8, min(len(content) - 1, 1500)))
        content[place] = data.draw(st.sampled_from([0, 1, 8, 127, 255, 7]))
    path = tmp_path / "m.mp4"
    path.write_bytes(bytes(content[: data.draw(st.integers(12, len(content)))]))

    judge_video(probe_video(path), rules.video)


@pytest.mark.requirement("C4")
def test_decoding_survives_files_that_structure_does_not_catch(tmp_path):
    # In a process of its own: a crash of the decoder must fail this test, not end the run.
    (tmp_path / "a.mp4").write_bytes(plain_mp4()[:600] + bytes(range(256)) * 20)
    code = (
        "import sys, pathlib; from skillweek.materials.video import *; p = pathlib.Path(sys.argv[1]);"
        "print(decode_video(p, probe_video(p)).decodable, video_poster(p, p.with_suffix('.jpg')))"
    )

    done = subprocess.run([sys.executable, "-c", code, tmp_path / "a.mp4"], capture_output=True, text=True, check=True)

    assert done.stdout.strip() in ("False False", "None False")


def test_video_poster_refuses_what_is_no_video(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"not a video")
    shutil.copy(tmp_path / "a.mp4", tmp_path / "b.mp4")

    assert video_poster(tmp_path / "a.mp4", tmp_path / "p.jpg") is False
