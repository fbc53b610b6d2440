"""``skillweek check`` as a school runs it: a process of its own, with no site, no database and no home (C7)."""

import json
import os
import pty
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest
from python_calamine import load_workbook

from skillweek.materials.layout import CAPTION_COLUMNS

from .conftest import EDITION
from .make import make_jpeg, make_sheet, make_zip, plain_jpeg, plain_mp4, sample_text

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/developer/check-output.schema.json").read_text(encoding="utf-8"))
#: Ends by saying whether Django or a database driver was loaded.
RUN = """
import sys
from skillweek.site.cli import main
try:
    main()
finally:
    assert not {"django", "sqlite3", "psycopg"} & set(sys.modules), "the check must not need the site"
"""


@pytest.fixture
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment without settings and with a home that cannot be used."""
    path = tmp_path_factory.mktemp("nowhere") / "home"
    path.write_text("a file, not a folder")
    kept = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT") if key in os.environ}
    home = str(path)
    return {**kept, "HOME": home, "SKILLWEEK_HOME": home, "PYTHONUTF8": "1", "PYTHONWARNINGS": "error"}


def check(*arguments: object, env: dict[str, str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN, "check", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=env, cwd=cwd, timeout=120)


def checked(*arguments: object, env: dict[str, str]) -> dict:
    done = check(*arguments, "--json", env=env)
    assert done.stderr == ""
    outcome = json.loads(done.stdout)
    jsonschema.validate(outcome, SCHEMA)
    assert done.returncode == (0 if outcome["ok"] else 1)
    return outcome


def found(outcome: dict) -> dict[str, list[str]]:
    return {item["path"]: [finding["code"] for finding in item["findings"]] for item in outcome["items"]}


@pytest.fixture(scope="module")
def day(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day's folder without errors, as a tidy school makes it."""
    root = tmp_path_factory.mktemp("day") / "示例学校5月14日"
    for folder in ("文字稿件", "照片", "视频", "媒体报道/示例日报 市级 2023-05-14《校园开放》"):
        (root / folder).mkdir(parents=True)
    shutil.copy(files / "good.docx", root / "文字稿件" / "活动概况.docx")
    shutil.copy(files / "good.jpg", root / "照片" / "01-茶艺展示.jpg")
    shutil.copy(files / "good.mp4", root / "视频" / "开放日.mp4")
    coverage = root / "媒体报道/示例日报 市级 2023-05-14《校园开放》"
    (coverage / "版面扫描.pdf").write_bytes(b"%PDF-1.4\n")
    (coverage / "现场照片.jpg").write_bytes(plain_jpeg())
    (coverage / "全文.txt").write_text("校园开放", encoding="utf-8")
    return root


@pytest.mark.requirement("C7")
def test_check_passes_a_fit_folder_with_exit_code_0(day, nowhere):
    done = check(day, env=nowhere)

    assert (done.returncode, done.stderr) == (0, "")
    assert "共 4 项：0 项有错误，0 项有提醒，4 项合格" in done.stdout
    assert "✓ 照片/01-茶艺展示.jpg  照片 2400×1600" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.requirement("C7")
def test_check_prints_the_documented_json(day, nowhere):
    outcome = checked(day, "--edition", EDITION, env=nowhere)

    assert (outcome["ok"], outcome["edition"]) == (True, "xiamen-2023")
    facts = {item["kind"]: item["facts"] for item in outcome["items"]}
    assert list(facts) == ["coverage", "manuscript", "photo", "video"]
    assert (facts["photo"]["width"], facts["photo"]["height"], facts["photo"]["format"]) == (2400, 1600, "jpeg")
    assert (facts["video"]["width"], facts["video"]["height"], facts["video"]["duration"]) == (1280, 720, 2.0)
    assert facts["manuscript"]["words"] == 1000
    assert (facts["coverage"]["level"], facts["coverage"]["published_on"]) == ("municipal", "2023-05-14")


@pytest.mark.requirement("C3")
@pytest.mark.requirement("C7")
def test_check_answers_errors_with_exit_code_1_and_what_to_do(tmp_path, nowhere):
    make_jpeg(tmp_path / "茶艺展示.jpg", 1080, 720, 0)

    done = check(tmp_path, env=nowhere)

    assert done.returncode == 1
    assert "✗ 照片《茶艺展示.jpg》宽 1080 像素，要求不低于 2000 像素。" in done.stdout
    assert "→ 微信会压缩图片，请从手机相册选择原图上传。" in done.stdout


@pytest.mark.requirement("C7")
@pytest.mark.parametrize(
    "arguments",
    [(), ("no-such-folder",), (".", "--report", "r.pdf"), (".", "--edition", "tests"), (".", "--what")],
)
def test_check_answers_wrong_use_with_exit_code_2(nowhere, arguments):
    done = check(*arguments, env=nowhere)

    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage:" in done.stderr


