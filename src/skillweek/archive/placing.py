"""Storing the lines of an archive as rows: names become ids of this installation (A8)."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models, router, transaction
from django.utils.translation import gettext as _

from skillweek.archive.package import ArchiveRefused, Package, wrong_line
from skillweek.archive.tables import (
    BATCH,
    columns_of,
    decision_of,
    edition_column,
    file_name,
    is_reference,
    names_organisations,
    names_people,
)
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.editions.specs import LEVELS
from skillweek.press.domain.outlets import OutletBook


class Names:
    """What the archive's keys and codes are here. Filled while the tables come in, in their order."""

    incoming = True

    def __init__(self, edition: Edition, organisations: dict[str, int], people: dict[int, int]) -> None:
        self.edition = edition
        self.slug = edition.slug
        self._organisations = organisations
        self._people = people
        self._keys: dict[str, dict[Any, Any]] = {}

    def organisation(self, name: Any) -> Any:
        """The id of an organisation by its code."""
        return self._organisations.get(name) if isinstance(name, str) else None

    def person(self, key: Any) -> Any:
        """The id of a person by their key."""
        return self._people.get(key) if isinstance(key, int) else None

    @cached_property
    def _outlets(self) -> OutletBook:
        return OutletBook(self.edition)

    def outlet(self, value: Any) -> Any:
        """The id of a medium by its name or any of its other names; a new one when nobody knows it."""
        name, level = str(value["name"]).replace("\0", ""), str(value["level"])
        medium = self._outlets.get(name, level if level in dict(LEVELS) else "")
        if medium is None:
            return None
        self.keep("press.mediaoutlet", medium.pk, medium.pk)
        return medium.pk

    def keep(self, label: str, key: Any, pk: Any) -> None:
        """Remember what a row is called here."""
        self._keys.setdefault(label, {})[str(key)] = pk

    def key(self, label: str, key: Any) -> Any:
        """The id of a row by the archive's key; None when the archive has no such row."""
        if label == "editions.edition":
            return self.edition.pk
        return self._keys.get(label, {}).get(str(key))


