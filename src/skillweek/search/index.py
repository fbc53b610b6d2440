"""The index of the database in use: one interface, two neighbours. See ADR 0110."""

from __future__ import annotations

from types import ModuleType

from django.db import connection

from skillweek.search import index_postgresql, index_sqlite


def current() -> ModuleType:
    """``index_sqlite`` or ``index_postgresql``."""
    return index_postgresql if connection.vendor == "postgresql" else index_sqlite
