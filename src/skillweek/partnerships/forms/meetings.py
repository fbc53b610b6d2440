"""Forms of meetings and intentions in the workspace (E3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from skillweek.core.errors import DomainError
from skillweek.core.forms import choose_from
from skillweek.organisations.models import Organisation
from skillweek.partnerships.domain.meetings import MOST_SLOTS, Times, read_tables_text
from skillweek.partnerships.models import Enterprise, Intention, Meeting


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **more)


class MeetingForm(forms.Form):
    """What, when, where, how long each talk lasts, and the tables."""

    organisation = forms.ModelChoiceField(label=_("主办单位"), queryset=Organisation.objects.none())
    title = forms.CharField(label=_("名称"), max_length=120)
    about = forms.CharField(label=_("说明"), max_length=4000, required=False, widget=forms.Textarea({"rows": 4}))
    guests = forms.ChoiceField(label=_("企业与谁见面"), choices=Meeting.Guests.choices)
    mode = forms.ChoiceField(
        label=_("怎么安排"), choices=Meeting.Mode.choices, help_text=_("先到先得只用于学生和市民。")
    )
    day = _day(_("日期"))
    place = forms.CharField(label=_("地点"), max_length=200)
    apply_until = forms.DateTimeField(
        label=_("报名和填志愿截止"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    first = forms.TimeField(label=_("第一段开始"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("每段分钟"), min_value=5, max_value=480, initial=20)
    gap = forms.IntegerField(label=_("中间间隔分钟"), min_value=0, max_value=240, initial=5)
    count = forms.IntegerField(label=_("段数"), min_value=1, max_value=MOST_SLOTS, initial=6)
    tables = forms.CharField(
        label=_("桌位"), max_length=8000, widget=forms.Textarea({"rows": 4}),
        help_text=_("每行一个房间，例如“201 会议室：1 号桌、2 号桌”。"),
    )  # fmt: skip
    seats = forms.IntegerField(
        label=_("每桌每段人数"), min_value=1, max_value=50, initial=1, help_text=_("一家企业一段时间里同时见几位。")
    )
    most_wishes = forms.IntegerField(label=_("最多选几个志愿"), min_value=1, max_value=20, initial=5)
    most_talks = forms.IntegerField(label=_("每人最多几场面谈"), min_value=1, max_value=MOST_SLOTS, initial=3)
    asks_consent = forms.BooleanField(label=_("未满 18 周岁须监护人同意"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, meeting: Meeting, organisations: Any) -> None:
        super().__init__(data, initial=_initial(meeting) if meeting.pk else {"day": meeting.edition.starts_on})
        if meeting.pk:
            del self.fields["organisation"]
        else:
            choose_from(self.fields["organisation"], organisations)

    def clean_tables(self) -> list[tuple[str, str]]:
        """Rooms and tables."""
        try:
            return read_tables_text(self.cleaned_data["tables"])
        except DomainError as error:
            raise forms.ValidationError(error.message) from error

    def clean(self) -> dict[str, Any]:
        """First come, first served is for people."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("mode") == Meeting.Mode.DIRECT and data.get("guests") == Meeting.Guests.SCHOOLS:
            self.add_error("mode", _("学校的对接先填志愿再排日程；先到先得用于学生和市民。"))
        return data

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        data = self.cleaned_data
        names = (
            "title", "about", "guests", "mode", "day", "place", "apply_until", "seats", "most_wishes", "most_talks",
            "asks_consent", "tables",
        )  # fmt: skip
        times = Times(data["first"], data["minutes"], data["gap"], data["count"])
        return {name: data[name] for name in names} | {"times": times}