@pytest.mark.requirement("C7")
def test_check_names_what_is_wrong_in_an_editions_rules(tmp_path, nowhere):
    text = (EDITION / "material-rules.toml").read_text(encoding="utf-8")
    (tmp_path / "material-rules.toml").write_text(text.replace("min_width = 2000", 'min_width = "wide"'))

    done = check(tmp_path, "--edition", tmp_path, env=nowhere)

    assert done.returncode == 2
    assert "material-rules.toml: photo.min_width" in done.stderr


@pytest.mark.requirement("C7")
def test_check_shows_progress_on_a_terminal_only(tmp_path, nowhere, files):
    shutil.copy(files / "good.jpg", tmp_path / "茶艺展示.jpg")
    terminal, inner = pty.openpty()
    command = [sys.executable, "-c", RUN, "check", str(tmp_path)]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=inner, env={**nowhere, "TERM": "xterm"}, cwd=ROOT)
        os.close(inner)
        shown = os.read(terminal, 65536).decode()
    finally:
        os.close(terminal)

    assert done.returncode == 0
    assert "正在检查" in shown
    assert "100%" in shown
    assert "正在检查" not in check(tmp_path, env=nowhere).stderr


@pytest.mark.requirement("C7")
@pytest.mark.requirement("C14")
def test_check_understands_a_folder_as_schools_make_it(tmp_path, nowhere, files):
    root = tmp_path / "r"
    good = (files / "good.jpg").read_bytes()
    put = {
        "某校材料（最终版）/5.14/1.文字/概况.txt": sample_text(900).encode("gb18030"),
        "某校材料（最终版）/5.14/2.图片/IMG_0001.JPG": good,
        "某校材料（最终版）/5.14/2.图片/微信图片_20230514.jpg": good + b"\xff\xd8\xff" + bytes(10),
        "某校材料（最终版）/5.14/2.图片/截图.jpg": plain_jpeg(kind="PNG"),
        "某校材料（最终版）/5.14/2.图片/Thumbs.db": b"x",
        "某校材料（最终版）/5.14/2.图片/再发一次/茶艺.jpg": good,
        "某校材料（最终版）/5.14/短片.mp4": plain_mp4(),
        "某校材料（最终版）/5.14/没有后缀的照片": good + b"\0",
        "某校材料（最终版）/5.14/~$概况.docx": b"x",
        "某校材料（最终版）/5.14/名单.pdf": b"%PDF-1.4",
        "__MACOSX/某校材料（最终版）/._a": b"x",
    }
    for name, data in put.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    rows = [list(CAPTION_COLUMNS), ["IMG_0001", "护理专业学生为居民测量血压"], ["截图.jpg", "茶艺专业学生表演"]]
    make_sheet(root / "某校材料（最终版）/5.14/2.图片/图片说明.xlsx", rows)

    outcome = checked(root, env=nowhere)

    start = "某校材料（最终版）/5.14/"
    assert {item["path"].removeprefix(start): item["kind"] for item in outcome["items"]} == {
        "1.文字/概况.txt": "manuscript",
        "2.图片/IMG_0001.JPG": "photo",
        "2.图片/微信图片_20230514.jpg": "photo",
        "2.图片/截图.jpg": "photo",
        "2.图片/再发一次/茶艺.jpg": "photo",
        "短片.mp4": "video",
        "没有后缀的照片": "photo",
        "名单.pdf": "other",
    }
    assert {path.removeprefix(start): codes for path, codes in found(outcome).items()} == {
        "1.文字/概况.txt": [],
        "2.图片/IMG_0001.JPG": [],
        "2.图片/微信图片_20230514.jpg": ["photo.caption"],
        "2.图片/截图.jpg": ["photo.false_type", "photo.width", "photo.size"],
        "2.图片/再发一次/茶艺.jpg": ["file.duplicate"],
        "短片.mp4": ["video.short_side"],
        "没有后缀的照片": [],
        "名单.pdf": ["file.ignored"],
    }


@pytest.mark.requirement("C7")
def test_check_says_the_same_of_a_folder_and_of_its_zip(day, tmp_path, nowhere):
    shutil.make_archive(str(tmp_path / "a"), "zip", day.parent)

    folder, archive = checked(day.parent, env=nowhere), checked(tmp_path / "a.zip", env=nowhere)

    assert archive == folder


@pytest.mark.requirement("C7")
def test_check_reads_gbk_names_and_refuses_what_leads_outside(tmp_path, nowhere):
    make_zip(
        tmp_path / "a.zip",
        {
            "某校/文字稿件/概况.txt".encode("gb18030"): sample_text(900).encode(),
            "../../../tmp/escape.jpg": plain_jpeg(),
            "C:\\windows\\escape.jpg": plain_jpeg(),
        },
    )

    outcome = checked(tmp_path / "a.zip", env=nowhere)

    assert found(outcome) == {
        "某校/文字稿件/概况.txt": [],
        "../../../tmp/escape.jpg": ["package.refused"],
        "C:\\windows\\escape.jpg": ["package.refused"],
    }
    assert not list(tmp_path.parent.rglob("escape.jpg"))


