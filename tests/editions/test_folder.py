"""An edition's folder: read, refused with file, key and what was expected, written back without loss (A4)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.editions.folder import EditionFolderError, Problem, folder_files, read_files, read_folder, write_folder
from skillweek.editions.schema import LISTS, EditionDocument
from tests.factories import EDITIONS

XIAMEN = EDITIONS / "xiamen-2023"
YUNSHAN = Path(__file__).parent / "yunshan-2031"

Change = Callable[[Path], object]


def _replace(name: str, old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def _problems(tmp_path: Path, change: Change) -> list[Problem]:
    folder = tmp_path / "edition"
    shutil.copytree(XIAMEN, folder)
    change(folder)
    with pytest.raises(EditionFolderError) as refused:
        read_folder(folder)
    return refused.value.problems


@pytest.mark.requirement("A4")
@pytest.mark.parametrize("folder", [XIAMEN, YUNSHAN], ids=lambda path: path.name)
def test_folder_is_written_back_without_loss(folder: Path, tmp_path: Path) -> None:
    document = read_folder(folder)

    write_folder(document, tmp_path / "once")
    write_folder(read_folder(tmp_path / "once"), tmp_path / "twice")

    assert read_folder(tmp_path / "once") == document
    assert folder_files(read_folder(tmp_path / "twice")) == folder_files(document)


@pytest.mark.requirement("A4")
def test_readings_of_the_limits_survive_export(tmp_path: Path) -> None:
    write_folder(read_folder(XIAMEN), tmp_path)

    limits = (tmp_path / "material-rules.toml").read_text(encoding="utf-8")

    assert '"photo.min_bytes" = "通知写“单张不低于2M”。按宽松理解：2M = 2 000 000 字节。"' in limits
    assert '"video.max_bytes" = "通知写“200M以内”。按宽松理解：200M = 200 MiB = 209 715 200 字节。"' in limits
    assert "min_bytes = 2000000\n" in limits
    assert "max_bytes = 209715200\n" in limits


@pytest.mark.requirement("A4")
@pytest.mark.parametrize(
    ("change", "file", "key", "expected"),
    [
        (_replace("edition.toml", 'theme = "', 'motto = "'), "edition.toml", "theme", "必填的一项"),
        (_replace("edition.toml", '"2023-05-14"', '"14.5.2023"'), "edition.toml", "starts_on", "日期，如 2023-05-14"),
        (_replace("edition.toml", '"2023-05-20"', '"2023-05-13"'), "edition.toml", "ends_on", "2023-05-14 当天或以后"),
        (_replace("edition.toml", "Asia/Shanghai", "Asia/Amoy"), "edition.toml", "zone", "时区名称，如 Asia/Shanghai"),
        (_replace("edition.toml", "days_after = 1", "days_after = -1"), "edition.toml", "report_deadline.days_after",
         "不小于 0 的数"),
        (_replace("edition.toml", '"12:00:00"', '"noon"'), "edition.toml", "report_deadline.time", "时刻，如 12:00"),
        (_replace("edition.toml", "summary_due_on =", "sumary_due_on ="), "edition.toml", "sumary_due_on",
         "没有这一项"),
        (_replace("edition.toml", "id =", "topics = []\nid ="), "edition.toml", "topics", "写在 topics.csv 里的内容"),
        (_replace("edition.toml", "id = ", "id "), "edition.toml", "", "有效的 TOML"),
        (_replace("material-rules.toml", "min_width = 2000", 'min_width = "wide"'), "material-rules.toml",
         "photo.min_width", "整数"),
        (_replace("material-rules.toml", '"jpeg"]', '"tga"]'), "material-rules.toml", "photo.formats.第 1 条",
         "其中之一"),
        (_replace("material-rules.toml", "max_words = 1500", "max_words = 700"), "material-rules.toml", "manuscript",
         "字数下限不大于上限"),
        (_replace("material-rules.toml", '"photo.min_bytes"', '"photo.least"'), "material-rules.toml",
         "readings.photo.least", "已有项目的名称"),
        (_replace("statistics-form.toml", 'kind = "text"', 'kind = "essay"'), "statistics-form.toml",
         "fields.第 23 条.kind", "其中之一"),
        (_replace("topics.csv", "digital,", "policy,"), "topics.csv", "", "每条代码不同，policy 出现了两次"),
        (_replace("outlets.csv", "fjrb,福建日报,provincial", "fjrb,福建日报,regional"), "outlets.csv", "第 9 条.level",
         "其中之一"),
        (_replace("contacts.csv", "郭明波,2667858", "郭明波"), "contacts.csv", "第 1 条", "与表头列数相同"),
        (_replace("contacts.csv", "郭明波", ""), "contacts.csv", "第 1 条.name", "必填的一项"),
        (_replace("sections.csv", "\ncase,", "\nstory,"), "sections.csv", "第 1 条.code", "其中之一"),
        (lambda folder: (folder / "sections.csv").unlink(), "sections.csv", "", "至少 1 条"),
        (lambda folder: (folder / "notice.md").unlink(), "notice.md", "", "文件夹里有这个文件"),
        (lambda folder: (folder / "edition.toml").unlink(), "edition.toml", "", "文件夹里有这个文件"),
        (lambda folder: (folder / "topics.csv").rename(folder / "topic.csv"), "topic.csv", "", "其中之一"),
        (lambda folder: (folder / "ideas.csv").write_bytes("代码".encode("gb18030")), "ideas.csv", "", "UTF-8"),
        (lambda folder: (folder / "ideas.csv").write_bytes(b"x" * (2 * 1024 * 1024 + 1)), "ideas.csv", "", "2 MB"),
        (lambda folder: (folder / "notice.md").write_text("通知\0"), "notice.md", "", "不含控制字符的文字"),
    ],
)  # fmt: skip
def test_fault_is_named_with_file_key_and_what_was_expected(
    change: Change, file: str, key: str, expected: str, tmp_path: Path
) -> None:
    problems = _problems(tmp_path, change)

    assert [(problem.file, problem.key) for problem in problems if expected in problem.expected] == [(file, key)]
    assert str(problems[0]).startswith(file)


@pytest.mark.requirement("A4")
def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    def change(folder: Path) -> None:
        _replace("edition.toml", "Asia/Shanghai", "Mars/Olympus")(folder)
        _replace("material-rules.toml", "min_width = 2000", "min_width = 0")(folder)
        _replace("outlets.csv", "xuexi,学习强国,national", "xuexi,学习强国,galactic")(folder)

    problems = _problems(tmp_path, change)

    assert [problem.file for problem in problems] == ["edition.toml", "outlets.csv", "material-rules.toml"]


def test_windows_line_ends_and_byte_order_mark_are_read_alike() -> None:
    plain = {path.name: path.read_bytes() for path in XIAMEN.iterdir() if path.is_file()}
    windows = {name: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n") for name, content in plain.items()}

    assert read_files(windows) == read_files(plain)


def test_other_files_in_the_folder_do_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / "edition"
    shutil.copytree(XIAMEN, folder)
    (folder / "README.txt").write_text("说明", encoding="utf-8")
    (folder / "notice.pdf").write_bytes(b"%PDF-1.7")

    assert read_folder(folder) == read_folder(XIAMEN)


# Any document at all -------------------------------------------------------------------------------------------------

_texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40) | st.sampled_from(
    [
        '逗号,"引号"',
        "第一行\n第二行",
        "=SUM(A1)",
        "'''",
        '"""',
        "a\\b",
        "#",
        " 空格 ",
        "\t制表",
        "𠮷野家 👍",
        "[x]\r\ny",
    ]
)
_filled = _texts.filter(lambda text: text.strip() != "")
_codes = st.from_regex(r"\A[a-z0-9][a-z0-9_-]{0,15}\Z")
_times = st.times().map(lambda value: time(value.hour, value.minute))
_days = st.dates(date(1990, 1, 1), date(2090, 1, 1))


