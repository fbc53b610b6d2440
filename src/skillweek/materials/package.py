"""A folder or zip of material as schools really make it (C7), as a list of items to be judged.

Any nesting; kinds by folder name, file name and content; captions from lists beside the photos or from file names;
system litter ignored; nothing outside the folder or archive is ever touched. Used by ``skillweek check`` and by the
server's package import.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

from .caption_files import Captions, is_caption_file, read_captions
from .captions import caption_from_name
from .coverage_files import CoverageItem, group_coverage, is_coverage_list
from .findings import Finding, Kind
from .layout import FOLDERS, MANUSCRIPT_COLUMNS, MANUSCRIPTS_FILE
from .messages import make_finding
from .sniff import FORMATS, claimed_format, sniff_path
from .tables import Rows, cell, find_columns, read_rows
from .wording import format_label
from .zipsafe import Entry, Limits, SafeZip, UnsafeZipError, decode_name

_LITTER = re.compile(r"^(?:__MACOSX|Thumbs\.db|ehthumbs\.db|desktop\.ini|~\$.*|~WRL.*|\..*|.*\.tmp)$", re.IGNORECASE)
_FOLDER_WORDS: Final = (
    (Kind.COVERAGE, re.compile(r"媒体|^[\d\s.、_-]*(?:新闻|宣传)?报道$|coverage", re.IGNORECASE)),
    (Kind.VIDEO, re.compile(r"视频|短片|录像|video", re.IGNORECASE)),
    (Kind.PHOTO, re.compile(r"照片|图片|相片|photo|picture", re.IGNORECASE)),
    (Kind.MANUSCRIPT, re.compile(r"文字|稿|案例|简报|总结|manuscript", re.IGNORECASE)),
)
#: Endings of sheets and slides that share the old Office container with .doc.
_NOT_TEXT: Final = (".xls", ".xlsx", ".et", ".ppt", ".pptx", ".dps", ".csv")
_ARCHIVES: Final = frozenset({"zip", "rar", "7z"})
#: What Python makes of file names that are not UTF-8.
_SURROGATE = re.compile("[\ud800-\udfff]")


class PackageError(ValueError):
    """The package as a whole cannot be opened; ``reason`` and ``reason_en`` say why."""

    def __init__(self, reason: str, reason_en: str) -> None:
        super().__init__(reason, reason_en)
        self.reason = reason
        self.reason_en = reason_en


@dataclass(slots=True)
class Item:
    """One piece of material: a file, or for ``Kind.COVERAGE`` several (then ``coverage`` is set and ``bytes`` 0).

    ``path`` is where it stands in the package, with ``/``. ``caption`` is a photo's or video's, ``""`` when there
    is none; ``source`` a manuscript's source of quotations.
    """

    package: Package
    path: str
    kind: Kind
    bytes: int = 0
    caption: str = ""
    source: str = ""
    coverage: CoverageItem | None = None

    @property
    def shown_path(self) -> str:
        """The path as it may be shown: a name that is not UTF-8 on disk is read as GBK."""
        return decode_name(os.fsencode(self.path)) if _SURROGATE.search(self.path) else self.path

    @property
    def name(self) -> str:
        """The file's own name, as it may be shown."""
        return PurePosixPath(self.shown_path).name

    def local_path(self) -> Path:
        """Return a path to read the file at until ``release`` or the package's end. Raises ``PackageError``."""
        return self.package.local_path(self.path)

    def open(self) -> BinaryIO:
        """Open the file for reading bytes. Raises ``PackageError``."""
        return self.local_path().open("rb")

    def release(self) -> None:
        """Drop the temporary copy, if one was made, so that a large archive needs little disk."""
        self.package.release(self.path)


@dataclass(slots=True)
class Package:
    """An opened package; a context manager. ``items`` are in the order of their paths, ``notes`` concern the whole."""

    name: str
    items: list[Item] = field(default_factory=list)
    notes: list[tuple[str, Finding]] = field(default_factory=list)
    #: Files that only describe others (captions, sources, coverage) and were read as such.
    lists: list[str] = field(default_factory=list)
    _folder: Path | None = None
    _zip: SafeZip | None = None
    _entries: dict[str, Entry] = field(default_factory=dict)
    _scratch: tempfile.TemporaryDirectory[str] | None = None
    _scratch_root: Path | None = None
    _copies: dict[str, Path] = field(default_factory=dict)
    _made: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the archive and remove every temporary copy."""
        if self._zip:
            self._zip.close()
        if self._scratch:
            self._scratch.cleanup()

    @property
    def on_disk(self) -> bool:
        """Whether files can be read where they stand, without unpacking."""
        return self._zip is None

    def local_path(self, path: str) -> Path:
        """Return a path on this machine to read the package's file ``path`` at. Raises ``PackageError``."""
        if self._zip is None:
            return (self._folder or Path()) / path
        if path not in self._copies:
            self._scratch = self._scratch or tempfile.TemporaryDirectory(prefix="skillweek-", dir=self._scratch_root)
            self._made += 1
            target = Path(self._scratch.name) / str(self._made)
            try:
                self._zip.extract(self._entries[path], target)
            except UnsafeZipError as error:
                raise PackageError(error.reason, error.reason_en) from error
            self._copies[path] = target
        return self._copies[path]

    def release(self, path: str) -> None:
        """Drop the temporary copy of ``path``, if there is one."""
        copy = self._copies.pop(path, None)
        if copy is not None:
            copy.unlink(missing_ok=True)


