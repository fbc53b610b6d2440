"""An archive from somewhere, checked before anything of it is believed (A8).

A zip is opened with the same care as any stranger's (``materials.zipsafe``). Everything it lists is unpacked into a
temporary folder while it is hashed; what is missing, too much, changed or half refuses the archive as a whole.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from skillweek.archive import layout
from skillweek.core.errors import DomainError
from skillweek.materials.zipsafe import SafeZip, UnsafeZipError, safe_path
from skillweek.uploads.storage import temporary_folder

_CHUNK: Final = 1024 * 1024
#: Left free on the disk beside what is unpacked.
_RESERVE: Final = 256 * 1024**2
#: Characters of one line of the list of checksums.
_LINE: Final = 2_000
#: Bytes of one row of a table; the longest text of the platform is far below it.
_ROW: Final = 64 * 1024**2
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


class ArchiveRefused(DomainError):
    """The archive cannot be used; nothing of it was taken."""

    code = "archive_refused"


class Package:
    """A checked archive: ``folder`` holds its files, ``manifest`` what it says of itself, ``digest`` names it."""

    def __init__(self, folder: Path, manifest: dict[str, Any], sums: dict[str, str]) -> None:
        self.folder = folder
        self.manifest = manifest
        #: Path → SHA-256 of everything in it.
        self.sums = sums
        self.digest = str(manifest[layout.SUMS])

    @property
    def slug(self) -> str:
        """The edition's code."""
        return str(self.manifest["edition"]["slug"])

    def lines(self, path: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The lines of a table with their numbers from 1; none when the table is not there. Raises ArchiveRefused."""
        file = self.folder / path
        if path not in self.sums:
            return
        with file.open("rb") as stream:
            # A line is read up to a limit: one without an end must not fill the memory.
            for number, text in enumerate(iter(lambda: stream.readline(_ROW), b""), start=1):
                try:
                    line = json.loads(text.decode("utf-8"), parse_constant=_refuse)
                except (ValueError, RecursionError) as error:
                    raise ArchiveRefused(wrong_line(path, number, _("不是 JSON"))) from error
                if not isinstance(line, dict):
                    raise ArchiveRefused(wrong_line(path, number, _("不是一条记录")))
                yield number, line


def _refuse(word: str) -> Any:
    """``NaN`` and its like are no JSON, whatever Python reads."""
    raise ValueError(word)


def wrong_line(path: str, number: int, what: str) -> str:
    """What is wrong with one line, for a person."""
    return _("归档里 %(file)s 第 %(line)d 行有误：%(what)s。没有导入任何内容。") % {
        "file": path,
        "line": number,
        "what": what,
    }


@contextmanager
def opened(source: Path) -> Iterator[Package]:
    """Check the zip or folder at ``source`` and yield it unpacked, while it is needed. Raises ArchiveRefused."""
    if source.is_dir():
        yield _checked(source, _paths_below(source))
        return
    if not source.is_file():
        raise ArchiveRefused(_("找不到 %(file)s。") % {"file": source})
    with temporary_folder() as folder:
        try:
            with SafeZip(source, layout.LIMITS) as archive:
                if archive.refused:
                    first = archive.refused[0]
                    text = _("归档里的“%(path)s”不能接受：%(reason)s。没有导入任何内容。")
                    raise ArchiveRefused(text % {"path": first.path, "reason": first.reason})
                _must_fit(folder, sum(entry.bytes for entry in archive.entries))
                for entry in archive.entries:
                    target = folder / entry.path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    archive.extract(entry, target)
                paths = {entry.path for entry in archive.entries}
        except UnsafeZipError as error:
            text = _("这个归档不完整或已损坏（%(reason)s）。请重新下载或复制后再试，没有导入任何内容。")
            raise ArchiveRefused(text % {"reason": error.reason}) from error
        except OSError as error:
            raise ArchiveRefused(_("归档解不开：%(reason)s。没有导入任何内容。") % {"reason": error}) from error
        yield _checked(folder, paths)


def _checked(folder: Path, paths: set[str]) -> Package:
    manifest = _manifest(folder, paths)
    listed = _digest(folder / layout.SUMS) if layout.SUMS in paths else ""
    if not listed or listed != manifest[layout.SUMS]:
        raise ArchiveRefused(_("校验值清单 sha256sums.txt 缺失或被改动过。没有导入任何内容。"))
    sums = _sums(folder / layout.SUMS)
    if extra := sorted(paths - sums.keys() - {layout.SUMS, layout.MANIFEST}):
        raise ArchiveRefused(_("归档里多出了清单中没有的文件“%(path)s”。没有导入任何内容。") % {"path": extra[0]})
    for path, digest in sums.items():
        if path not in paths:
            raise ArchiveRefused(_("归档里缺少“%(path)s”。没有导入任何内容。") % {"path": path})
        if _digest(folder / path) != digest:
            text = _("归档里的“%(path)s”与校验值不符，内容被改动或已损坏。没有导入任何内容。")
            raise ArchiveRefused(text % {"path": path})
    return Package(folder, manifest, sums)


def _manifest(folder: Path, paths: set[str]) -> dict[str, Any]:
    path = folder / layout.MANIFEST
    if layout.MANIFEST not in paths or path.stat().st_size > layout.MANIFEST_BYTES:
        raise ArchiveRefused(_("这不是职教周平台的归档，或者没有下载完整：里面没有 manifest.json。"))
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ArchiveRefused(_("归档的 manifest.json 读不出来。没有导入任何内容。")) from error
    if not isinstance(found, dict) or found.get("format") != layout.FORMAT:
        raise ArchiveRefused(_("这不是职教周平台的归档。"))
    version = found.get("version")
    if not isinstance(version, int) or version > layout.VERSION:
        text = _("这个归档的格式是第 %(version)s 版，本平台只认识到第 %(known)s 版。请先升级平台。")
        raise ArchiveRefused(text % {"version": version, "known": layout.VERSION})
    edition = found.get("edition")
    parts = (edition, found.get("counts"), found.get("totals"))
    lists = [found.setdefault(name, []) for name in ("missing", "damaged")]
    whole = all(isinstance(part, dict) for part in parts) and isinstance(found.get(layout.SUMS), str)
    whole = whole and all(isinstance(one, list) and all(isinstance(each, str) for each in one) for one in lists)
    slug = edition.get("slug") if isinstance(edition, dict) else None
    if not whole or not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise ArchiveRefused(_("归档的 manifest.json 不完整。没有导入任何内容。"))
    return found


def _sums(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    # What is not UTF-8 becomes a name that no file has.
    with path.open(encoding="utf-8", errors="replace") as stream:
        for number, text in enumerate(iter(lambda: stream.readline(_LINE), ""), start=1):
            digest, gap, name = text.rstrip("\n").partition("  ")
            try:
                fits = bool(gap) and len(text) < _LINE and layout.is_digest(digest) and safe_path(name) == name
            except UnsafeZipError:
                fits = False
            if not fits or name in found:
                raise ArchiveRefused(wrong_line(layout.SUMS, number, _("不是一行校验值")))
            found[name] = digest
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _paths_below(folder: Path) -> set[str]:
    """Every file of the folder; a link to somewhere else is refused."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_symlink():
            raise ArchiveRefused(_("归档里的“%(path)s”是指向别处的链接。没有导入任何内容。") % {"path": path.name})
        if path.is_file():
            found.add(path.relative_to(folder).as_posix())
    return found


def _must_fit(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if size + _RESERVE > free:
        text = _("磁盘空间不够：归档解开后需要 %(need)d MB，现在只剩 %(free)d MB。请清理后再试。")
        raise ArchiveRefused(text % {"need": size // 1024**2, "free": free // 1024**2})
