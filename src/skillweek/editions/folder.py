"""An edition as a folder of plain files: read, check, write back without loss (A4).

``edition.toml`` holds single values, ``notice.md`` the notice's text, ``material-rules.toml`` and
``statistics-form.toml`` their tables, and one CSV file each list (``national-activities.csv`` …). Pure Python.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from skillweek.editions.schema import LISTS, EditionDocument

EDITION_FILE = "edition.toml"
NOTICE_FILE = "notice.md"
#: The document's tables that have a TOML file of their own.
TABLE_FILES = {
    "material_rules": "material-rules.toml",
    "statistics_form": "statistics-form.toml",
    "activity_rules": "activity-rules.toml",
    "booking_rules": "booking-rules.toml",
    "summary_template": "summary-template.toml",
}
#: Tables that may be missing: the product's defaults stand in.
OPTIONAL_TABLES = ("activity_rules", "booking_rules", "summary_template")
LIST_FILES = {name: f"{name.replace('_', '-')}.csv" for name in LISTS}
#: Every file of a folder, by name.
FILES = (EDITION_FILE, NOTICE_FILE, *TABLE_FILES.values(), *LIST_FILES.values())
#: Endings that belong to an edition: a file with another name and one of these is refused.
_OURS = (".toml", ".csv")
MAX_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a folder: which file, which key (or row), what was expected, what stands there."""

    file: str
    key: str
    expected: str
    got: str = ""
    #: The same place in the document, for forms: ``("topics", 2, "name")``.
    path: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        got = f"，现在是 {self.got}" if self.got else ""
        where = f" 的 {self.key}" if self.key else ""
        return f"{self.file}{where}：应为{self.expected}{got}。"


class EditionFolderError(Exception):
    """The folder is not an edition; ``problems`` names every fault found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def read_folder(path: Path | str) -> EditionDocument:
    """Read and validate the folder. Raises ``EditionFolderError`` naming file, key and what was expected."""
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for file in sorted(Path(path).iterdir()):
        if file.name not in FILES and file.suffix.lower() not in _OURS:
            continue
        try:
            with file.open("rb") as stream:
                files[file.name] = stream.read(MAX_BYTES + 1)
        except OSError as error:
            problems.append(Problem(file.name, "", "能读取的文件", error.strerror or ""))
    if problems:
        raise EditionFolderError(problems)
    return read_files(files)


def read_files(files: Mapping[str, bytes]) -> EditionDocument:
    """Read and validate a folder's files by name. Raises like ``read_folder``.

    A missing CSV file is an empty list; a TOML or CSV file of another name is refused, for it may be a slip.
    """
    if EDITION_FILE not in files:
        raise EditionFolderError([Problem(EDITION_FILE, "", "文件夹里有这个文件", "没有找到")])
    problems = [
        Problem(name, "", f"其中之一：{'、'.join(FILES)}", f"文件名 {name}")
        for name in files
        if name not in FILES and Path(name).suffix.lower() in _OURS
    ]
    texts = {name: _text(name, files[name], problems) for name in FILES if name in files}
    needed = [file for name, file in TABLE_FILES.items() if name not in OPTIONAL_TABLES]
    for name in (NOTICE_FILE, *needed):
        if name not in files:
            problems.append(Problem(name, "", "文件夹里有这个文件", "没有找到"))
    data = _toml_data(EDITION_FILE, texts, problems)
    for clash in sorted(data.keys() & {"notice", *TABLE_FILES, *LIST_FILES}):
        file = TABLE_FILES.get(clash) or LIST_FILES.get(clash) or NOTICE_FILE
        problems.append(Problem(EDITION_FILE, clash, f"写在 {file} 里的内容，不在这个文件里"))
    data["notice"] = texts.get(NOTICE_FILE, "")
    for name, file in TABLE_FILES.items():
        data[name] = _toml_data(file, texts, problems)
    for name, file in LIST_FILES.items():
        data[name] = _csv_rows(file, texts.get(file, ""), problems)
    if problems:
        raise EditionFolderError(problems)
    return parse_document(data)


def parse_document(data: dict[str, Any]) -> EditionDocument:
    """Validate plain data, e.g. from JSON. Raises ``EditionFolderError`` with the file each fault belongs to."""
    try:
        return EditionDocument.model_validate(data)
    except ValidationError as error:
        raise EditionFolderError([_problem(one) for one in error.errors(include_url=False)]) from error


def write_folder(document: EditionDocument, path: Path | str) -> None:
    """Write the folder that ``read_folder`` reads back as an equal document. Creates it; replaces its files."""
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in folder_files(document).items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def folder_files(document: EditionDocument) -> dict[str, str]:
    """The folder's files by name, the same text for the same document."""
    data = document.model_dump(mode="json")
    for holder in (
        data,
        *(data[name] for name in ("material_rules", *OPTIONAL_TABLES)),
    ):  # databases keep no order of keys
        if "readings" in holder:
            holder["readings"] = dict(sorted(holder["readings"].items()))
    files = {NOTICE_FILE: data.pop("notice") + "\n"}
    for name, file in TABLE_FILES.items():
        files[file] = _toml(data.pop(name))
    for name, file in LIST_FILES.items():
        files[file] = _csv(data.pop(name), list(LISTS[name].model_fields))
    files[EDITION_FILE] = _toml(data)
    return files


# Reading -------------------------------------------------------------------------------------


