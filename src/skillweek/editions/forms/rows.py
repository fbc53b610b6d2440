"""One row of one of the document's lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from skillweek.editions.describe_lists import LIST_SPECS
from skillweek.editions.forms.change import ChangeForm
from skillweek.editions.forms.fields import field_for
from skillweek.editions.models import Edition
from skillweek.editions.rows import free_code, put_row, rows_of, with_rows
from skillweek.editions.specs import ORIGINS


class RowForm(ChangeForm):
    """A new row (``code`` empty) or the row with this code. Its place in the list can be chosen."""

    def __init__(self, name: str, edition: Edition, code: str = "", data: Mapping[str, Any] | None = None) -> None:
        self.name, self.code = name, code
        self.spec = LIST_SPECS[name]
        super().__init__(data, edition=edition)
        self.rows = rows_of(edition.document, name)
        codes = [row["code"] for row in self.rows]
        row = self.rows[codes.index(code)] if code else {}
        self._add_code(codes)
        for column, spec in self.spec.columns.items():
            if column == "code":
                continue
            self.fields[column] = field_for(spec, row.get(column))
            self.initial[column] = row.get(column, "notice" if spec.choices == ORIGINS else None)
        if "maximum" in self.fields and not code:
            self.initial["maximum"] = 1_000_000
        last = len(self.rows) + (0 if code else 1)
        if last > 1:
            self.fields["position"] = forms.IntegerField(
                label=_("排在第几位"), min_value=1, max_value=last, initial=codes.index(code) + 1 if code else last
            )

    def _add_code(self, taken: list[str]) -> None:
        """A code is given once: other data refers to it."""
        if self.code:
            return
        if "code" in self.spec.columns:
            kinds = [(value, label) for value, label in self.spec.columns["code"].choices if value not in taken]
            self.fields["code"] = forms.ChoiceField(label=str(self.spec.columns["code"].label), choices=kinds)
            return
        self.fields["code"] = forms.RegexField(
            r"^[a-z0-9][a-z0-9_-]*$",
            label=_("代码"),
            max_length=60,
            required=False,
            help_text=_("小写英文字母、数字和连字符，保存后不再改。留空自动编号。"),
            error_messages={"invalid": _("只能用小写英文字母、数字和连字符，以字母或数字开头。")},
        )

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if any(row["code"] == code for row in self.rows):
            raise forms.ValidationError(_("这个代码已经用过，请换一个。"))
        return code

    def changes(self) -> dict[str, Any]:
        """The list as it will be, as a change of the document."""
        assert self.edition is not None
        code = self.code or self.cleaned_data["code"] or free_code(self.name, self.rows)
        values = {name: self.cleaned_data[name] for name in self.spec.columns if name != "code"}
        position = self.cleaned_data.get("position") or len(self.rows) + 1
        rows = put_row(self.rows, {"code": code, **values}, position - 1)
        return with_rows(self.edition.document, self.name, rows)

    def field_at(self, path: tuple[str | int, ...]) -> str | None:
        """The column, for any row: the others were valid before."""
        last = str(path[-1]) if path else ""
        return last if last in self.fields else None
