"""Media coverage out of a folder of files (C5, C7): which files belong together, and what is known of each item.

In this order: the rows of a 报道清单; one item per subfolder; one item per common stem of file names. What no list
says is taken from the folder's or the file's name: 《title》, a date, a level, an outlet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath

from .coverage import read_date, read_level
from .layout import COVERAGE_COLUMNS
from .rules import CoverageLevel
from .tables import ENDINGS, Rows, cell, find_columns

_LIST_NAME = re.compile(
    r"(?:报道|媒体|报导).{0,6}(?:清单|说明|目录|统计|汇总|一览|登记|情况)|^(?:清单|说明|信息|目录)$"
)
_KEYS = {
    "outlet": (COVERAGE_COLUMNS[0], "媒体名称", "报刊", "平台"),
    "level": (COVERAGE_COLUMNS[1], "级别", "层级"),
    "title": (COVERAGE_COLUMNS[2], "标题", "题目"),
    "date": (COVERAGE_COLUMNS[3], "日期", "时间"),
    "link": (COVERAGE_COLUMNS[4], "链接", "网址"),
    "scans": (COVERAGE_COLUMNS[5], "扫描", "截图"),
    "photos": (COVERAGE_COLUMNS[6], "照片", "图片"),
    "texts": (COVERAGE_COLUMNS[7], "文稿", "文字", "电子版"),
}
# “媒体级别” belongs to the level: look for the level before the outlet.
_COLUMN_ORDER = ("level", "title", "date", "link", "scans", "photos", "texts", "outlet")
_SCAN_WORDS = re.compile(r"扫描|截图|截屏|版面|网页|scan", re.IGNORECASE)
_PHOTO_WORDS = re.compile(r"照片|图片|相片|现场|配图|photo", re.IGNORECASE)
_TEXT_WORDS = re.compile(r"文稿|文字|全文|正文|电子版|原文|text", re.IGNORECASE)
_ROLE_ENDING = re.compile(
    r"[\s_\-—·.(（]*(?:报道)?(?:扫描件?|截图|版面|网页|照片|图片|现场照?|配图|文稿|文字稿?|全文|电子版|原文|正文)?"
    r"[\s_\-—]*\d{0,2}[)）]?$"
)
_LINE = re.compile(r"^\s*([^:：]{1,10})\s*[:：]\s*(.*)$")
_PICTURES = frozenset({"jpeg", "png", "webp", "heic", "avif", "gif", "bmp", "tiff"})
_TEXTS = frozenset({"docx", "doc", "rtf", "txt", "html"})


@dataclass(slots=True)
class CoverageItem:
    """One piece of coverage: what is said of it, and its files by their path in the package."""

    path: str
    outlet: str = ""
    level: CoverageLevel | None = None
    title: str = ""
    published_on: date | None = None
    link: str = ""
    scans: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    #: Files that stand with it and can be none of these.
    others: list[str] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """Every scan, photo and text of the item, scans first."""
        return [*self.scans, *self.photos, *self.texts]


def is_coverage_list(name: str) -> bool:
    """Whether a file's name says that it describes coverage."""
    path = PurePosixPath(name)
    return path.suffix.lower() in ENDINGS and bool(_LIST_NAME.search(path.stem.strip()))


def group_coverage(
    folder: str, files: dict[str, str], lists: Iterable[str], rows_of: Callable[[str], Rows]
) -> list[CoverageItem]:
    """Return the coverage items under ``folder``.

    ``files`` maps each file's path in the package to its format by content; ``lists`` are the paths of describing files
    among the package's, read by ``rows_of``.
    """
    items: list[CoverageItem] = []
    described: dict[str, Rows] = {}
    left = dict(files)
    for path in sorted(lists):
        rows = rows_of(path)
        start, columns = find_columns(rows, {key: _KEYS[key] for key in _COLUMN_ORDER})
        base = str(PurePosixPath(path).parent)
        if columns:
            items += [_from_row(row, columns, base, left, files, index) for index, row in enumerate(rows[start:], 1)]
        else:
            described[base] = rows
    for key, paths in _groups(folder, left).items():
        item = CoverageItem(path=key)
        _assign(item, {path: files[path] for path in paths})
        _describe(item, described.get(key, described.get(folder, []) if len(left) == len(paths) else []))
        _guess(item)
        items.append(item)
    return items


