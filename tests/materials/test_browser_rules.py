"""The phone says what the judge says: its pre-check in node on generated and real material (C2–C4, C6, C14)."""

import json
import re
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillweek.materials import sniff
from skillweek.materials.browser_rules import browser_rules
from skillweek.materials.facts import ManuscriptFacts, PhotoFacts, VideoFacts
from skillweek.materials.findings import Finding, Kind
from skillweek.materials.judge import judge, probe
from skillweek.materials.manuscript import judge_manuscript
from skillweek.materials.messages import MESSAGES
from skillweek.materials.words import count_words

from .make import make_jpeg, make_mp4, plain_jpeg, plain_mp4, sample_text
from .test_captions import EMPTY, TELLING

FRONTEND = Path(__file__).parents[2] / "frontend"
#: What needs the whole file, a name's ending, a codec or a guess is for the server alone.
SERVER_ONLY = {
    "photo.extension", "photo.recompressed", "photo.truncated", "photo.damaged", "video.extension", "video.codec",
    "video.fast_start", "video.truncated", "video.damaged", "video.no_moov", "video.no_video", "manuscript.source",
}  # fmt: skip
TEXTS = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("职业教育，。！？、：“”‘’…—·（）《》　 \t\n\u00a0\u200b\ufeffAb1２Ｃ①㈠カﾊ𠮷é'-/.%"),
    ),
    max_size=200,
)
#: Python and JavaScript trim different ones of these; no keyboard writes them.
UNTYPED = re.compile("[\x00-\x1f\x7f-\x9f\ufeff]")
NAMES = st.text(alphabet="IMG_微信图片照相第张0123456789年月日茶艺展示 -.jpgpngabcdef()（）第上午", max_size=40)
PICTURES = [name for name, entry in sniff.FORMATS.items() if entry.kind is Kind.PHOTO]


def typed(text: str) -> str:
    return UNTYPED.sub("", text)


class Phone:
    """The pre-check of the front end in node, with one rule file."""

    def __init__(self, data: dict, folder: Path) -> None:
        (folder / "rules.json").write_text(json.dumps(data), encoding="utf-8")
        bundle = folder / "precheck.mjs"
        esbuild = FRONTEND / "node_modules" / ".bin" / "esbuild"
        options = ["--bundle", "--format=esm", "--platform=node", "--log-level=error", f"--outfile={bundle}"]
        subprocess.run([esbuild, FRONTEND / "src/lib/precheck.ts", *options], check=True)
        command = ["node", Path(__file__).with_name("phone.mjs"), folder / "rules.json", bundle]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def ask(self, **question: object) -> object:
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def data(rules) -> dict:
    return browser_rules(rules)


@pytest.fixture(scope="module")
def phone(data, tmp_path_factory) -> Iterator[Phone]:
    if not shutil.which("node") or not (FRONTEND / "node_modules").is_dir():
        pytest.skip("needs node and the front end's packages")
    phone = Phone(data, tmp_path_factory.mktemp("phone"))
    yield phone
    phone.process.stdin.close()
    phone.process.wait(10)
    phone.process.stdout.close()


def server(findings: list[Finding]) -> list[dict]:
    """The judge's findings as the phone would say them."""
    return in_order([finding.as_dict() for finding in findings if finding.code not in SERVER_ONLY])


def in_order(findings: list[dict]) -> list[dict]:
    return sorted(findings, key=lambda finding: finding["code"])


@pytest.mark.requirement("C6")
def test_browser_rules_are_plain_json_in_the_judges_words(data):
    assert json.loads(json.dumps(data)) == data
    for check in (check for checks in data["checks"].values() for check in checks):
        message = MESSAGES[check["code"]]
        assert check["severity"] == message.severity
        assert check["message"] == {"zh": message.zh, "en": message.en}
        assert check["todo"] == {"zh": message.todo, "en": message.todo_en}


@pytest.mark.requirement("C2")
@settings(max_examples=400, deadline=None)
@given(text=TEXTS)
def test_the_phone_counts_words_as_the_judge_does(phone, text):
    assert phone.ask(do="words", text=text) == count_words(text)


