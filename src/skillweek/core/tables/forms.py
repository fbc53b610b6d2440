"""The form that takes a table."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class TableForm(forms.Form):
    """A table to be looked at first. A room that asks for whom it is adds the field ``home``."""

    file = forms.FileField(label=_("Excel 或 CSV 文件"), widget=forms.FileInput({"accept": ".xlsx,.xls,.csv"}))
    field_order = ("home", "file")
    hint: Any = _("用下载的模板或导出的表格，5 MB 以内。")

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["file"].help_text = self.hint
