"""Browser input for tables and copies (B3)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.organisations.models import Organisation


def _unit(units: list[Organisation], label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=[(unit.pk, unit.name) for unit in units], coerce=int)


class UploadForm(forms.Form):
    """A table to be looked at first."""

    organisation = forms.TypedChoiceField(coerce=int)
    file = forms.FileField(
        label=_("活动表格"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        help_text=_("支持 .xlsx、.xls、.csv，不超过 5 MB、2000 行。"),
    )

    def __init__(self, *args: Any, units: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = _unit(units, _("表里没有写单位代码的，算哪个单位的活动"))
        if len(units) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = units[0].pk


class ConfirmForm(forms.Form):
    """Apply what was shown."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class CopyForm(forms.Form):
    """Where a copy goes, and what of its sessions."""

    organisation = forms.TypedChoiceField(coerce=int)
    with_sessions = forms.BooleanField(label=_("连同场次一起复制"), required=False, initial=True)
    shift_days = forms.IntegerField(
        label=_("场次往后移几天"),
        required=False,
        min_value=-400,
        max_value=4000,
        help_text=_("不填：放到本届的同一天（例如都是第一天）。填 7 是往后一周，填负数是往前。"),
    )

    def __init__(self, *args: Any, units: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = _unit(units, _("复制到哪个单位"))
        if len(units) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = units[0].pk
