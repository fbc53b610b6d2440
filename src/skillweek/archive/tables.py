"""Rows as lines of JSON and back: which tables, in which order, and how one value is written.

A line is ``{"key": …, column: value, …}``. ``key`` is the row's id where it was exported: stable there, and what other
lines name it by. Organisations are named by code, people by ``key`` in ``people.jsonl``. The edition is not repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import models

from skillweek.archive.decisions import DECISIONS, Exported
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User

#: Rows read or written at a time.
BATCH: Final = 500
#: Tables with a hand-written form of their own (``people``, ``header``).
SPECIAL: Final = frozenset(
    {"editions.Edition", "organisations.Organisation", "organisations.User", "organisations.Membership"}
)


def skillweek_models() -> list[type[models.Model]]:
    """Every table of the product, those between many-to-many columns too."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_config is not None and model._meta.app_config.name.startswith("skillweek.")
    ]


@cache
def exported_models() -> tuple[type[models.Model], ...]:
    """The tables written as lines, each after those that its rows point to."""
    chosen = [
        model
        for model in skillweek_models()
        if isinstance(DECISIONS.get(model._meta.label), Exported) and model._meta.label not in SPECIAL
    ]
    ordered: list[type[models.Model]] = []
    waiting = sorted(chosen, key=lambda model: (decision_of(model).is_last, model._meta.label))
    while waiting:
        ready = [model for model in waiting if not (_targets(model) & set(waiting)) - {model}]
        if not ready:
            raise RuntimeError(f"tables point to each other in a circle: {[model._meta.label for model in waiting]}")
        ordered.append(ready[0])
        waiting.remove(ready[0])
    return tuple(ordered)


def _targets(model: type[models.Model]) -> set[type[models.Model]]:
    pointed = {column.related_model for column in columns_of(model) if is_reference(column)}
    named = {apps.get_model(label) for label in decision_of(model).after}
    return pointed | named  # type: ignore[return-value]


def decision_of(model: type[models.Model]) -> Exported:
    """What is to be done with an exported table."""
    decision = DECISIONS[model._meta.label]
    assert isinstance(decision, Exported)
    return decision


def is_reference(column: models.Field[Any, Any]) -> bool:
    """Whether the column points to a row of another table."""
    return bool(column.is_relation)


@cache
def columns_of(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """The columns that are written: all but the number that counts rows, the edition, and what is dropped."""
    dropped = DECISIONS[model._meta.label].drop if isinstance(DECISIONS[model._meta.label], Exported) else ()  # type: ignore[union-attr]
    return tuple(
        column
        for column in model._meta.concrete_fields
        if not isinstance(column, models.AutoField)
        and column.related_model is not Edition
        and column.name not in dropped
    )


def edition_column(model: type[models.Model]) -> models.Field[Any, Any] | None:
    """The column that points to the edition, if the table has one."""
    return next((column for column in model._meta.concrete_fields if column.related_model is Edition), None)


def file_name(model: type[models.Model]) -> str:
    """Where a table's lines are in the archive."""
    return f"data/{model._meta.label_lower}.jsonl"


def plain(value: Any) -> Any:
    """A column's value as JSON: moments in UTC, days and times in ISO 8601, UUIDs and decimals as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    return value


def batches(query: models.QuerySet[Any]) -> Iterator[list[Any]]:
    """Rows by primary key, ``BATCH`` at a time. No transaction stays open for a slow reader."""
    ordered = query.order_by("pk")
    last: Any = None
    while rows := list((ordered.filter(pk__gt=last) if last is not None else ordered)[:BATCH]):
        yield rows
        if len(rows) < BATCH:
            return
        last = rows[-1].pk


def names_people(column: models.Field[Any, Any]) -> bool:
    """Whether the column points to a person."""
    return column.related_model is User


def names_organisations(column: models.Field[Any, Any]) -> bool:
    """Whether the column points to an organisation."""
    return column.related_model is Organisation