@pytest.mark.requirement("C3")
@settings(max_examples=400, deadline=None)
@given(caption=st.one_of(st.sampled_from(EMPTY + TELLING), NAMES, TEXTS.map(typed)))
def test_the_phone_judges_captions_as_the_judge_does(phone, rules, caption):
    fit = PhotoFacts(name="a.jpg", bytes=3_000_000, format="jpeg", width=2400, height=1600, complete=True, camera="x")

    assert phone.ask(do="caption", text=caption, name="a.jpg") == server(judge(fit, rules, caption=caption))


@pytest.mark.requirement("C2")
@settings(max_examples=60, deadline=None)
@given(words=st.one_of(st.integers(0, 2000), st.sampled_from([0, 719, 720, 799, 800, 1500, 1501, 1650, 1651])))
def test_the_phone_judges_lengths_as_the_judge_does(phone, rules, words):
    text = sample_text(words)
    facts = {"bytes": 5000, "format": "docx", "words": count_words(text)}

    said = phone.ask(do="judge", kind="manuscript", facts=facts, name="概况.docx")

    assert said == server(judge_manuscript(text, rules.manuscript, "概况.docx"))


@pytest.mark.requirement("C3")
@pytest.mark.requirement("C14")
@settings(max_examples=400, deadline=None)
@given(
    format=st.sampled_from([*PICTURES, "docx", "pdf", "mp4", "unknown"]),
    width=st.one_of(st.integers(1, 20_000), st.sampled_from([1999, 2000])),
    height=st.integers(1, 20_000),
    size=st.one_of(st.integers(0, 70_000_000), st.sampled_from([0, 1_999_999, 2_000_000, 62_914_560, 62_914_561])),
    name=st.sampled_from(["a.jpg", "a.png", "a.JPEG", "a", "茶艺.heic", "a.b.", "a.docx", "a.xyz"]),
)
def test_the_phone_judges_photos_as_the_judge_does(phone, rules, format, width, height, size, name):
    facts = {"name": name, "bytes": size, "format": format, "width": width, "height": height}

    said = phone.ask(do="judge", kind="photo", facts=facts, name=name)

    assert in_order(said) == server(judge(PhotoFacts(**facts, complete=True), rules))


@pytest.mark.requirement("C4")
@pytest.mark.requirement("C14")
@settings(max_examples=400, deadline=None)
@given(
    format=st.sampled_from(["mp4", "mov", "3gp"]),
    width=st.one_of(st.integers(1, 4000), st.sampled_from([479, 480, 720, 1279, 1280])),
    height=st.one_of(st.integers(1, 4000), st.sampled_from([479, 480, 719, 720, 1280])),
    size=st.one_of(st.integers(0, 400_000_000), st.sampled_from([209_715_200, 209_715_201])),
    duration=st.sampled_from([0.0, 0.5, 600.0]),
    name=st.sampled_from(["a.mp4", "a.m4v", "a.mov", "a", "a.jpg", "a.docx"]),
)
def test_the_phone_judges_videos_as_the_judge_does(phone, rules, format, width, height, size, duration, name):
    facts = {"name": name, "bytes": size, "format": format, "width": width, "height": height, "duration": duration}
    known = VideoFacts(**facts, video_codec="avc1", has_video=True, has_moov=True, fast_start=True, complete=True)

    said = phone.ask(do="judge", kind="video", facts=facts, name=name)

    assert in_order(said) == server(judge(known, rules))


@pytest.mark.requirement("C14")
@pytest.mark.parametrize("name", ["a.mp4", "a.avi", "a"])
@pytest.mark.parametrize("format", ["avi", "flv", "jpeg", "wmv", "zip", "docx", "unknown"])
def test_the_phone_names_false_videos_as_the_judge_does(phone, rules, format, name):
    facts = {"name": name, "bytes": 1000, "format": format}

    assert phone.ask(do="judge", kind="video", facts=facts, name=name) == server(judge(VideoFacts(**facts), rules))


