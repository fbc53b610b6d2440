"""Sessions as a form holds them: a day and two wall-clock times in the edition's zone (B8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.activities.domain.sessions import MAX_SESSIONS, SessionValues
from skillweek.activities.forms.asked import ask_for
from skillweek.activities.models import Activity, Session
from skillweek.editions.models import Edition


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))


def _moment(label: Any, help_text: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    return forms.DateTimeField(label=label, help_text=help_text, required=False, widget=widget, input_formats=formats)


def _degrees(label: Any, limit: int) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.FloatField(label=label, min_value=-limit, max_value=limit, required=False, widget=widget)


class PlaceForm(forms.Form):
    """Where it takes place: name, address, district, and a point in WGS-84 degrees."""

    place = forms.CharField(label=_("地点名称"), max_length=120, required=False)
    address = forms.CharField(label=_("详细地址"), max_length=200, required=False)
    room = forms.CharField(label=_("教室或场地"), max_length=60, required=False)
    district = forms.ChoiceField(label=_("所在区"), required=False)
    latitude = _degrees(_("纬度"), 90)
    longitude = _degrees(_("经度"), 180)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        self.edition = edition
        self.zone = ZoneInfo(edition.zone)
        super().__init__(*args, **kwargs)
        district = self.fields["district"]
        assert isinstance(district, forms.ChoiceField)
        district.choices = [("", _("请选择")), *((row.code, row.name) for row in edition.doc.districts)]

    def clean(self) -> dict[str, Any]:
        """Both coordinates or none."""
        data = super().clean() or self.cleaned_data
        latitude, longitude = data.get("latitude"), data.get("longitude")
        if not self.errors and (latitude is None) != (longitude is None):
            self.add_error("latitude", _("地图位置要有经度和纬度两个数，或者都不填。"))
        return data

    @property
    def place_values(self) -> dict[str, Any]:
        """What ``put_session`` takes of it."""
        return {name: self.cleaned_data.get(name) for name in PlaceForm.base_fields}


class SessionForm(PlaceForm):
    """One session. ``time_open`` and ``place_open`` are the toggles for 另行通知."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=_("场次名称"), max_length=60, required=False, help_text=_("例如“上午场”，可不填。"))
    day = forms.DateField(
        label=_("日期"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    begins = _time(_("开始时间"))
    ends = _time(_("结束时间"))
    time_open = forms.BooleanField(label=_("时间另行通知"), required=False)
    is_online = forms.BooleanField(label=_("线上举行"), required=False)
    online_url = forms.URLField(label=_("线上链接"), max_length=500, required=False, assume_scheme="https")
    place_open = forms.BooleanField(label=_("地点另行通知"), required=False)
    booking = forms.ChoiceField(label=_("预约方式"), choices=Session.Booking.choices, required=False)
    capacity = forms.IntegerField(label=_("名额"), min_value=1, max_value=100_000, required=False)
    max_party = forms.IntegerField(
        label=_("每次预约最多人数"),
        min_value=1,
        max_value=1000,
        required=False,
        help_text=_("不填：按本届的统一规定。"),
    )
    booking_opens = _moment(_("预约开始"), _("不填：公开后即可预约。"))
    booking_closes = _moment(_("预约截止"), _("不填：到开始时间为止。"))
    allows_groups = forms.BooleanField(label=_("接受班级等团体预约"), required=False)
    has_waiting_list = forms.BooleanField(label=_("满额后可候补"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for(self, "day", "begins", "place", "booking")

    def clean(self) -> dict[str, Any]:
        """What does not fit together is said beside the field that is wrong."""
        data = super().clean()
        if self.errors:
            return data
        if not data["time_open"]:
            self._clean_time(data)
        opens, closes = data["booking_opens"], data["booking_closes"]
        if opens and closes and closes <= opens:
            self.add_error("booking_closes", _("预约截止要晚于预约开始。"))
        return data

    def _clean_time(self, data: dict[str, Any]) -> None:
        day, begins, ends = data["day"], data["begins"], data["ends"]
        if day and not begins:
            self.add_error("begins", _("请填写开始时间；时间未定的，请选“时间另行通知”。"))
        elif begins and not day:
            self.add_error("day", _("请填写日期；日期未定的，请选“时间另行通知”。"))
        elif ends and not begins:
            self.add_error("begins", _("写了结束时间，请同时写开始时间。"))
        elif begins and ends and ends <= begins:
            self.add_error("ends", _("结束时间要晚于开始时间。"))

    @property
    def values(self) -> SessionValues:
        """What ``save_activity`` takes; call after ``is_valid``."""
        data = self.cleaned_data
        starts_at = ends_at = None
        if not data["time_open"] and data["day"] and data["begins"]:
            starts_at = datetime.combine(data["day"], data["begins"], tzinfo=self.zone)
            ends_at = datetime.combine(data["day"], data["ends"], tzinfo=self.zone) if data["ends"] else None
        place = dict.fromkeys(PlaceForm.base_fields, "") | {"latitude": None, "longitude": None}
        if not data["place_open"]:
            place = self.place_values
        return SessionValues(
            data["id"],
            {
                "label": data["label"],
                "starts_at": starts_at,
                "ends_at": ends_at,
                "is_online": data["is_online"],
                "online_url": data["online_url"],
                **place,
                "booking": data["booking"] or Session.Booking.NONE,
                "capacity": data["capacity"],
                "max_party": data["max_party"],
                "booking_opens_at": self._aware(data["booking_opens"]),
                "booking_closes_at": self._aware(data["booking_closes"]),
                "allows_groups": data["allows_groups"],
                "has_waiting_list": data["has_waiting_list"],
            },
        )

    def _aware(self, moment: datetime | None) -> datetime | None:
        """Wall-clock time of the edition, whatever zone the reader's pages are in."""
        return moment.replace(tzinfo=self.zone) if moment else None


class _SessionFormSet(forms.BaseFormSet[SessionForm]):
    """The sessions outside series, in their order."""

    @property
    def wanted(self) -> list[SessionValues]:
        """All sessions that are to be there; call after ``is_valid``."""
        return [form.values for form in self.forms if not self._should_delete_form(form)]  # type: ignore[attr-defined]

    @property
    def kept_forms(self) -> list[SessionForm]:
        """The forms behind ``wanted``, in the same order."""
        return [form for form in self.forms if not self._should_delete_form(form)]  # type: ignore[attr-defined]


_Forms = forms.formset_factory(
    SessionForm,
    formset=_SessionFormSet,
    extra=0,
    can_delete=True,
    max_num=MAX_SESSIONS,
    absolute_max=MAX_SESSIONS + 100,
    validate_max=True,
)


def session_forms(activity: Activity, data: Any = None) -> _SessionFormSet:
    """The formset over the activity's sessions, or over what was posted."""
    shown = {"edition": activity.edition}
    if data is not None:
        return _Forms(data, prefix="sessions", form_kwargs=shown)  # type: ignore[return-value]
    sessions = activity.sessions.filter(series=None)
    zone = ZoneInfo(activity.edition.zone)
    initial = [initial_of(session, zone) for session in sessions]
    return _Forms(initial=initial, prefix="sessions", form_kwargs=shown)  # type: ignore[return-value]


def initial_of(session: Session, zone: ZoneInfo) -> dict[str, Any]:
    """A stored session as the form shows it."""

    def local(moment: datetime | None) -> datetime | None:
        return moment.astimezone(zone).replace(tzinfo=None) if moment else None

    starts, ends = local(session.starts_at), local(session.ends_at)
    return {
        "id": session.pk,
        "label": session.label,
        "day": starts.date() if starts else None,
        "begins": starts.time() if starts else None,
        "ends": ends.time() if ends else None,
        "time_open": session.is_time_open,
        "is_online": session.is_online,
        "online_url": session.online_url,
        **{name: getattr(session, name) for name in PlaceForm.base_fields},
        "place_open": session.is_place_open,
        "booking": session.booking,
        "capacity": session.capacity,
        "max_party": session.max_party,
        "booking_opens": local(session.booking_opens_at),
        "booking_closes": local(session.booking_closes_at),
        "allows_groups": session.allows_groups,
        "has_waiting_list": session.has_waiting_list,
    }
