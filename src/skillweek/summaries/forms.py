"""Browser input of summaries → clean values (C11)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.content.forms import RichTextField


class SummaryForm(forms.Form):
    """Title and text, with the version the person started from."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    title = forms.CharField(label=_("标题"), max_length=200)
    body = RichTextField(label=_("正文"), assets=False, required=False)