def _rows(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    rows = st.fixed_dictionaries({"code": _codes, **columns})
    return st.lists(rows, max_size=4, unique_by=lambda row: row["code"])


_origins = st.sampled_from(["notice", "ours"])
_named = _rows(name=_filled, origin=_origins)
_figures = _rows(
    name=_filled,
    name_en=_filled,
    unit=_filled,
    help=_texts,
    maximum=st.integers(1, 10**12),
    counts=st.sampled_from(["", "sessions", "check-ins", "check-ins:parents+unknown"]),
    origin=_origins,
)
_outlets = _rows(name=_filled, level=st.sampled_from(["national", "district"]), origin=_origins)
_fields = st.fixed_dictionaries(
    {
        "code": _codes,
        "group": _filled,
        "name": _filled,
        "unit": _texts,
        "kind": st.sampled_from(["count", "text"]),
        "prefill": _texts,
        "help": _texts,
        "required": st.booleans(),
        "maximum": st.integers(1, 10**9),
        "max_words": st.integers(0, 20_000),
    }
)
_lists = {
    "topics": _rows(name=_filled, text=_filled),
    "contacts": _rows(department=_filled, name=_filled, phone=_filled),
    "city_activities": _rows(name=_filled, time_and_place=_texts),
    "outreach": _rows(group=_filled, name=_filled),
    "forms": _named,
    "online": _named,
    "outlets": _outlets,
    "report_figures": _figures,
}


@st.composite
def _documents(draw: st.DrawFn) -> EditionDocument:
    data = read_folder(XIAMEN).model_dump(mode="json")
    start = draw(_days)
    data |= {name: draw(rows) for name, rows in _lists.items()}
    data |= {"title": draw(_filled), "theme": draw(_filled), "mailbox": draw(_texts), "notice": draw(_filled)}
    data |= {"starts_on": start, "ends_on": start + timedelta(days=draw(st.integers(0, 59)))}
    data["readings"] = draw(st.dictionaries(st.sampled_from(["title", "source.issuers"]), _texts))
    data["report_reminders"] = draw(st.lists(_times, max_size=3))
    data["report_deadline"] = {"days_after": draw(st.integers(0, 30)), "time": draw(_times)}
    data["source"]["recipients"] = draw(st.lists(_filled, max_size=3))
    data["material_rules"]["manuscript"]["tolerance"] = draw(st.floats(0, 1))
    data["material_rules"]["photo"]["max_pixels"] = draw(st.integers(1, 2**62))
    data["statistics_form"]["fields"] = draw(
        st.lists(_fields, min_size=1, max_size=3, unique_by=lambda row: row["code"])
    )
    numbers = [row["code"] for row in data["statistics_form"]["fields"] if row["kind"] != "text"]
    sums = st.lists(st.sampled_from(numbers), min_size=1, max_size=3).map(" + ".join) if numbers else st.nothing()
    checks = st.fixed_dictionaries(
        {
            "code": _codes,
            "left": sums,
            "relation": st.sampled_from(["<=", "=", ">="]),
            "right": sums,
            "severity": st.sampled_from(["error", "warning"]),
            "text": _filled,
        }
    )
    data["statistics_form"]["checks"] = (
        draw(st.lists(checks, max_size=2, unique_by=lambda row: row["code"])) if numbers else []
    )
    return EditionDocument.model_validate(data)


@pytest.mark.requirement("A4")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(_documents())
def test_any_document_survives_the_folder(document: EditionDocument) -> None:
    files = {name: text.encode() for name, text in folder_files(document).items()}

    assert read_files(files) == document
    assert EditionDocument.model_validate(document.model_dump(mode="json")) == document


def test_every_list_has_its_file() -> None:
    assert {path.stem.replace("-", "_") for path in XIAMEN.glob("*.csv")} == set(LISTS)


@pytest.mark.requirement("C12")
def test_a_check_of_fields_that_are_not_there_is_named() -> None:
    files = {name: text.encode() for name, text in folder_files(read_folder(XIAMEN)).items()}
    name = "statistics-form.toml"
    files[name] = files[name].replace(b'right = "activities_total"', b'right = "activities_totl"', 1)
    with pytest.raises(EditionFolderError) as refusal:
        read_files(files)
    assert [str(problem) for problem in refusal.value.problems] == [
        "statistics-form.toml 的 checks：应为表里数字字段的代码（没有 activities_totl）。"
    ]