@pytest.mark.requirement("C7")
def test_check_refuses_bombs_and_checks_the_rest(tmp_path, nowhere):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("照片/bomb.jpg", bytes(50_000_000))
        archive.writestr("文字/概况.txt", sample_text(900))

    assert found(checked(tmp_path / "a.zip", env=nowhere)) == {
        "文字/概况.txt": [],
        "照片/bomb.jpg": ["package.refused"],
    }


@pytest.mark.requirement("C7")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"Rar!\x1a\x07\x01\0" + bytes(100), "package.unreadable"),
        (b"PK\x03\x04broken" + bytes(100), "package.unreadable"),
        (b"PK\x05\x06" + bytes(18), "package.empty"),
    ],
)
def test_check_explains_archives_that_do_not_open_or_hold_nothing(tmp_path, nowhere, data, code):
    (tmp_path / "a.zip").write_bytes(data)

    assert list(found(checked(tmp_path / "a.zip", env=nowhere)).values()) == [[code]]


@pytest.mark.requirement("C7")
def test_check_writes_a_page_to_read(tmp_path, nowhere):
    root = tmp_path / "<b>某校"
    root.mkdir()
    make_jpeg(root / "茶艺&展示.jpg", 1080, 720, 0)

    done = check(root, "--report", tmp_path / "r.html", env=nowhere)
    page = (tmp_path / "r.html").read_text(encoding="utf-8")

    assert (done.returncode, f"报告已写到：{tmp_path / 'r.html'}" in done.stdout) == (1, True)
    assert "照片《茶艺&amp;展示.jpg》宽 1080 像素，要求不低于 2000 像素。" in page
    assert "微信会压缩图片" in page
    assert "&lt;b&gt;某校" in page
    assert "<script" not in page
    assert '<html lang="zh-CN">' in page


@pytest.mark.requirement("C7")
def test_check_writes_a_workbook_to_pass_on(tmp_path, nowhere, files):
    root = tmp_path / "r"
    root.mkdir()
    make_jpeg(root / "=1+1 茶艺展示.jpg", 1080, 720, 0)
    shutil.copy(files / "good.jpg", root / "护理服务.jpg")

    check(root, "--report", tmp_path / "r.xlsx", "--lang", "en", env=nowhere)
    rows = load_workbook(str(tmp_path / "r.xlsx")).get_sheet_by_index(0).to_python()

    assert rows[0] == ["File", "Kind", "Measured", "Severity", "Finding", "What to do", "Code"]
    assert [row[0] for row in rows[1:4]] == ["=1+1 茶艺展示.jpg", "=1+1 茶艺展示.jpg", "护理服务.jpg"]
    assert [row[6] for row in rows[1:4]] == ["photo.width", "photo.size", ""]
    assert rows[1][4] == "Photo “=1+1 茶艺展示.jpg” is 1080 pixels wide; at least 2000 are asked for."
    assert rows[3][3] == "fine"
    assert rows[-1][0].startswith("2 items: 1 with errors")


@pytest.mark.requirement("C7")
def test_check_with_full_decodes(tmp_path, nowhere, files):
    data = bytearray((files / "good.jpg").read_bytes())
    data[1_000_000:1_040_000] = b"\x55" * 40_000
    (tmp_path / "茶艺展示.jpg").write_bytes(data)

    assert found(checked(tmp_path, env=nowhere)) == {"茶艺展示.jpg": []}
    outcome = checked(tmp_path, "--full", env=nowhere)

    assert found(outcome) == {"茶艺展示.jpg": ["photo.damaged"]}
    assert outcome["items"][0]["facts"]["decodable"] is False


@pytest.mark.requirement("C7")
def test_check_keeps_control_characters_off_the_terminal(tmp_path, nowhere):
    (tmp_path / "\x1b[2J茶艺.txt").write_text("短")

    assert "\x1b" not in check(tmp_path, env=nowhere).stdout


@pytest.mark.requirement("C7")
def test_the_installed_package_brings_an_edition_along(tmp_path, nowhere, day):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "installed")

    done = check(day, "--json", env={**nowhere, "PYTHONPATH": str(tmp_path / "installed")}, cwd=tmp_path)

    assert done.stderr == ""
    assert json.loads(done.stdout)["edition"] == "xiamen-2023"


@pytest.mark.requirement("C7")
@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_check_writes_to_any_terminal_and_json_always_in_utf8(tmp_path, nowhere, encoding):
    (tmp_path / "𠮷野家✗.txt").write_text("短", encoding="utf-8")
    env = {key: value for key, value in nowhere.items() if key != "PYTHONUTF8"} | {"PYTHONIOENCODING": encoding}
    command = [sys.executable, "-c", RUN, "check", str(tmp_path)]

    plain = subprocess.run(command, capture_output=True, env=env, cwd=ROOT)
    as_json = subprocess.run([*command, "--json"], capture_output=True, env=env, cwd=ROOT)

    assert (plain.returncode, plain.stderr) == (1, b"")
    assert "720".encode(encoding) in plain.stdout
    assert json.loads(as_json.stdout.decode("utf-8"))["items"][0]["path"] == "𠮷野家✗.txt"
