"""Backup of a whole installation, and restoring it: database, files, the secret key (A8).

Each backup is a folder of its own below the one that is named, complete in itself. Files that the backup before holds
already are hard links to it, so a daily backup costs what came that day. A name ending in ``.tar`` makes one file.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from skillweek.archive import databases
from skillweek.core.clock import now
from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.materials.zipsafe import UnsafeZipError, safe_path
from skillweek.organisations.models import Organisation, User
from skillweek.uploads.storage import in_bucket, temporary_folder

FORMAT: Final = "skillweek-backup"
VERSION: Final = 1
NOTE: Final = "backup.json"
#: SHA-256 and path of every file below ``media/``, as ``sha256sum`` writes it.
SUMS: Final = "media.sha256"
KEY: Final = "secret-key"
_MEDIA: Final = "media"
_UNFINISHED: Final = ".unfinished"
_CHUNK: Final = 1024 * 1024

Tell = Callable[[str], None]


@dataclass
class Done:
    """What a backup or a restore did."""

    path: Path
    tables: int = 0
    rows: int = 0
    files: int = 0
    bytes: int = 0
    #: Files that did not have to be copied again.
    linked: int = 0
    notes: list[str] = field(default_factory=list)


def back_up(target: Path, *, keep: int = 0, tell: Tell = lambda _text: None) -> Done:
    """Write a backup below the folder ``target``, or into the file ``target`` when it ends in ``.tar``.

    ``keep`` removes the oldest ones beyond that number. Raises DomainError.
    """
    if target.suffix == ".tar":
        with temporary_folder() as folder:
            done = _write(folder / "backup", None, tell)
            tell(_("正在写成一个文件…"))
            beside = target.with_name(target.name + _UNFINISHED)
            with tarfile.open(beside, "w") as tar:
                tar.add(done.path, arcname="backup")
            beside.replace(target)
        done.path = target
        return done
    target.mkdir(parents=True, exist_ok=True)
    before = _latest(target)
    name = now().strftime("%Y%m%d-%H%M%S")
    unfinished = target / f"{name}{_UNFINISHED}"
    try:
        done = _write(unfinished, before, tell)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    done.path = unfinished.rename(_free(target, name))
    for old in _all(target)[:-keep] if keep else []:
        shutil.rmtree(old)
    return done


def _write(folder: Path, before: Path | None, tell: Tell) -> Done:
    folder.mkdir(mode=0o700)
    done = Done(folder)
    tell(_("正在复制数据库…"))
    name = databases.FILES[databases.engine()]
    # First the database, then the files: files are never changed, so those that come in between do no harm.
    counts = databases.dump(folder / name)
    done.tables, done.rows = len(counts), sum(counts.values())
    if in_bucket():
        done.notes.append(_("文件在存储桶里，没有复制；请用存储桶自己的版本管理或同步工具备份。"))
    else:
        tell(_("正在复制文件…"))
        _copy_media(folder, before, done)
    key = Path(settings.HOME) / KEY
    if key.is_file():
        shutil.copyfile(key, folder / KEY)
        (folder / KEY).chmod(0o600)
    note = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": now().isoformat(),
        "engine": databases.engine(),
        "database": {"name": name, "sha256": _digest(folder / name)},
        "counts": counts,
        "media": "bucket" if in_bucket() else {"files": done.files, "bytes": done.bytes},
        "migrations": len(MigrationRecorder(connection).applied_migrations()),
    }
    (folder / NOTE).write_text(json.dumps(note, ensure_ascii=False, indent=1), encoding="utf-8")
    return done


def _copy_media(folder: Path, before: Path | None, done: Done) -> None:
    root, known = Path(settings.MEDIA_ROOT), _sums_in(before) if before is not None else {}
    with (folder / SUMS).open("w", encoding="utf-8") as sums:
        for path in _files_below(root):
            relative = path.relative_to(root).as_posix()
            copy = folder / _MEDIA / relative
            copy.parent.mkdir(parents=True, exist_ok=True)
            old = before / _MEDIA / relative if before is not None else None
            try:
                size = path.stat().st_size
                if old is not None and relative in known and old.is_file() and old.stat().st_size == size:
                    digest, linked = known[relative], _linked(old, copy)
                    done.linked += linked
                else:
                    digest = _copied(path, copy)
            except FileNotFoundError:
                continue  # erased meanwhile
            sums.write(f"{digest}  {_MEDIA}/{relative}\n")
            done.files += 1
            done.bytes += size


def restore(source: Path, *, force: bool = False, tell: Tell = lambda _text: None) -> Done:
    """Make this installation what the backup at ``source`` is, and compare rows and checksums afterwards.

    ``source`` is one backup's folder, the folder above several (the latest is taken) or a ``.tar``. Refuses an
    installation that holds anything unless ``force`` is set. Raises DomainError; the message says what was not done.
    """
    with _opened(source) as folder:
        note = _note(folder)
        if not force and (found := what_is_here()):
            text = _("这里已经有数据（%(found)s），没有恢复。确定要覆盖，请加 --force。")
            raise DomainError(text % {"found": found}, code="not_empty")
        tell(_("正在核对备份…"))
        database = folder / databases.FILES[databases.engine()]
        _must_be_whole(folder, database, note)
        done = Done(source)
        # First the files: the database never names one that is not there.
        if note["media"] != "bucket":
            tell(_("正在放回文件…"))
            _put_media(folder, done)
        tell(_("正在恢复数据库…"))
        counts = databases.load(database)
        done.tables, done.rows = len(counts), sum(counts.values())
        _compare(note["counts"], counts)
        _put_key(folder, done)
    return done


def what_is_here() -> str:
    """What this installation holds, in words; empty for a fresh one."""
    if _tables_are_there():
        for model in (Edition, Organisation, User):
            if number := model._base_manager.count():
                return f"{model._meta.verbose_name} {number}"
    if not in_bucket() and next(_files_below(Path(settings.MEDIA_ROOT)), None) is not None:
        return _("已有文件")
    return ""


def _tables_are_there() -> bool:
    with connection.cursor() as cursor:
        return User._meta.db_table in connection.introspection.table_names(cursor)


def _must_be_whole(folder: Path, database: Path, note: dict[str, Any]) -> None:
    if note.get("engine") != databases.engine():
        text = _("备份来自 %(there)s，这里用的是 %(here)s。换数据库请用“完整归档”的导出和导入。")
        raise DomainError(text % {"there": note.get("engine"), "here": databases.engine()}, code="other_engine")
    if not database.is_file() or _digest(database) != note["database"]["sha256"]:
        raise DomainError(_("备份里的数据库缺失或已损坏，没有恢复。请换一份备份。"), code="damaged")
    if databases.engine() == "sqlite" and not databases.is_sound(database):
        raise DomainError(_("备份里的数据库已损坏，没有恢复。请换一份备份。"), code="damaged")
    if note["media"] == "bucket":
        return
    for relative, digest in _sums_in(folder).items():
        path = folder / _MEDIA / relative
        if not path.is_file() or _digest(path) != digest:
            text = _("备份里的文件 %(path)s 缺失或已损坏，没有恢复。请换一份备份。")
            raise DomainError(text % {"path": relative}, code="damaged")


def _put_media(folder: Path, done: Done) -> None:
    root = Path(settings.MEDIA_ROOT)
    for relative, digest in _sums_in(folder).items():
        target = root / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(target.name + ".new")
        if _copied(folder / _MEDIA / relative, beside) != digest:
            beside.unlink()
            raise DomainError(_("文件 %(path)s 写入后与校验值不符，请检查磁盘。") % {"path": relative})
        beside.replace(target)
        done.files += 1
        done.bytes += target.stat().st_size


def _put_key(folder: Path, done: Done) -> None:
    kept, here = folder / KEY, Path(settings.HOME) / KEY
    if not kept.is_file():
        done.notes.append(_("备份里没有密钥文件：请把 SECRET_KEY 设成原来的值，否则要重新登录和重发邀请。"))
    elif not here.exists() or kept.read_bytes() != here.read_bytes():
        # The key that is here was made for an empty installation, or is to be replaced with everything else.
        shutil.copyfile(kept, here)
        here.chmod(0o600)
        done.notes.append(_("密钥已恢复，请重新启动网站。"))


def _compare(said: dict[str, int], found: dict[str, int]) -> None:
    wrong = [name for name in sorted(said.keys() | found.keys()) if said.get(name, 0) != found.get(name, 0)]
    if wrong:
        rows = "；".join(f"{name} {said.get(name, 0)} → {found.get(name, 0)}" for name in wrong[:5])
        raise DomainError(_("恢复后的条数与备份不符：%(rows)s。请不要使用，先查明原因。") % {"rows": rows})


@contextmanager
def _opened(source: Path) -> Iterator[Path]:
    if source.is_file():
        with temporary_folder() as folder:
            try:
                with tarfile.open(source) as tar:
                    tar.extractall(folder, filter="data")
            except (tarfile.TarError, OSError, EOFError) as error:
                raise DomainError(_("这个备份文件打不开或不完整：%(reason)s") % {"reason": error}) from error
            yield folder / "backup"
        return
    if (source / NOTE).is_file():
        yield source
        return
    latest = _latest(source) if source.is_dir() else None
    if latest is None:
        raise DomainError(_("%(path)s 里没有备份。") % {"path": source}, code="no_backup")
    yield latest


def _note(folder: Path) -> dict[str, Any]:
    try:
        note: dict[str, Any] = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        known = note["format"] == FORMAT and note["version"] <= VERSION
        whole = isinstance(note["counts"], dict) and isinstance(note["database"]["sha256"], str) and "media" in note
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DomainError(_("这不是完整的备份：backup.json 读不出来。"), code="no_backup") from error
    if not known or not whole:
        raise DomainError(_("这个备份的格式本平台不认识，请先升级平台。"), code="no_backup")
    return note


def _all(folder: Path) -> list[Path]:
    """Finished backups below the folder, the oldest first."""
    return sorted(path for path in folder.iterdir() if (path / NOTE).is_file() and path.suffix != _UNFINISHED)


def _latest(folder: Path) -> Path | None:
    found = _all(folder)
    return found[-1] if found else None


def _free(folder: Path, name: str) -> Path:
    return next(path for n in range(1, 1000) if not (path := folder / (name if n == 1 else f"{name}-{n}")).exists())


def _files_below(root: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            if not name.endswith(".new"):
                yield Path(place) / name


def _sums_in(folder: Path) -> dict[str, str]:
    """Path below ``media/`` → SHA-256. A line that leads elsewhere refuses the whole."""
    found: dict[str, str] = {}
    try:
        with (folder / SUMS).open(encoding="utf-8") as stream:
            for line in stream:
                digest, _gap, name = line.rstrip("\n").partition("  ")
                relative = name.removeprefix(f"{_MEDIA}/")
                if safe_path(relative) != relative:
                    raise UnsafeZipError("", "")
                found[relative] = digest
    except (OSError, UnsafeZipError) as error:
        raise DomainError(_("备份里的 media.sha256 缺失或有误。"), code="damaged") from error
    return found


def _linked(old: Path, copy: Path) -> bool:
    """Link to the backup before; on file systems without links, copy."""
    try:
        os.link(old, copy)
    except OSError:
        shutil.copyfile(old, copy)
        return False
    return True


def _copied(source: Path, target: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as stream, target.open("wb") as out:
        while block := stream.read(_CHUNK):
            digest.update(block)
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