@pytest.mark.requirement("C14")
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_the_phone_knows_formats_by_their_first_bytes(phone, data):
    magic = data.draw(st.sampled_from([magic for entry in sniff.FORMATS.values() for magic in entry.magic]))
    head = bytearray(data.draw(st.binary(min_size=600, max_size=700)))
    for offset, value in magic:
        head[offset : offset + len(value)] = value

    assert phone.ask(do="format", hex=bytes(head).hex()) == sniff.sniff(bytes(head), bytes(head))


@pytest.mark.requirement("C6")
@settings(max_examples=150, deadline=None)
@given(text=TEXTS, encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_the_phone_knows_texts_by_their_bytes(phone, text, encoding):
    head = text.encode(encoding)

    assert phone.ask(do="format", hex=head.hex()) == sniff.sniff(head, head)


@pytest.mark.requirement("C6")
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_the_phone_measures_real_photos_as_the_judge_does(phone, rules, tmp_path, orientation):
    path = make_jpeg(tmp_path / "茶艺.jpg", 1600, 1200, 0, orientation=orientation)
    facts = probe(path, Kind.PHOTO)

    said = phone.ask(do="file", path=str(path), name=path.name, kind="photo")

    assert (said["facts"]["width"], said["facts"]["height"]) == (facts.width, facts.height)
    assert said["facts"]["bytes"] == facts.bytes
    assert in_order(said["findings"]) == server(judge(facts, rules))


@pytest.mark.requirement("C6")
@pytest.mark.parametrize("fast_start", [True, False])
@pytest.mark.parametrize("turned", [True, False])
def test_the_phone_measures_real_videos_as_the_judge_does(phone, rules, tmp_path, fast_start, turned):
    path = make_mp4(tmp_path / "a.mp4", 640, 360, 1, rate=10, fast_start=fast_start)
    content = bytearray(path.read_bytes())
    if turned:
        matrix = content.index(b"tkhd") + 4 + 40
        content[matrix : matrix + 36] = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
        path.write_bytes(content)
    facts = probe(path, Kind.VIDEO)

    said = phone.ask(do="file", path=str(path), name=path.name, kind="video")

    assert (facts.width, facts.height) == ((360, 640) if turned else (640, 360))
    assert (said["facts"]["width"], said["facts"]["height"]) == (facts.width, facts.height)
    assert said["facts"]["duration"] == pytest.approx(facts.duration, abs=0.01)
    assert in_order(said["findings"]) == server(judge(facts, rules))


@pytest.mark.requirement("C6")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_phone_reads_texts_as_the_judge_does(phone, rules, tmp_path, encoding):
    path = tmp_path / "概况.txt"
    path.write_bytes(sample_text(850).encode(encoding))
    facts = probe(path, Kind.MANUSCRIPT)
    assert isinstance(facts, ManuscriptFacts)

    said = phone.ask(do="file", path=str(path), name=path.name, kind="manuscript")

    assert said["facts"]["words"] == facts.words == 850
    assert in_order(said["findings"]) == server(judge(facts, rules)) == []


@pytest.mark.requirement("C14")
def test_the_phone_knows_real_files(phone):
    for head, name in ((plain_jpeg(), "jpeg"), (plain_jpeg(kind="PNG"), "png"), (plain_mp4(), "mp4")):
        assert phone.ask(do="format", hex=head[:4096].hex()) == name


@pytest.mark.requirement("C6")
def test_another_editions_limits_reach_the_phone(rules):
    photo = rules.photo.model_copy(update={"min_width": 1920, "formats": ("jpeg", "png"), "caption_required": False})
    changed = browser_rules(rules.model_copy(update={"photo": photo}))

    limits = {check["measure"]: check["limit"] for check in changed["checks"]["photo"]}
    assert (limits["width"], limits["format"]) == (1920, ["jpeg", "png"])
    assert "caption" not in limits
    assert ".png" in changed["accept"]["photo"]
