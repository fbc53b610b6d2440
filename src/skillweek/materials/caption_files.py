"""Captions from the list that a school puts beside its photos (C3, C7): 图片说明 as xlsx, csv, txt, md or docx."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from .layout import CAPTION_COLUMNS
from .tables import ENDINGS, Rows, cell, find_columns, read_rows

_NAME = re.compile(
    r"(?:图片|照片|相片|图).{0,4}(?:说明|清单|目录|文字|介绍)|^(?:文字)?说明$|^图说|captions?$", re.IGNORECASE
)
# “图片说明” and “图片名称” both speak of a picture: look for the caption before the name.
_COLUMNS = {
    "caption": (CAPTION_COLUMNS[1], "描述", "介绍", "内容", "文字", "caption"),
    "name": (CAPTION_COLUMNS[0], "文件", "名称", "照片", "图片", "编号", "序号", "file", "name"),
}
_NAMED_LINE = re.compile(
    r"^\s*(?P<name>[^:：]+?\.(?:jpe?g|png|heic|webp))\s*[:：,，、\-—\s]*\s*(?P<caption>.*)$", re.IGNORECASE
)
_NUMBERED_LINE = re.compile(r"^\s*(?:图片?|照片)?\s*(?P<name>\d{1,3})\s*[.、．:：)）\s]\s*(?P<caption>\S.*)$")
_STEM_LINE = re.compile(r"^\s*(?P<name>[^:：\t]{1,60})\s*[:：]\s*(?P<caption>\S.*)$")
_NUMBER_STEM = re.compile(r"^(?:图片?|照片|相片|img|photo|pic)?[\s_(\-（]*0*(\d{1,3})[)）]?$", re.IGNORECASE)


def is_caption_file(name: str) -> bool:
    """Whether a file's name says that it lists captions."""
    path = PurePosixPath(name)
    return path.suffix.lower() in ENDINGS and bool(_NAME.search(path.stem.strip()))


@dataclass(slots=True)
class Captions:
    """The captions of one list: ``by_name`` by file name or stem in lower case, ``by_number`` by running number."""

    by_name: dict[str, str] = field(default_factory=dict)
    by_number: dict[int, str] = field(default_factory=dict)

    def get(self, name: str, *, by_number: bool = True) -> str | None:
        """Return the caption listed for a file's name (or its number), or None when it is not listed."""
        path = PurePosixPath(name)
        for key in (path.name.lower(), path.stem.lower()):
            if key in self.by_name:
                return self.by_name[key]
        number = _NUMBER_STEM.match(path.stem.strip()) if by_number else None
        return self.by_number.get(int(number.group(1))) if number else None


def read_captions(path: Path, name: str = "") -> Captions:
    """Return the captions listed in a file. Raises OSError; a file that cannot be understood lists none."""
    return captions_from_rows(read_rows(path, name))


def captions_from_rows(rows: Rows) -> Captions:
    """Return captions from rows: by a header if there is one, else cell by cell and line by line."""
    captions = Captions()
    start, columns = find_columns(rows, _COLUMNS)
    for row in rows[start:]:
        if columns:
            _add(captions, cell(row, columns.get("name")), cell(row, columns.get("caption")))
        elif len([value for value in row if value]) >= 2:
            filled = [value for value in row if value]
            _add(captions, filled[0], filled[1])
        else:
            _add_line(captions, next(value for value in row if value))
    return captions


def _add(captions: Captions, name: str, caption: str) -> None:
    name = name.strip().replace("\\", "/").rsplit("/", 1)[-1]
    if not name:
        return
    captions.by_name.setdefault(name.lower(), caption.strip())
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)
    number = _NUMBER_STEM.match(stem)
    if number:
        captions.by_number.setdefault(int(number.group(1)), caption.strip())


def _add_line(captions: Captions, line: str) -> None:
    found = _NAMED_LINE.match(line) or _NUMBERED_LINE.match(line) or _STEM_LINE.match(line)
    if found:
        _add(captions, found.group("name"), found.group("caption"))
