"""Browser input of this room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.editions.models import Edition


class ReasonForm(forms.Form):
    """Why a week is ended or taken up again."""

    reason = forms.CharField(
        label=_("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("会留在操作记录里。")
    )


class CopyForm(forms.Form):
    """What is taken from which edition into which."""

    target = forms.ModelChoiceField(label=_("复制到"), queryset=Edition.objects.none(), empty_label=None)
    parts = forms.MultipleChoiceField(label=_("复制哪些内容"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, targets: Any, parts: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = targets  # type: ignore[attr-defined]
        self.fields["parts"].choices = parts  # type: ignore[attr-defined]
        self.fields["parts"].initial = [key for key, _label in parts]