def _text(name: str, content: bytes, problems: list[Problem]) -> str:
    if len(content) > MAX_BYTES:
        problems.append(Problem(name, "", "不超过 2 MB 的文本文件"))
        return ""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.append(Problem(name, "", "UTF-8 编码的文本文件（在 Excel 中另存为“CSV UTF-8”）"))
        return ""


def _toml_data(name: str, texts: Mapping[str, str], problems: list[Problem]) -> dict[str, Any]:
    try:
        return tomllib.loads(texts.get(name, "").replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(name, "", "有效的 TOML", str(error)))
        return {}


def _csv_rows(name: str, text: str, problems: list[Problem]) -> list[dict[str, Any]]:
    """Rows as dictionaries; empty cells are left out so that defaults apply."""
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        problems.append(Problem(name, "", "有效的 CSV", str(error)))
        return []
    for number, row in enumerate(rows, start=1):
        if None in row or None in row.values():
            problems.append(Problem(name, _entry(number), "与表头列数相同"))
    return [{key: value for key, value in row.items() if key and value} for row in rows]


def _entry(number: int) -> str:
    """How people find an entry: counted from 1, without the header."""
    return f"第 {number} 条"


_EXPECTED = {
    "missing": "必填的一项",
    "extra_forbidden": "没有这一项（名称可能拼错）",
    "date_from_datetime_parsing": "日期，如 2023-05-14",
    "date_from_datetime_inexact": "日期，如 2023-05-14",
    "date_parsing": "日期，如 2023-05-14",
    "date_type": "日期，如 2023-05-14",
    "time_parsing": "时刻，如 12:00",
    "time_type": "时刻，如 12:00",
    "wall_clock": "时刻，如 12:00，不带秒和时区",
    "int_parsing": "整数",
    "int_type": "整数",
    "int_from_float": "整数",
    "float_parsing": "数字",
    "float_type": "数字",
    "finite_number": "数字",
    "string_type": "文字（加引号）",
    "string_unicode": "文字（加引号）",
    "string_too_short": "不为空的文字",
    "string_too_long": "不超过 {max_length} 字的文字",
    "string_pattern_mismatch": "小写英文字母、数字和连字符组成的代码",
    "control_character": "不含控制字符的文字",
    "bool_parsing": "true 或 false",
    "bool_type": "true 或 false",
    "tuple_type": "列表",
    "dict_type": "一组“名称 = 值”",
    "model_type": "一组“名称 = 值”",
    "model_attributes_type": "一组“名称 = 值”",
    "too_short": "至少 {min_length} 条",
    "enum": "其中之一：{expected}",
    "literal_error": "其中之一：{expected}",
    "greater_than": "大于 {gt} 的数",
    "greater_than_equal": "不小于 {ge} 的数",
    "less_than": "小于 {lt} 的数",
    "less_than_equal": "不大于 {le} 的数",
    "zone": "时区名称，如 Asia/Shanghai",
    "week": "{start} 当天或以后的日期，最长 {days} 天",
    "double_code": "每条代码不同，{codes} 出现了两次",
    "counts": "sessions、check-ins，或 check-ins:对象代码+对象代码",
    "outline": "至少三个“经度,纬度”，用空格隔开",
    "strange_reading": "已有项目的名称（没有 {key} 这一项）",
    "sum": "字段代码，几个相加用 + 连接",
    "strange_field": "表里数字字段的代码（没有 {codes}）",
}
#: What the rules on material say in English, as people read it here.
_SENTENCES = {"min_words must not be above max_words": "字数下限不大于上限"}


def _problem(error: ErrorDetails) -> Problem:
    path = error["loc"]
    location = [_entry(part + 1) if isinstance(part, int) else part for part in path]
    head = location[0] if location else ""
    file = EDITION_FILE
    if head == "notice":
        file, location = NOTICE_FILE, []
    elif head in TABLE_FILES:
        file, location = TABLE_FILES[head], location[1:]
    elif head in LIST_FILES:
        file, location = LIST_FILES[head], location[1:]
    if error["type"] == "strange_reading":
        location = ["readings", error["ctx"]["key"]]
    return Problem(file, ".".join(location), _expected(error), _got(error), path)


def _got(error: ErrorDetails) -> str:
    """The value that stands there, when it says something: not a whole table or list."""
    value = error.get("input")
    if error["type"] in ("missing", "extra_forbidden", "double_code") or isinstance(value, dict | list | tuple):
        return ""
    return repr(value)[:80] if isinstance(value, str | int | float | bool) else str(value)[:80]


def _expected(error: ErrorDetails) -> str:
    sentence = _EXPECTED.get(error["type"])
    if sentence is not None:
        return sentence.format_map(error.get("ctx", {}))
    message = error["msg"].removeprefix("Value error, ")
    return _SENTENCES.get(message, message)


# Writing -------------------------------------------------------------------------------------


def _toml(data: dict[str, Any]) -> str:
    """TOML with single values before tables, strings with line breaks as multi-line strings."""
    return tomlkit.dumps(_toml_table(data))


def _toml_table(data: dict[str, Any]) -> dict[str, Any]:
    plain = {key: value for key, value in data.items() if value is not None and not _is_table(value)}
    tables = {key: value for key, value in data.items() if _is_table(value)}
    return plain | {
        key: [_toml_table(row) for row in value] if isinstance(value, list) else _toml_table(value)
        for key, value in tables.items()
    }


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _csv(rows: list[dict[str, Any]], columns: list[str]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
