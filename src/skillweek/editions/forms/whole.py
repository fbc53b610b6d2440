"""A whole edition: a folder to load, a copy of last year's."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.editions.folder import EditionFolderError, parse_document
from skillweek.editions.forms.change import ChangeForm
from skillweek.editions.forms.fields import DayField
from skillweek.editions.schema import EditionDocument


class FolderForm(forms.Form):
    """A zip of an edition's folder, to be looked at first."""

    file = forms.FileField(
        label=_("数据文件夹（zip）"),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        help_text=_("与「导出」得到的文件相同，不超过 5 MB。先显示会改什么，确认后才写入。"),
    )


class LoadForm(ChangeForm):
    """Write exactly what was shown."""

    document = forms.CharField(max_length=2_000_000, widget=forms.HiddenInput)

    def clean_document(self) -> EditionDocument:
        try:
            data: Any = json.loads(self.cleaned_data["document"])
            return parse_document(data if isinstance(data, dict) else {})
        except (ValueError, EditionFolderError) as error:
            raise forms.ValidationError(_("数据不完整，请重新选择文件。")) from error


class CopyForm(forms.Form):
    """Next year's edition from this one."""

    id = forms.RegexField(
        r"^[a-z0-9]+(-[a-z0-9]+)*$",
        label=_("新一届的代码"),
        max_length=60,
        help_text=_("小写英文字母、数字和连字符，如 xiamen-2024，建立后不再改。"),
        error_messages={"invalid": _("只能用小写英文字母、数字和连字符，如 xiamen-2024。")},
    )
    title = forms.CharField(label=_("名称"), max_length=200)
    theme = forms.CharField(label=_("主题"), max_length=200)
    starts_on = DayField(label=_("开始日期"), help_text=_("其他日期先按同样的天数顺延，之后可以逐项修改。"))
    ends_on = DayField(label=_("结束日期"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("结束日期不能早于开始日期。"))
        return data
