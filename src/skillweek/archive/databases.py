"""Copying the whole database out and in: SQLite by its own online copy, PostgreSQL by its own tools (A8)."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError

#: engine → name of the copy inside a backup.
FILES: Final = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


def engine() -> str:
    """``sqlite`` or ``postgresql``."""
    return str(connection.vendor)


def dump(target: Path) -> dict[str, int]:
    """Copy the running database to ``target`` and return rows by table, both of the same moment.

    Raises DomainError when PostgreSQL's tools are not there or refuse.
    """
    if engine() == "sqlite":
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"])) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.backup(copy, pages=2000, sleep=0.01)
        return sqlite_counts(target)
    with _snapshot() as (name, counts):
        _run("pg_dump", "--format=custom", f"--snapshot={name}", f"--file={target}", *_database())
    return counts


def load(source: Path) -> dict[str, int]:
    """Replace the database's content by the copy at ``source``; returns rows by table as they are then.

    Raises DomainError when the tools refuse; on PostgreSQL nothing is changed then.
    """
    if engine() == "sqlite":
        connection.close()
        path = Path(connection.settings_dict["NAME"])
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(path, timeout=20)) as live:
            copy.backup(live)
            live.execute("PRAGMA journal_mode=WAL")
        return sqlite_counts(path)
    connection.close()
    _run(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction",
        "--exit-on-error", *_database(), str(source),
    )  # fmt: skip
    return counts()


def counts() -> dict[str, int]:
    """Rows by table of the running database."""
    with connection.cursor() as cursor:
        found = {}
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608 - the database's own names
            found[name] = int(cursor.fetchone()[0])
    return found


def sqlite_counts(path: Path) -> dict[str, int]:
    """Rows by table of an SQLite file, without the shadow tables of its full-text search."""
    with closing(sqlite3.connect(path)) as database:
        names = [
            name
            for (name,) in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
        count = "SELECT COUNT(*) FROM "
        return {name: database.execute(f'{count}"{name}"').fetchone()[0] for name in names}


def is_sound(path: Path) -> bool:
    """Whether an SQLite copy is whole by its own check."""
    try:
        with closing(sqlite3.connect(path)) as database:
            return bool(database.execute("PRAGMA quick_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False


@contextmanager
def _snapshot() -> Iterator[tuple[str, dict[str, int]]]:
    """A moment of the database that pg_dump can be told to copy, and the rows by table at that moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        name = str(cursor.fetchone()[0])
        yield name, counts()


def _database() -> list[str]:
    return [f"--dbname={connection.settings_dict['NAME']}"]


def _run(tool: str, *arguments: str) -> None:
    path = shutil.which(tool)
    if path is None:
        text = _("找不到 %(tool)s。请安装与数据库同版本或更新的 PostgreSQL 客户端工具。")
        raise DomainError(text % {"tool": tool}, code="no_tool")
    done = subprocess.run([path, *arguments], env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        text = _("%(tool)s 没有成功：%(reason)s")
        raise DomainError(text % {"tool": tool, "reason": done.stderr.strip()[-1000:]}, code="tool_failed")


def _environment() -> dict[str, str]:
    """Where the server is and how to get in, by environment: a password on a command line is seen by everybody."""
    given: dict[str, Any] = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    options = {"PGSSLMODE": "sslmode", "PGSSLROOTCERT": "sslrootcert"}
    found = {variable: str(given[key]) for variable, key in names.items() if given.get(key)}
    found |= {variable: str(given["OPTIONS"][key]) for variable, key in options.items() if given["OPTIONS"].get(key)}
    return {**os.environ, **found}