class Placer:
    """Writes the lines of one table after another, exactly as they are: nothing is sent, counted or stamped anew."""

    def __init__(self, package: Package, names: Names) -> None:
        self.package = package
        self.names = names
        #: Columns that point to a row of the same table which was not there yet: (model, pk, column, key).
        self._later: list[tuple[type[models.Model], Any, str, Any]] = []

    def place(self, model: type[models.Model]) -> int:
        """Store a table; returns how many lines it has. Raises ArchiveRefused naming file and line."""
        count = 0
        waiting: list[tuple[int, dict[str, Any], models.Model]] = []
        for number, line in self.package.lines(file_name(model)):
            count += 1
            if (row := self._row(model, number, line)) is None:
                continue
            waiting.append((number, line, row))
            if len(waiting) >= BATCH:
                self._store(model, waiting)
                waiting = []
        if waiting:
            self._store(model, waiting)
        self._point(model)
        return count

    def _row(self, model: type[models.Model], number: int, line: dict[str, Any]) -> models.Model | None:
        """The row of one line. None for a line about something that the archive leaves out."""
        decision = decision_of(model)
        known = {column.name for column in columns_of(model)} | {"key"}
        if unknown := sorted(line.keys() - known):
            raise self._wrong(model, number, _("有不认识的一项“%(name)s”") % {"name": unknown[0]})
        line = dict(line)
        try:
            for name, convert in decision.convert.items():
                if name in line:
                    line[name] = convert(line[name], line, self.names)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._wrong(model, number, _("内容的形式不对")) from error
        if decision.is_last and line.get("object_id", line.get("owner_id", "")) is None:
            return None
        values = self._values(model, number, line)
        pk = model._meta.pk
        if pk is not None and isinstance(pk, models.UUIDField):
            values[pk.name] = self._value(model, number, pk, line.get("key"))
        if decision.fill is not None:
            try:
                decision.fill(values, self.names)
            except (KeyError, ValueError) as error:
                raise self._wrong(model, number, _("内容的形式不对")) from error
        if (column := edition_column(model)) is not None:
            values[column.attname] = self.names.edition.pk
        return model(**values)

    def _values(self, model: type[models.Model], number: int, line: dict[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in columns_of(model):
            if column.name not in line:
                continue
            given = line[column.name]
            if model is AuditEvent and column.name == "organisation_id":
                values[column.name] = self.names.organisation(given)
            elif is_reference(column):
                values[column.attname] = self._reference(model, number, column, given)
            elif not isinstance(column, models.AutoField) and column is not model._meta.pk:
                values[column.name] = self._value(model, number, column, given)
        return values

    def _reference(self, model: type[models.Model], number: int, column: Any, given: Any) -> Any:
        if given is None:
            found = None
        elif names_organisations(column):
            found = self.names.organisation(given)
        elif names_people(column):
            found = self.names.person(given)
        elif column.related_model is model:
            return None  # set once all rows are there
        else:
            found = self.names.key(column.related_model._meta.label_lower, given)
        if found is None and not column.null:
            text = _("“%(name)s”指向归档里没有的内容") % {"name": column.name}
            raise self._wrong(model, number, text)
        return found

    def _value(self, model: type[models.Model], number: int, column: Any, given: Any) -> Any:
        try:
            if isinstance(column, models.JSONField):
                if "\\u0000" in json.dumps(given):
                    raise ValidationError("NUL")
                return given
            if given is None and not column.null:
                raise ValidationError("null")
            value = column.to_python(given)
            if isinstance(value, str) and "\0" in value:
                raise ValidationError("NUL")
            if value not in column.empty_values:
                column.run_validators(value)
                if column.choices:
                    column.validate(value, None)
            return value
        except (ValidationError, TypeError, ValueError, OverflowError) as error:
            text = _("“%(name)s”的值不对") % {"name": column.name}
            raise self._wrong(model, number, text) from error

    def _store(self, model: type[models.Model], waiting: list[tuple[int, dict[str, Any], models.Model]]) -> None:
        rows = [row for _number, _line, row in waiting]
        try:
            with transaction.atomic():
                insert_as_they_are(model, rows)
        except DatabaseError as error:
            first = waiting[0][0]
            text = _("从这一行起有内容与本平台已有的数据冲突（%(reason)s）") % {"reason": error}
            raise self._wrong(model, first, text) from error
        label = model._meta.label_lower
        own = [column for column in columns_of(model) if column.related_model is model]
        for _number, line, row in waiting:
            if line.get("key") is not None:
                self.names.keep(label, line["key"], row.pk)
            for column in own:
                if line.get(column.name) is not None:
                    self._later.append((model, row.pk, column.attname, line[column.name]))

    def _point(self, model: type[models.Model]) -> None:
        for table, pk, attname, key in self._later:
            target = self.names.key(table._meta.label_lower, key)
            if target is not None:
                table._default_manager.filter(pk=pk).update(**{attname: target})
        self._later.clear()

    def _wrong(self, model: type[models.Model], number: int, what: str) -> ArchiveRefused:
        return ArchiveRefused(wrong_line(file_name(model), number, what))


def insert_as_they_are(model: type[models.Model], rows: list[Any]) -> None:
    """Insert rows with the times they hold, without signals, and set their new keys.

    ``bulk_create`` would stamp the time of the import on them. ``raw`` is what Django's own ``loaddata`` inserts with.
    """
    manager = model._base_manager
    using = router.db_for_write(model)
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.generated and not (isinstance(field, models.AutoField) and rows[0].pk is None)
    ]
    size = max(1, min(BATCH, connection.ops.bulk_batch_size(fields, rows)))
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        returned = manager._insert(  # type: ignore[attr-defined]
            part, fields=fields, using=using, raw=True, returning_fields=[model._meta.pk]
        )
        for row, values in zip(part, returned, strict=True):
            row.pk = values[0]