def open_package(path: Path, limits: Limits | None = None, *, scratch: Path | None = None) -> Package:
    """Open a folder, a zip, or a single file as a package. Raises ``PackageError`` and OSError.

    Unsafe entries become notes and are left out; the rest stays usable. Temporary copies of a zip's files lie in
    ``scratch``, by default in the system's folder for such.
    """
    if path.is_dir():
        package = Package(name=path.resolve().name, _folder=path)
        sizes = _walk(path, package)
        prefix = package.name if package.name in FOLDERS.values() else ""
    elif path.is_file() and sniff_path(path) == "zip":
        try:
            archive = SafeZip(path, limits)
        except UnsafeZipError as error:
            raise PackageError(error.reason, error.reason_en) from error
        package = Package(name=path.name, _zip=archive, _scratch_root=scratch)
        package._entries = {entry.path: entry for entry in archive.entries if not _is_litter(entry.path)}
        for refused in archive.refused:
            _note_refused(package, refused.path, refused.reason, refused.reason_en)
        sizes = {name: entry.bytes for name, entry in package._entries.items()}
        prefix = ""
    else:
        kind = sniff_path(path)
        if kind in _ARCHIVES:
            reason_en = f"a {format_label(kind, english=True)} cannot be looked into, only a zip or a folder"
            raise PackageError(f"{format_label(kind)}无法打开，只能检查 zip 或文件夹", reason_en)
        package = Package(name=path.name, _folder=path.parent)
        sizes, prefix = {path.name: path.stat().st_size}, ""
    try:
        _Sorter(package, sizes, prefix).sort()
    except BaseException:
        package.close()
        raise
    return package


def _note_refused(package: Package, path: str, reason: str, reason_en: str) -> None:
    values: dict[str, Any] = {"value": path, "reason": reason, "reason_en": reason_en}
    package.notes.append((path, make_finding("package.refused", package.name, **values)))


def _is_litter(path: str) -> bool:
    return any(_LITTER.match(part) for part in path.split("/"))


def _walk(root: Path, package: Package) -> dict[str, int]:
    sizes: dict[str, int] = {}

    def note(error: OSError) -> None:
        where = PurePosixPath(Path(error.filename).relative_to(root).as_posix())
        english: dict[str, Any] = {"value": error.strerror or "cannot be read"}
        finding = make_finding("file.unreadable", where.name or package.name, value="没有读取权限", english=english)
        package.notes.append((str(where), finding))

    for folder, folders, names in os.walk(root, onerror=note):
        folders[:] = sorted(name for name in folders if not _LITTER.match(name))
        for name in [*names, *(name for name in folders if Path(folder, name).is_symlink())]:
            full = Path(folder, name)
            path = full.relative_to(root).as_posix()
            if _LITTER.match(name):
                continue
            if full.is_symlink() or not full.is_file():
                _note_refused(package, path, "是指向别处的链接或特殊文件", "it is a link or a special file")
                continue
            sizes[path] = full.stat().st_size
    return sizes