def _initial(meeting: Meeting) -> dict[str, Any]:
    names = (
        "title", "about", "guests", "mode", "day", "place", "apply_until", "seats", "most_wishes", "most_talks",
        "asks_consent", "version",
    )  # fmt: skip
    found: dict[str, Any] = {name: getattr(meeting, name) for name in names}
    slots = list(meeting.slots.all())
    if slots:
        gap = slots[1].starts_at - slots[0].ends_at if len(slots) > 1 else timedelta(minutes=5)
        found |= {
            "first": localtime(slots[0].starts_at).time(),
            "minutes": int((slots[0].ends_at - slots[0].starts_at).total_seconds() // 60),
            "gap": int(gap.total_seconds() // 60),
            "count": len(slots),
        }
    rooms: dict[str, list[str]] = {}
    for table in meeting.tables.all():
        rooms.setdefault(table.room, []).append(table.label)
    found["tables"] = "\n".join(f"{room}：{'、'.join(labels)}" for room, labels in rooms.items())
    return found


class IntentionForm(forms.Form):
    """What both sides mean to do."""

    organisation = forms.ModelChoiceField(label=_("学校"), queryset=Organisation.objects.none())
    enterprise = forms.ModelChoiceField(
        label=_("企业"), queryset=Enterprise.objects.none(), required=False, empty_label=_("不在名单里，填下面的名称")
    )
    enterprise_name = forms.CharField(label=_("企业名称"), max_length=120, required=False)
    meeting = forms.ModelChoiceField(
        label=_("在哪场对接会上谈的"), queryset=Meeting.objects.none(), required=False, empty_label=_("不是在对接会上")
    )
    kind = forms.ChoiceField(label=_("类型"), choices=[("", _("请选择")), *Intention.Kind.choices])
    text = forms.CharField(label=_("内容"), max_length=2000, widget=forms.Textarea({"rows": 4}))
    number = forms.IntegerField(label=_("人数或数量"), min_value=0, max_value=1000000, required=False)
    planned_on = _day(_("计划完成日期"), required=False)
    state = forms.ChoiceField(label=_("状态"), choices=Intention.State.choices)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, edition: Any, organisations: Any, intention: Intention | None = None,
        initial: Any = None,
    ) -> None:  # fmt: skip
        names = ("kind", "text", "number", "planned_on", "state", "version")
        known = {name: getattr(intention, name) for name in names} if intention is not None else {"client_id": uuid4()}
        super().__init__(data, initial={**known, **(initial or {})})
        fields: Any = self.fields
        if intention is not None:
            for name in ("organisation", "enterprise", "enterprise_name", "meeting", "client_id"):
                del fields[name]
            return
        choose_from(fields["organisation"], organisations)
        verified = Enterprise.objects.filter(edition=edition, state=Enterprise.State.VERIFIED)
        fields["enterprise"].queryset = verified.defer("logo")
        fields["meeting"].queryset = Meeting.objects.filter(edition=edition).exclude(state=Meeting.State.DRAFT)

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {name: self.cleaned_data[name] for name in ("kind", "text", "number", "planned_on", "state")}


class FollowForm(forms.Form):
    """How it went."""

    state = forms.ChoiceField(label=_("现在的状态"), choices=Intention.State.choices)
    number = forms.IntegerField(label=_("落实的人数或数量"), min_value=0, max_value=1000000, required=False)
    note = forms.CharField(label=_("进展"), max_length=1000, widget=forms.Textarea({"rows": 3}))


class DaysForm(forms.Form):
    """After how many days one asks."""

    days = forms.CharField(
        label=_("记录后多少天跟进"), max_length=80, help_text=_("用顿号或逗号分开，例如 30、90、180。")
    )

    def clean_days(self) -> list[int]:
        """The numbers."""
        parts = self.cleaned_data["days"].replace("、", ",").replace("，", ",").split(",")
        texts = [part.strip() for part in parts if part.strip()]
        if not all(text.isascii() and text.isdigit() and len(text) <= 5 for text in texts):
            raise forms.ValidationError(_("请只写天数，用顿号分开，例如 30、90、180。"))
        return [int(text) for text in texts]