def _from_row(
    row: list[str], columns: dict[str, int], base: str, left: dict[str, str], files: dict[str, str], index: int
) -> CoverageItem:
    values = {key: cell(row, column) for key, column in columns.items()}
    name = values.get("title") or values.get("outlet") or str(index)
    item = CoverageItem(
        path=_join(base, name.replace("/", "／")),
        outlet=values.get("outlet", ""),
        level=read_level(values.get("level", "")),
        title=values.get("title", ""),
        published_on=read_date(values.get("date", "")),
        link=values.get("link", ""),
    )
    for key in ("scans", "photos", "texts"):
        for path in _locate_all(values.get(key, ""), base, files):
            getattr(item, key).append(path)
            left.pop(path, None)
    return item


def _locate_all(cell: str, base: str, files: dict[str, str]) -> list[str]:
    """Return the paths of the files that a cell names. A name may itself hold what else stands between names."""
    best: list[str] = []
    for separators in (r"(?!)", r"[;；\n]", r"[;；、\n]"):
        names = [name.strip() for name in re.split(separators, cell) if name.strip()]
        found = [path for name in names if (path := _locate(name, base, files))]
        if len(found) == len(names):
            return found
        best = max(best, found, key=len)
    return best


def _locate(name: str, base: str, files: dict[str, str]) -> str:
    """Return the path of the file that a cell names, by path from the list's folder or by bare name; ``""`` if none."""
    if not name:
        return ""
    full = _join(base, name.replace("\\", "/"))
    if full in files:
        return full
    bare = PurePosixPath(name.replace("\\", "/")).name.lower()
    below = [path for path in files if base == "." or path.startswith(base + "/")]
    for path in below:
        if bare in (PurePosixPath(path).name.lower(), PurePosixPath(path).stem.lower()):
            return path
    return ""


def _groups(folder: str, files: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for path in sorted(files):
        parts = PurePosixPath(path).relative_to(folder).parts
        if len(parts) > 1 and not _is_role(parts[0]):
            key = _join(folder, parts[0])
        else:
            stem = _ROLE_ENDING.sub("", PurePosixPath(path).stem)
            key = _join(folder, stem) if stem else folder
        groups.setdefault(key, []).append(path)
    return groups


def _join(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"


def _is_role(name: str) -> bool:
    return len(name) <= 8 and bool(_SCAN_WORDS.search(name) or _PHOTO_WORDS.search(name) or _TEXT_WORDS.search(name))


def _assign(item: CoverageItem, files: dict[str, str]) -> None:
    """Decide what each file is: by words in its name and folder, else by content."""
    unnamed: list[str] = []
    for path, kind in files.items():
        words = "/".join(PurePosixPath(path).parts[-2:])
        if kind in _TEXTS:
            item.texts.append(path)
        elif _SCAN_WORDS.search(words) or kind == "pdf":
            item.scans.append(path)
        elif kind in _PICTURES and _PHOTO_WORDS.search(words):
            item.photos.append(path)
        elif kind in _PICTURES:
            unnamed.append(path)
        else:
            item.others.append(path)
    # A lone picture is taken for what the notice asks for first: the page that was printed.
    if unnamed and not item.scans:
        item.scans.append(unnamed.pop(0))
    item.photos += unnamed


def _describe(item: CoverageItem, rows: Rows) -> None:
    """Fill in from rows of “媒体：厦门日报” or two cells each."""
    for row in rows:
        filled = [value for value in row if value]
        line = _LINE.match(filled[0]) if len(filled) == 1 else None
        name, value = line.groups() if line else (filled[0], filled[1] if len(filled) > 1 else "")
        key = next((key for key in _COLUMN_ORDER if any(word in name for word in _KEYS[key])), "")
        match key:
            case "outlet":
                item.outlet = item.outlet or value
            case "level":
                item.level = item.level or read_level(value)
            case "title":
                item.title = item.title or value
            case "date":
                item.published_on = item.published_on or read_date(value)
            case "link":
                item.link = item.link or value


def _guess(item: CoverageItem) -> None:
    """Fill what is still unknown from the item's name, such as “2023-05-15 厦门日报（市级）《标题》”."""
    name = PurePosixPath(item.path).name
    title = re.search(r"《([^》]+)》", name)
    if title and not item.title:
        item.title = title.group(1)
    rest = re.sub(r"《[^》]+》|\d{4}[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?", " ", name)
    item.published_on = item.published_on or read_date(name)
    level = re.search(r"国家级|中央级|省级|市级|区县级|区级|县级|校级", rest)
    if level:
        item.level = item.level or read_level(level.group())
        rest = rest.replace(level.group(), " ")
    words = [word for word in re.split(r"[\s_\-—·:：(（)）【】\[\]、]+", rest) if word and not word.isdigit()]
    if words and not item.outlet:
        item.outlet = words.pop(0)
    if words and not item.title:
        item.title = words[0]
