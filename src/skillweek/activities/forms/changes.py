"""Browser input for what becomes of approved activities (A3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.activities.forms.asked import ask_for
from skillweek.activities.forms.session import PlaceForm
from skillweek.activities.models import Session
from skillweek.editions.models import Edition
from skillweek.notices.models import Notice

#: What a verb calls a field → what the form calls it.
RENAMED: Final = {"starts_at": "begins", "ends_at": "ends"}


def _clock(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))


class WhenWhereForm(PlaceForm):
    """Time and place of one session, filled with what they are now. An empty day leaves the time open."""

    day = forms.DateField(
        label=_("日期"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    begins = _clock(_("开始时间"))
    ends = _clock(_("结束时间"))
    is_online = forms.BooleanField(label=_("线上举行"), required=False)
    online_url = forms.URLField(label=_("线上链接"), max_length=500, required=False, assume_scheme="https")
    field_order = [
        "day", "begins", "ends", "is_online", "online_url", "place", "address", "room", "district",
        "latitude", "longitude",
    ]  # fmt: skip

    def __init__(self, *args: Any, session: Session, edition: Edition, **kwargs: Any) -> None:
        self.session = session
        initial = {**initial_of(session, ZoneInfo(edition.zone)), **kwargs.pop("initial", {})}
        super().__init__(*args, edition=edition, initial=initial, **kwargs)
        ask_for(self, "day", "begins", "place")

    def clean(self) -> dict[str, Any]:
        """A time needs its day, and a known time is not taken away here."""
        data = super().clean()
        if self.errors:
            return data
        day, begins, ends = data["day"], data["begins"], data["ends"]
        if day and not begins:
            self.add_error("begins", _("填了日期，还要填开始时间。"))
        elif begins and not day:
            self.add_error("day", _("填了时间，还要填日期。"))
        elif ends and not begins:
            self.add_error("begins", _("填了结束时间，还要填开始时间。"))
        elif begins and ends and ends <= begins and not self._keeps_end(data):
            self.add_error("ends", _("结束时间要晚于开始时间。"))
        elif not day and self.session.starts_at is not None:
            self.add_error("day", _("时间不能空着。新的时间还没定，请用「延期」。"))
        return data

    def _keeps_end(self, data: dict[str, Any]) -> bool:
        """A session over several days keeps its end as long as nobody touches its times."""
        return not {"day", "begins", "ends"} & set(self.changed_data)

    @property
    def values(self) -> dict[str, Any]:
        """What ``change_session`` takes: only what was changed."""
        data = self.cleaned_data
        zone = ZoneInfo(self.edition.zone)
        names = [*PlaceForm.base_fields, "is_online", "online_url"]
        new = {name: data[name] for name in names if name in self.changed_data}
        # A point on the map is one thing.
        if {"latitude", "longitude"} & new.keys():
            new |= {"latitude": data["latitude"], "longitude": data["longitude"]}
        if {"day", "begins", "ends"} & set(self.changed_data) and data["day"]:
            new["starts_at"] = datetime.combine(data["day"], data["begins"], tzinfo=zone)
            new["ends_at"] = datetime.combine(data["day"], data["ends"], tzinfo=zone) if data["ends"] else None
        return new


def initial_of(session: Session, zone: ZoneInfo) -> dict[str, Any]:
    """The session as ``WhenWhereForm`` shows it."""
    start = session.starts_at.astimezone(zone) if session.starts_at else None
    end = session.ends_at.astimezone(zone) if session.ends_at else None
    names = [*PlaceForm.base_fields, "is_online", "online_url"]
    return {
        **{name: getattr(session, name) for name in names},
        "day": start.date() if start else None,
        "begins": start.time() if start else None,
        "ends": end.time() if end else None,
    }


class ReasonForm(forms.Form):
    """Why; people who booked read it."""

    reason = forms.CharField(
        label=_("原因"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("预约的市民会看到，例如“因台风预警，为确保安全”。"),
    )
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed


class SupplementForm(forms.Form):
    """Which supplement: one that is there, or a new one to a notice."""

    notice = forms.ModelChoiceField(
        label=_("用哪份补充通知"), queryset=Notice.objects.none(), required=False, empty_label=_("新写一份补充通知")
    )
    parent = forms.ModelChoiceField(
        label=_("补充哪份通知"), queryset=Notice.objects.none(), required=False, empty_label=_("请选择")
    )
    title = forms.CharField(label=_("补充通知标题"), max_length=200, required=False)
    intro = forms.CharField(
        label=_("补充通知正文"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("各项活动的时间地点会自动列成表格，附在正文后面。"),
    )

    def __init__(self, *args: Any, notices: Any, parents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for(self, "notice", "parent", "title")
        for name, rows in (("notice", notices), ("parent", parents)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """A new one needs its notice and its title."""
        data = super().clean() or self.cleaned_data
        if not self.errors and data.get("notice") is None:
            if data.get("parent") is None:
                self.add_error("parent", _("请选择要补充的通知。"))
            if not data.get("title"):
                self.add_error("title", _("请填写补充通知的标题。"))
        return data
