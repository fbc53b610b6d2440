"""What tests ask of the databases beyond the product: tell which tests use one, and empty it quickly."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}


def uses_database(item: pytest.Item) -> bool:
    """Whether a test asks for a database, by its marker or through any of its fixtures."""
    return item.get_closest_marker("django_db") is not None or not _FIXTURES.isdisjoint(
        getattr(item, "fixturenames", ())
    )


def deselect_those_without(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what would only say the same on another database (``--only-database``)."""
    kept = [item for item in items if uses_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def empty_quickly() -> None:
    """Let PostgreSQL empty only the tables that hold rows, by DELETE.

    Django truncates all 150 tables after each test that commits. That makes new files for every table and index, and
    takes half a second; a test fills twenty tables with few rows. Foreign keys are checked at the end of the
    transaction, so the order does not matter. Sequences go on counting, as they do with Django's own flush in tests.
    """
    if connection.vendor != "postgresql":
        return
    own = type(connection.ops)
    truncate = own.sql_flush

    def sql_flush(
        self: Any, style: Any, tables: list[str], *, reset_sequences: bool = False, allow_cascade: bool = False
    ) -> list[str]:
        if reset_sequences or allow_cascade or not tables:
            found: list[str] = truncate(
                self, style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade
            )
            return found
        names = [self.quote_name(table) for table in tables]
        with self.connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(f"(SELECT {number} FROM {name} LIMIT 1)" for number, name in enumerate(names))
            )
            filled = [names[row[0]] for row in cursor.fetchall()]
        return ["SET CONSTRAINTS ALL DEFERRED;", *(f"DELETE FROM {name};" for name in filled)]

    own.sql_flush = sql_flush