class _Sorter:
    """Turns the paths of a package into its items."""

    def __init__(self, package: Package, sizes: dict[str, int], prefix: str) -> None:
        self.package = package
        self.sizes = dict(sorted(sizes.items()))
        self.prefix = [prefix] if prefix else []
        self.formats: dict[str, str] = {}
        self.shared = self._shared_depth()

    def sort(self) -> None:
        """Fill ``package.items`` and ``package.notes``."""
        covered: dict[str, list[str]] = {}
        lists: dict[str, Captions] = {}
        sources: dict[str, dict[str, str]] = {}
        plain: list[str] = []
        for path in self.sizes:
            folder = self._coverage_folder(path)
            if folder is not None:
                covered.setdefault(folder, []).append(path)
            elif PurePosixPath(path).name == MANUSCRIPTS_FILE:
                sources[_parent(path)] = _sources(self._rows(path))
                self.package.lists.append(path)
            elif is_caption_file(path) and self._lists_captions(path, lists):
                continue
            else:
                plain.append(path)
        items = list(self._file_items(plain, lists, sources))
        for folder, paths in covered.items():
            items += self._coverage_items(folder, paths)
        self.package.items = sorted(items, key=lambda item: item.path)

    def _file_items(
        self, paths: list[str], lists: dict[str, Captions], sources: dict[str, dict[str, str]]
    ) -> Iterator[Item]:
        for path in paths:
            kind = self._kind(path)
            item = Item(self.package, path, kind, self.sizes[path])
            if kind in (Kind.PHOTO, Kind.VIDEO):
                item.caption = _caption(path, lists, by_number=kind is Kind.PHOTO)
            elif kind is Kind.MANUSCRIPT:
                item.source = sources.get(_parent(path), {}).get(item.name.lower(), "")
            yield item

    def _coverage_items(self, folder: str, paths: list[str]) -> Iterator[Item]:
        lists = [path for path in paths if is_coverage_list(path)]
        self.package.lists += lists
        files = {path: self._format(path) for path in paths if path not in lists}
        for path in list(files):
            if files[path] in _ARCHIVES:
                yield Item(self.package, path, Kind.OTHER, self.sizes[path])
                del files[path]
        used: set[str] = set()
        for coverage in group_coverage(folder, files, lists, self._rows):
            while coverage.path in used:
                coverage.path += "（另一篇）"
            used.add(coverage.path)
            yield Item(self.package, coverage.path, Kind.COVERAGE, coverage=coverage)

    def _shared_depth(self) -> int:
        """How many leading folders all files share; those say who sends the package, not what is in it."""
        parents = [path.split("/")[:-1] for path in self.sizes]
        depth = 0
        while parents and all(len(parts) > depth and parts[depth] == parents[0][depth] for parts in parents):
            name = parents[0][depth]
            if name in FOLDERS.values() or (len(name) <= 10 and _FOLDER_WORDS[0][1].search(name)):
                break
            depth += 1
        return depth

    def _folders(self, path: str) -> list[str]:
        return self.prefix + path.split("/")[:-1][self.shared :]

    def _coverage_folder(self, path: str) -> str | None:
        """Return the coverage folder (as a path in the package) that ``path`` lies in, or None."""
        parts = path.split("/")[:-1]
        if self.prefix and _FOLDER_WORDS[0][1].search(self.prefix[0]):
            return "."
        for index in range(self.shared, len(parts)):
            if _FOLDER_WORDS[0][1].search(parts[index]):
                return "/".join(parts[: index + 1])
        return None

    def _kind(self, path: str) -> Kind:
        """The kind of one file: by its name's ending, else by content, else by the nearest telling folder."""
        if path.lower().endswith(_NOT_TEXT):
            return Kind.OTHER
        claimed = FORMATS.get(claimed_format(path))
        if claimed and claimed.kind is not Kind.OTHER:
            return claimed.kind
        kind = FORMATS[self._format(path)]
        if kind.kind is not Kind.OTHER or kind.name in _ARCHIVES:
            return kind.kind
        for folder in reversed(self._folders(path)):
            for found, words in _FOLDER_WORDS[1:]:
                if words.search(folder):
                    return found
        return Kind.OTHER

    def _format(self, path: str) -> str:
        if path not in self.formats:
            self.formats[path] = "unknown"
            with suppress(PackageError, OSError):
                self.formats[path] = sniff_path(self.package.local_path(path))
            self.package.release(path)
        return self.formats[path]

    def _rows(self, path: str) -> Rows:
        try:
            return read_rows(self.package.local_path(path), path)
        except (PackageError, OSError):
            return []
        finally:
            self.package.release(path)

    def _lists_captions(self, path: str, lists: dict[str, Captions]) -> bool:
        """Read a list of captions; False when it turns out to hold none (a manuscript of a telling name)."""
        try:
            captions = read_captions(self.package.local_path(path), path)
        except (PackageError, OSError):
            return False
        finally:
            self.package.release(path)
        if not captions.by_name:
            return False
        self.package.lists.append(path)
        known = lists.setdefault(_parent(path), captions)
        if known is not captions:
            known.by_name = captions.by_name | known.by_name
            known.by_number = captions.by_number | known.by_number
        return True


def _parent(path: str) -> str:
    return str(PurePosixPath(path).parent)


def _caption(path: str, lists: dict[str, Captions], *, by_number: bool) -> str:
    """Return the caption of the photo or video at ``path``: from the nearest list above it, else from its own name."""
    for folder in PurePosixPath(path).parents:
        found = lists[str(folder)].get(path, by_number=by_number) if str(folder) in lists else None
        if found is not None:
            return found
    return caption_from_name(path)


def _sources(rows: Rows) -> dict[str, str]:
    start, columns = find_columns(rows, {"name": MANUSCRIPT_COLUMNS[:1], "source": MANUSCRIPT_COLUMNS[1:]})
    return {cell(row, columns["name"]).lower(): cell(row, columns["source"]) for row in rows[start:]} if columns else {}
