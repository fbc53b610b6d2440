"""Single values of the document, a group at a time."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from skillweek.editions.describe import PARTS, reading_place, value_at
from skillweek.editions.forms.change import ChangeForm
from skillweek.editions.forms.fields import field_for
from skillweek.editions.models import Edition

_READING = "reading:"


class PartForm(ChangeForm):
    """The values of one part of ``PARTS``, each with the reading of the notice's wording where there is one."""

    def __init__(self, part: str, edition: Edition, data: Mapping[str, Any] | None = None) -> None:
        self.spec = PARTS[part]
        super().__init__(data, edition=edition)
        for path, spec in self.spec.fields.items():
            value = value_at(edition.document, path)
            self.fields[path] = field_for(spec, value)
            self.initial[path] = value
            reading = self._reading_of(path)
            if spec.reading or reading:
                self.fields[_READING + path] = forms.CharField(
                    label=f"{spec.label} · {_('对通知的理解')}",
                    max_length=1000,
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )
                self.initial[_READING + path] = reading

    def _reading_of(self, path: str) -> str:
        assert self.edition is not None
        place, key = reading_place(path)
        return str((value_at(self.edition.document, place) or {}).get(key, ""))

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField | None, bool]]:
        """Each value with its reading, and whether the reading stands open."""
        found = []
        for path in self.spec.fields:
            reading = self[_READING + path] if _READING + path in self.fields else None
            found.append((self[path], reading, bool(reading and (reading.value() or reading.errors))))
        return found

    def changes(self) -> dict[str, Any]:
        """The document's top-level parts as they will be; only what was written anew differs."""
        assert self.edition is not None
        document = copy.deepcopy(self.edition.document)
        changed = set()
        for name in self.changed_data:
            if name.startswith(_READING):
                place, key = reading_place(name.removeprefix(_READING))
                self._put_reading(document, place, key, self.cleaned_data[name])
                changed.add(place[0])
            elif name in self.spec.fields:
                *steps, last = name.split(".")
                holder = document
                for step in steps:
                    holder = holder.setdefault(step, {})
                holder[last] = self.cleaned_data[name]
                changed.add(name.split(".")[0])
        return {key: document[key] for key in changed}

    @staticmethod
    def _put_reading(document: dict[str, Any], place: tuple[str, ...], key: str, text: str) -> None:
        holder = document
        for step in place:
            holder = holder.setdefault(step, {})
        if text:
            holder[key] = text
        else:
            holder.pop(key, None)

    def field_at(self, path: tuple[str | int, ...]) -> str | None:
        """The field whose path is the beginning of this one."""
        dotted = ".".join(str(step) for step in path)
        return next((name for name in self.spec.fields if dotted == name or dotted.startswith(f"{name}.")), None)
