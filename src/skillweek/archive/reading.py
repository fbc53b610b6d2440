"""Reading one edition out of the database, line by line (A8)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.db import models

from skillweek.archive.tables import (
    BATCH,
    batches,
    columns_of,
    decision_of,
    exported_models,
    is_reference,
    names_organisations,
    names_people,
    plain,
)
from skillweek.content.models import Version
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.organisations.models import Membership, Organisation, User
from skillweek.press.models import MediaOutlet

#: Tables whose rows belong to an edition only through the row they speak of.
_ABOUT: dict[type[models.Model], str] = {AuditEvent: "object_type", Version: "object_type"}


class EditionReader:
    """Yields the lines of one edition. Keeps codes of organisations and ids of named people, nothing else."""

    incoming = False

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.slug = edition.slug
        self._codes: dict[int, str] = dict(Organisation.objects.order_by().values_list("pk", "code"))
        #: Ids of the people that any line names.
        self.people: set[int] = set()

    def organisation(self, name: Any) -> Any:
        """The code of an organisation."""
        return self._codes.get(name)

    @cached_property
    def _outlets(self) -> dict[int, dict[str, str]]:
        return {
            row["pk"]: {"name": row["name"], "level": row["level"]}
            for row in MediaOutlet.objects.values("pk", "name", "level")
        }

    def outlet(self, value: Any) -> Any:
        """Name and level of a medium."""
        return self._outlets.get(value)

    def key(self, label: str, key: Any) -> Any:
        """Keys stay what they are."""
        return key

    def rows(self, model: type[models.Model]) -> models.QuerySet[Any]:
        """The rows of a table that belong to the edition, found by its path."""
        decision = decision_of(model)
        return model._default_manager.filter(**{decision.path: self.edition, **decision.only})

    def lines(self, model: type[models.Model]) -> Iterator[dict[str, Any]]:
        """Every row of the table as a line, in the order of keys."""
        if model in _ABOUT:
            for batch in self._about(model, _ABOUT[model]):
                yield from (self.line(row) for row in batch)
            return
        for batch in batches(self.rows(model)):
            yield from (self.line(row) for row in batch)

    def line(self, row: models.Model) -> dict[str, Any]:
        """One row as it is written."""
        model, decision = type(row), decision_of(type(row))
        columns = columns_of(model)
        pk = model._meta.pk
        line: dict[str, Any] = {} if pk in columns and is_reference(pk) else {"key": plain(row.pk)}
        for column in columns:
            if column is pk and not is_reference(column):
                continue
            value = getattr(row, column.attname)
            if names_organisations(column):
                line[column.name] = self._codes.get(value)
            elif names_people(column):
                line[column.name] = value
                if value is not None:
                    self.people.add(value)
            else:
                line[column.name] = plain(value)
        if model is AuditEvent:
            # A plain number in the table, so that core knows no organisation.
            line["organisation_id"] = self._codes.get(line["organisation_id"] or 0)
        for name, convert in decision.convert.items():
            line[name] = convert(line[name], line, self)
        if decision.prepare is not None:
            decision.prepare(line)
        return line

    def _about(self, model: type[models.Model], type_field: str) -> Iterator[list[Any]]:
        """Rows that speak of the edition itself or of an exported row, by the label and key they hold."""
        yield from self._speaking_of(model, type_field, "editions.edition", [self.edition.pk])
        for subject in exported_models():
            if subject in _ABOUT:
                continue
            keys = self.rows(subject).order_by("pk").values_list("pk", flat=True)
            for chosen in _sliced(keys):
                yield from self._speaking_of(model, type_field, subject._meta.label_lower, chosen)

    def _speaking_of(
        self, model: type[models.Model], type_field: str, label: str, keys: list[Any]
    ) -> Iterator[list[Any]]:
        held = [str(key) for key in keys] if model is AuditEvent else [key for key in keys if isinstance(key, int)]
        if held:
            yield from batches(model._default_manager.filter(**{type_field: label, "object_id__in": held}))

    def organisations(self) -> Iterator[dict[str, Any]]:
        """The whole tree, parents first: totals count schools that handed nothing in, too."""
        codes: dict[str, str] = {}
        for unit in Organisation.objects.order_by("path").iterator(chunk_size=BATCH):
            codes[unit.path] = unit.code
            yield {
                "code": unit.code,
                "parent": codes.get(unit.path[: -Organisation.steplen]) if unit.depth > 1 else None,
                **{name: getattr(unit, name) for name in ORGANISATION_COLUMNS},
            }

    def named_people(self) -> Iterator[dict[str, Any]]:
        """Everybody whom a line has named so far: name and roles; no address, no number, no password."""
        for chosen in _sliced(sorted(self.people)):
            roles: dict[int, list[dict[str, str]]] = {}
            held = Membership.objects.filter(user__in=chosen).select_related("organisation").order_by("pk")
            for row in held:
                pair = {"organisation": row.organisation.code, "role": str(row.role)}
                if pair not in roles.setdefault(row.user_id, []):
                    roles[row.user_id].append(pair)
            for pk, name in User.objects.filter(pk__in=chosen).order_by("pk").values_list("pk", "name"):
                yield {"key": pk, "name": name, "roles": roles.get(pk, [])}


#: What is written of an organisation beside its code and parent.
ORGANISATION_COLUMNS = (
    "name", "short_name", "kind", "line", "school_type", "district", "contact_note", "is_active", "is_sample",
)  # fmt: skip


def _sliced(keys: Any) -> Iterator[list[Any]]:
    found: list[Any] = []
    for key in keys.iterator(chunk_size=BATCH) if isinstance(keys, models.QuerySet) else keys:
        found.append(key)
        if len(found) == BATCH:
            yield found
            found = []
    if found:
        yield found
