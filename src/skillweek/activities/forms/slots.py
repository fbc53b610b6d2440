"""The pattern of service slots as a form (B10)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.activities.domain.series import SHARED, Pattern
from skillweek.activities.forms.session import PlaceForm
from skillweek.core.templatetags.ui import day as day_words
from skillweek.editions.models import Edition


def _time(label: Any, *, required: bool = True) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, required=required, widget=widget)


class SlotsForm(PlaceForm):
    """Days × from–to × minutes, with a pause at noon, so many places each."""

    label = forms.CharField(label=_("名称"), max_length=60, required=False, help_text=_("例如“家电维修服务台”。"))
    days = forms.MultipleChoiceField(label=_("哪几天"), widget=forms.CheckboxSelectMultiple)
    begins = _time(_("每天从"))
    ends = _time(_("到"))
    minutes = forms.IntegerField(label=_("每个时段几分钟"), min_value=1, max_value=600)
    pause = forms.IntegerField(label=_("时段之间间隔几分钟"), min_value=0, max_value=240, required=False)
    lunch_begins = _time(_("午休从"), required=False)
    lunch_ends = _time(_("午休到"), required=False)
    capacity = forms.IntegerField(label=_("每个时段几个名额"), min_value=1, max_value=10_000)

    field_order = ["label", "days", "begins", "ends", "minutes", "pause", "lunch_begins", "lunch_ends", "capacity"]

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, edition=edition, **kwargs)
        days = self.fields["days"]
        assert isinstance(days, forms.MultipleChoiceField)
        days.choices = [(each.isoformat(), day_words(each)) for each in edition.days]

    def clean(self) -> dict[str, Any]:
        """A pause at noon has a beginning and an end."""
        data = super().clean()
        if bool(data.get("lunch_begins")) != bool(data.get("lunch_ends")):
            self.add_error("lunch_ends", _("午休要有开始和结束，或者都不填。"))
        return data

    @property
    def pattern(self) -> Pattern:
        """What ``make_series`` takes; call after ``is_valid``."""
        data = self.cleaned_data
        lunch = (data["lunch_begins"], data["lunch_ends"]) if data["lunch_begins"] else None
        return Pattern(
            days=tuple(day for day in self.edition.days if day.isoformat() in data["days"]),
            begins=data["begins"],
            ends=data["ends"],
            minutes=data["minutes"],
            capacity=data["capacity"],
            pause=data["pause"] or 0,
            lunch=lunch,
        )

    @property
    def shared(self) -> dict[str, Any]:
        """The place, the same for all slots."""
        return {name: self.cleaned_data.get(name) for name in SHARED}


def initial_of(pattern: dict[str, Any]) -> dict[str, Any]:
    """A stored pattern as the form shows it."""
    lunch = pattern.get("lunch") or ["", ""]
    return {
        **{name: pattern.get(name, "") for name in SHARED},
        "days": pattern["days"],
        "begins": pattern["from"],
        "ends": pattern["to"],
        "minutes": pattern["minutes"],
        "pause": pattern.get("pause", 0),
        "lunch_begins": lunch[0],
        "lunch_ends": lunch[1],
        "capacity": pattern["capacity"],
    }
