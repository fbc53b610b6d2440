"""An edition as a folder of plain files: read, check, write back without loss (A4).

``edition.toml`` holds single values, ``notice.md`` the notice's text, ``material-rules.toml`` and
``statistics-form.toml`` their tables, and one CSV file each list (``national-activities.csv`` …). Pure Python.
"""

from __future__ import annotations

import csv
import io
import tomllib
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
TABLE_FILES = {"material_rules": "material-rules.toml", "statistics_form": "statistics-form.toml"}
LIST_FILES = {name: f"{name.replace('_', '-')}.csv" for name in LISTS}
_MAX_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a folder: which file, which key (or row), what was expected, what stands there."""

    file: str
    key: str
    expected: str
    got: str = ""

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
    folder = Path(path)
    problems: list[Problem] = []
    if not (folder / EDITION_FILE).is_file():
        raise EditionFolderError([Problem(EDITION_FILE, "", "文件夹里有这个文件", "没有找到")])
    data = _read_toml(folder / EDITION_FILE, problems)
    data["notice"] = _read_text(folder / NOTICE_FILE, problems).strip()
    for name, file in TABLE_FILES.items():
        data[name] = _read_toml(folder / file, problems)
    for name, file in LIST_FILES.items():
        data[name] = _read_csv(folder / file, problems)
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
    files = {NOTICE_FILE: data.pop("notice") + "\n"}
    for name, file in TABLE_FILES.items():
        files[file] = _toml(data.pop(name))
    for name, file in LIST_FILES.items():
        files[file] = _csv(data.pop(name), list(LISTS[name].model_fields))
    files[EDITION_FILE] = _toml(data)
    return files


# Reading -------------------------------------------------------------------------------------


def _read_text(path: Path, problems: list[Problem]) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            problems.append(Problem(path.name, "", "不超过 2 MB 的文本文件"))
            return ""
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problems.append(Problem(path.name, "", "文件夹里有这个文件", "没有找到"))
    except (OSError, UnicodeDecodeError):
        problems.append(Problem(path.name, "", "UTF-8 编码的文本文件"))
    return ""


def _read_toml(path: Path, problems: list[Problem]) -> dict[str, Any]:
    try:
        return tomllib.loads(_read_text(path, problems))
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(path.name, "", "有效的 TOML", str(error)))
        return {}


def _read_csv(path: Path, problems: list[Problem]) -> list[dict[str, Any]]:
    """Rows as dictionaries; empty cells are left out so that defaults apply. A missing file is an empty list."""
    if not path.exists():
        return []
    text = _read_text(path, problems)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = list(reader)
    except csv.Error as error:
        problems.append(Problem(path.name, "", "有效的 CSV", str(error)))
        return []
    for number, row in enumerate(rows, start=1):
        if None in row or None in row.values():
            problems.append(Problem(path.name, f"第 {number} 行", "与表头列数相同"))
    return [{key: value for key, value in row.items() if key and value not in ("", None)} for row in rows]


_EXPECTED = {
    "missing": "必填的一项",
    "extra_forbidden": "没有这一项（名称可能拼错）",
    "date_from_datetime_parsing": "日期，如 2023-05-14",
    "date_parsing": "日期，如 2023-05-14",
    "date_type": "日期，如 2023-05-14",
    "time_parsing": "时刻，如 12:00",
    "time_type": "时刻，如 12:00",
    "int_parsing": "整数",
    "int_type": "整数",
    "float_type": "数字",
    "string_type": "文字（加引号）",
    "string_too_short": "不为空的文字",
    "bool_parsing": "true 或 false",
    "tuple_type": "列表",
}


def _problem(error: ErrorDetails) -> Problem:
    location = [str(part) for part in error["loc"]]
    head = location[0] if location else ""
    file = EDITION_FILE
    if head == "notice":
        file, location = NOTICE_FILE, []
    elif head in TABLE_FILES:
        file, location = TABLE_FILES[head], location[1:]
    elif head in LIST_FILES:
        file = LIST_FILES[head]
        row = f"第 {int(location[1]) + 1} 行" if len(location) > 1 and location[1].isdigit() else ""
        location = [part for part in (row, *location[2:]) if part]
    kind = error["type"]
    got = "" if kind in ("missing", "extra_forbidden", "value_error") else repr(error.get("input"))[:80]
    return Problem(file, ".".join(location), _expected(error), got)


def _expected(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    kind = error["type"]
    if kind in _EXPECTED:
        return _EXPECTED[kind]
    if kind in ("enum", "literal_error"):
        return f"其中之一：{context.get('expected', '')}"
    if kind == "string_pattern_mismatch":
        return "小写英文字母、数字和连字符组成的代码"
    bounds = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
    if kind in bounds:
        words = {"gt": "大于", "ge": "不小于", "lt": "小于", "le": "不大于"}
        key = bounds[kind]
        return f"{words[key]} {context.get(key)} 的数"
    return error["msg"].removeprefix("Value error, ")


# Writing -------------------------------------------------------------------------------------


def _toml(data: dict[str, Any]) -> str:
    """TOML with single values before tables, strings with line breaks as multi-line strings."""
    return tomlkit.dumps(_toml_table(data))


def _toml_table(data: dict[str, Any]) -> dict[str, Any]:
    plain = {key: value for key, value in data.items() if not _is_table(value)}
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
