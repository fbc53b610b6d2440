"""The plan's form: its parts, and a text for each day (B3)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.activities.forms.asked import ask_for
from skillweek.activities.models import Plan
from skillweek.core.templatetags.ui import day as day_words

DAY = "day-"


def _area(label: Any, rows: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


class PlanForm(forms.Form):
    """Every field is optional: a draft is saved with whatever is there."""

    title = forms.CharField(label=_("方案名称"), max_length=200, required=False)
    leader_name = forms.CharField(label=_("总负责人"), max_length=60, required=False)
    leader_phone = forms.CharField(label=_("总负责人电话"), max_length=40, required=False)
    leaders = _area(_("组织领导和分工"), 5, help_text=_("一行一人，例如“组长：陈校长，负责总体协调”。"))
    goals = _area(_("总体目标"), 4)
    safety = _area(_("安全保障"), 4)
    publicity = _area(_("宣传安排"), 4)

    def __init__(self, data: Any = None, *, plan: Plan) -> None:
        initial = {name: getattr(plan, name) for name in PlanForm.base_fields}
        days = {f"{DAY}{each.isoformat()}": each for each in plan.edition.days}
        initial.update({name: plan.arrangements.get(name.removeprefix(DAY), "") for name in days})
        super().__init__(data, initial=initial)
        ask_for(self, "leader_name", "leader_phone", "leaders", "safety")
        for name, each in days.items():
            self.fields[name] = _area(day_words(each), 2)

    @property
    def values(self) -> dict[str, Any]:
        """The fields that are valid, for ``save_plan``; call after ``is_valid``."""
        data = self.cleaned_data
        arrangements = {name.removeprefix(DAY): text for name, text in data.items() if name.startswith(DAY)}
        return {name: data[name] for name in PlanForm.base_fields if name in data} | {"arrangements": arrangements}
