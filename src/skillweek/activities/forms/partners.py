"""Browser input about joint organisers (B12)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.activities.models import Partner
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


class InviteForm(forms.Form):
    """Whom to ask: a unit by name or code, or somebody from outside by name."""

    unit = forms.CharField(
        label=_("系统里的单位"),
        max_length=120,
        required=False,
        help_text=_("输入单位全称、简称或代码，从提示里选。对方会收到邀请。"),
        widget=forms.TextInput(attrs={"list": "partner-units", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("系统外的单位"), max_length=120, required=False, help_text=_("例如企业、普通中小学，不用确认。")
    )
    part = forms.CharField(
        label=_("承担的工作"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    organisation: Organisation | None = None

    def clean_unit(self) -> str:
        """The one unit with this name, short name or code."""
        text = " ".join(str(self.cleaned_data["unit"]).replace("\0", "").split())
        if not text:
            return ""
        active = Organisation.objects.filter(is_active=True)
        found = list(active.filter(code__iexact=text)[:2]) or list(active.filter(name=text)[:2])
        found = found or list(active.filter(short_name=text)[:2])
        if len(found) != 1:
            wording = _("有几个单位叫这个名称，请改填单位代码。") if found else _("没有找到这个单位，请填全称或代码。")
            raise forms.ValidationError(wording)
        self.organisation = found[0]
        return text


class PartForm(forms.Form):
    """What a joint organiser reports: text, and the edition's figures."""

    report = forms.CharField(
        label=_("完成情况"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("本单位做了什么、效果怎样。"),
    )

    def __init__(self, *args: Any, edition: Edition, partner: Partner, **kwargs: Any) -> None:
        self.codes = [row.code for row in edition.doc.report_figures]
        initial = {"report": partner.report, **{f"figure-{code}": partner.figures.get(code) for code in self.codes}}
        super().__init__(*args, **{**kwargs, "initial": initial})
        for row in edition.doc.report_figures:
            self.fields[f"figure-{row.code}"] = forms.IntegerField(
                label=row.label,
                help_text=row.help,
                required=False,
                min_value=0,
                max_value=row.maximum,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    @property
    def figures(self) -> dict[str, int | None]:
        """Figure codes → numbers; None where nothing was typed."""
        return {code: self.cleaned_data.get(f"figure-{code}") for code in self.codes}
