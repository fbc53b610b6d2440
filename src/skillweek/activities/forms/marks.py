"""A reviewer's marks (B5)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_CHOICES = [(mark, str(mark)) for mark in range(1, 6)]


def _mark(label: Any, help_text: Any) -> forms.TypedChoiceField:
    widget = forms.RadioSelect(attrs={"class": "form-check-input"})
    return forms.TypedChoiceField(label=label, help_text=help_text, choices=_CHOICES, coerce=int, widget=widget)


class MarksForm(forms.Form):
    """含金量, 辨识度, 影响力, each from 1 to 5."""

    substance = _mark(_("含金量"), _("内容扎实，能体现职业教育水平。5 分最高。"))
    distinction = _mark(_("辨识度"), _("有自己的特色，看一眼就记得住。"))
    influence = _mark(_("影响力"), _("参与的人多，媒体和社会愿意传播。"))
    comment = forms.CharField(label=_("评语"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))
