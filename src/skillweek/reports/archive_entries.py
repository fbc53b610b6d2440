"""Which files one report becomes in an archive, so that the judge reads the folder as the site judged it (C7, C13)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from skillweek.materials import layout
from skillweek.materials.findings import Kind
from skillweek.reports.archive_names import UniqueNames, safe_name
from skillweek.reports.models import ReportItem
from skillweek.uploads.models import StoredFile

_K = ReportItem.Kind
CASES_FOLDER = "典型案例"
FOLDERS: dict[str, str] = {
    _K.CASE: CASES_FOLDER,
    _K.MANUSCRIPT: layout.FOLDERS[Kind.MANUSCRIPT],
    _K.PHOTO: layout.FOLDERS[Kind.PHOTO],
    _K.VIDEO: layout.FOLDERS[Kind.VIDEO],
    _K.COVERAGE: layout.FOLDERS[Kind.COVERAGE],
}
LEVEL_WORDS = {"national": "国家级", "provincial": "省级", "municipal": "市级", "district": "区县级", "school": "校级"}
#: Typed text is written with a byte order mark, so that every editor on Windows reads it as UTF-8.
TEXT_ENCODING = "utf-8-sig"


@dataclass
class Entry:
    """One file of the archive. Exactly one of ``key`` (in storage), ``text`` and ``sheet`` gives its bytes.

    ``sheet`` is ``[columns, *rows]``, made into an xlsx while streaming. ``item`` is the item's place in the
    report, or -1 for lists.
    """

    path: str
    size: int = 0
    sha256: str = ""
    key: str = ""
    text: str | None = None
    sheet: list[list[str]] = field(default_factory=list)
    item: int = -1
    #: Why the file is not in the archive; empty when it is.
    left_out: str = ""

    def as_dict(self) -> dict[str, Any]:
        """JSON for the plan."""
        return dict(vars(self))


def entries_of(items: Sequence[ReportItem]) -> Iterator[Entry]:
    """Yield the files of one report, paths from its school's folder; ``items`` are its live items in order."""
    for kind, folder in FOLDERS.items():
        chosen = [(place, item) for place, item in enumerate(items) if item.kind == kind]
        if not chosen:
            continue
        if kind == _K.COVERAGE:
            yield from _coverage(folder, chosen)
        elif kind in (_K.PHOTO, _K.VIDEO):
            yield from _media(folder, chosen)
        else:
            yield from _texts(folder, chosen)


def _stored(path: str, file: StoredFile, place: int) -> Entry:
    infected = any(finding.get("code") == "file.virus" for finding in file.findings)
    left_out = "含有病毒，没有放入" if infected else ""
    return Entry(path, size=file.size, sha256=file.sha256, key=file.key, item=place, left_out=left_out)


def _typed(path: str, text: str, place: int) -> Entry:
    data = text.encode(TEXT_ENCODING)
    return Entry(path, size=len(data), sha256=hashlib.sha256(data).hexdigest(), text=text, item=place)


def _texts(folder: str, chosen: list[tuple[int, ReportItem]]) -> Iterator[Entry]:
    names = UniqueNames(layout.MANUSCRIPTS_FILE)
    rows = []
    for number, (place, item) in enumerate(chosen, start=1):
        fallback = f"{folder}{number}"
        if item.file is not None:
            name = names.take(safe_name(item.file.name, fallback))
            yield _stored(f"{folder}/{name}", item.file, place)
        else:
            name = names.take(safe_name(f"{item.title.strip() or fallback}.txt", fallback))
            yield _typed(f"{folder}/{name}", item.text, place)
        if item.source.strip():
            rows.append([name, item.source])
    if rows:
        yield Entry(f"{folder}/{layout.MANUSCRIPTS_FILE}", sheet=[list(layout.MANUSCRIPT_COLUMNS), *rows])


def _media(folder: str, chosen: list[tuple[int, ReportItem]]) -> Iterator[Entry]:
    names = UniqueNames(layout.CAPTIONS_FILE)
    rows = []
    for number, (place, item) in enumerate(chosen, start=1):
        if item.file is None:
            continue
        name = names.take(safe_name(item.file.name, f"{folder}{number}"))
        yield _stored(f"{folder}/{name}", item.file, place)
        rows.append([name, item.caption])
    if rows:
        yield Entry(f"{folder}/{layout.CAPTIONS_FILE}", sheet=[list(layout.CAPTION_COLUMNS), *rows])


def _coverage(folder: str, chosen: list[tuple[int, ReportItem]]) -> Iterator[Entry]:
    names = UniqueNames(layout.COVERAGE_FILE)
    rows = []
    for number, (place, item) in enumerate(chosen, start=1):
        head = safe_name("-".join(filter(None, (f"{number:02}", item.outlet, item.title))), f"{number:02}", 40)
        made = {"扫描件": "", "照片": "", "文稿": ""}
        for role, file in (("扫描件", item.file), ("照片", item.photo_file)):
            if file is not None:
                suffix = "." + file.name.rsplit(".", 1)[-1] if "." in file.name else ""
                made[role] = names.take(safe_name(f"{head}-{role}{suffix}", role))
                yield _stored(f"{folder}/{made[role]}", file, place)
        if item.text.strip():
            made["文稿"] = names.take(safe_name(f"{head}-文稿.txt", "文稿"))
            yield _typed(f"{folder}/{made['文稿']}", item.text, place)
        rows.append(
            [
                item.outlet,
                LEVEL_WORDS.get(item.level, item.level),
                item.title,
                item.published_on.isoformat() if item.published_on else "",
                item.link,
                *made.values(),
            ]
        )
    yield Entry(f"{folder}/{layout.COVERAGE_FILE}", sheet=[list(layout.COVERAGE_COLUMNS), *rows])
