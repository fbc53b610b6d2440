"""The forms of panels: browser input → clean values; the verbs check what they mean (E1, E10)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.content.forms import AssetField
from skillweek.judging.domain.panels import CriterionSpec
from skillweek.judging.models import Panel, Work
from skillweek.organisations.models import Organisation


class PanelForm(forms.Form):
    """A panel's text, date and method."""

    organisation = forms.ModelChoiceField(label=_("单位"), queryset=Organisation.objects.none())
    title = forms.CharField(label=_("标题"), max_length=120)
    instructions = forms.CharField(
        label=_("给评委的说明"), max_length=4000, required=False, widget=forms.Textarea({"rows": 4})
    )
    due_at = forms.DateTimeField(
        label=_("评分截止"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    is_blind = forms.BooleanField(label=_("盲评：不显示作者和单位"), required=False, initial=True)
    method = forms.ChoiceField(label=_("计分办法"), choices=Panel.Method.choices, initial=Panel.Method.ZSCORE)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, panel: Panel, units: Any) -> None:
        names = [name for name in self.base_fields if name != "organisation"]
        super().__init__(data, initial={name: getattr(panel, name) for name in names} if panel.pk else {})
        fields: Any = self.fields
        if panel.pk:
            del fields["organisation"]
            if panel.state != Panel.State.DRAFT:
                del fields["method"]
            return
        fields["organisation"].queryset = units
        if len(rows := list(units[:2])) == 1:
            fields["organisation"].initial = rows[0]
            fields["organisation"].widget = forms.HiddenInput()

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("organisation", "version")}


class CriterionForm(forms.Form):
    """One criterion; without a name it is none."""

    name = forms.CharField(label=_("评分项"), max_length=40, required=False)
    maximum = forms.IntegerField(label=_("满分"), min_value=1, max_value=100, initial=10)
    weight = forms.IntegerField(label=_("权重"), min_value=1, max_value=100, initial=1)


CriteriaForms = forms.formset_factory(CriterionForm, extra=0, max_num=12, absolute_max=12)


def criteria_of(forms_: Any) -> list[CriterionSpec]:
    """The criteria of a valid set of forms."""
    return [
        CriterionSpec(" ".join(each.cleaned_data["name"].split()), each.cleaned_data["maximum"],
                      each.cleaned_data["weight"])
        for each in forms_ if each.cleaned_data.get("name", "").strip()
    ]  # fmt: skip


class JurorForm(forms.Form):
    """Whom to invite."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    email = forms.EmailField(
        label=_("邮箱"), max_length=254, help_text=_("有本站账号的用账号评审，没有的收到只属于本人的链接。")
    )
    unit = forms.CharField(
        label=_("所在单位"), max_length=120, required=False, help_text=_("写全称；本单位的作品自动回避。")
    )


class WorkForm(forms.Form):
    """One work, added by hand."""

    title = forms.CharField(label=_("名称"), max_length=120)
    group = forms.CharField(label=_("组别"), max_length=40, required=False)
    credit = forms.CharField(label=_("作者和单位"), max_length=120, required=False)
    organisation = forms.ModelChoiceField(
        label=_("所属单位"), queryset=Organisation.objects.none(), required=False, empty_label=_("不在本站"),
        help_text=_("这个单位的评委自动回避。"),
    )  # fmt: skip
    text = forms.CharField(label=_("介绍"), max_length=4000, required=False, widget=forms.Textarea({"rows": 6}))
    picture = AssetField(label=_("图片"), required=False, kinds=("picture",))
    url = forms.URLField(label=_("链接"), max_length=500, required=False, assume_scheme="https")

    def __init__(self, data: Any = None, *, work: Work) -> None:
        super().__init__(data, initial={name: getattr(work, name) for name in self.base_fields})
        fields: Any = self.fields
        fields["picture"].offer(work.panel.organisation, work.panel.edition)
        fields["organisation"].queryset = Organisation.objects.filter(is_active=True).order_by("name")
