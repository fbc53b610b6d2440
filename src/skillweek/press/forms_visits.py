"""Forms of visits to schools: what is offered, who comes, the itinerary (E9)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from skillweek.core.forms import choose_from
from skillweek.organisations.models import Organisation
from skillweek.press.access_visits import Visitor
from skillweek.press.domain.itinerary import MAX_STOPS, Stop
from skillweek.press.forms_leads import HandInForm, local_moment
from skillweek.press.models import SchoolVisit, VisitOffer


class OfferForm(forms.Form):
    """What journalists and creators should know before they ask."""

    organisation = forms.ModelChoiceField(label=_("单位"), queryset=Organisation.objects.none())
    is_open = forms.BooleanField(label=_("接受探校申请"), required=False, initial=True)
    what = forms.CharField(
        label=_("看点"), max_length=2000, widget=forms.Textarea({"rows": 4}),
        help_text=_("有什么可看、可拍、可采访的人。会公开显示。"),
    )  # fmt: skip
    rules = forms.CharField(
        label=_("进校须知"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("例如：拍摄学生先征得同意；实训车间穿平底鞋。"),
    )  # fmt: skip
    max_people = forms.IntegerField(label=_("每次最多人数"), min_value=1, max_value=200, initial=10)
    days_before = forms.IntegerField(label=_("至少提前几天申请"), min_value=0, max_value=60, initial=1)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, organisations: Any, offer: VisitOffer | None = None) -> None:
        names = ("organisation", "is_open", "what", "rules", "max_people", "days_before", "version")
        super().__init__(data, initial={name: getattr(offer, name) for name in names} if offer else {})
        if offer is not None:
            del self.fields["organisation"]
            return
        choose_from(self.fields["organisation"], organisations)


class ApplyForm(forms.Form):
    """When somebody wants to come, with whom, for what."""

    name = forms.CharField(label=_("联系人"), max_length=60, widget=forms.TextInput({"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("手机号码"), max_length=30,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    platform = forms.ChoiceField(label=_("平台"), choices=[("", _("请选择")), *SchoolVisit.Platform.choices])
    handle = forms.CharField(label=_("账号名称"), max_length=80, help_text=_("学校会先看看您的作品。"))
    account_url = forms.URLField(label=_("账号主页"), max_length=300, required=False, assume_scheme="https")
    followers = forms.IntegerField(label=_("粉丝数"), min_value=0, max_value=2_000_000_000, required=False)
    starts_at = local_moment(_("到校时间"))
    ends_at = local_moment(_("离校时间"))
    people = forms.IntegerField(label=_("人数"), min_value=1, max_value=200, initial=1)
    crew = forms.CharField(
        label=_("同行人员"), max_length=300, required=False, help_text=_("姓名和分工，例如：王某 摄像。")
    )
    wishes = forms.CharField(
        label=_("想看什么、采访谁"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )
    equipment = forms.CharField(
        label=_("设备"), max_length=300, required=False, help_text=_("例如：两台摄像机；无人机请写明。")
    )
    agreed = forms.BooleanField(label=_("我已阅读进校须知，同意学校为接待使用我填写的信息"))
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, visitor: Visitor, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].widget.attrs["max"] = most
        if visitor.participant is None:
            for name in ("platform", "handle", "account_url", "followers"):
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What ``ask`` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "agreed"}


class ProposeForm(forms.Form):
    """Another time."""

    starts_at = local_moment(_("建议到校时间"))
    ends_at = local_moment(_("建议离校时间"))
    words = forms.CharField(label=_("说明"), max_length=500, required=False)


class StopForm(forms.Form):
    """One stop; an empty row is passed over."""

    at = forms.TimeField(label=_("时间"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    place = forms.CharField(label=_("地点"), max_length=120, required=False)
    person = forms.CharField(label=_("接待人"), max_length=120, required=False)
    what = forms.CharField(label=_("内容"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.asked_for = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A stop has a time and a place."""
        data: dict[str, Any] = super().clean() or {}
        if any(data.get(name) for name in self.fields):
            if data.get("at") is None and "at" not in self.errors:
                self.add_error("at", _("请填写时间。"))
            if not data.get("place"):
                self.add_error("place", _("请填写地点。"))
        return data


StopFormSet: type[BaseFormSet[Any]] = formset_factory(StopForm, extra=3, max_num=MAX_STOPS, absolute_max=MAX_STOPS + 5)


def stop_forms(visit: SchoolVisit, zone: Any, data: Any = None) -> BaseFormSet[Any]:
    """The itinerary's rows with three empty ones."""
    initial = [
        {"at": one.at.astimezone(zone).time(), "place": one.place, "person": one.person, "what": one.what}
        for one in visit.stops.all()
    ]
    return StopFormSet(data, initial=initial, prefix="stop")


def stops_of(forms_: BaseFormSet[Any], visit: SchoolVisit, zone: Any) -> list[Stop]:
    """The rows as stops on the visit's day; after midnight they are of the next day."""
    first = visit.starts_at.astimezone(zone)
    found = []
    for row in forms_.cleaned_data:
        if not row or row.get("at") is None:
            continue
        at = datetime.combine(first.date(), row["at"], tzinfo=zone)
        if at < first - timedelta(hours=1) and at + timedelta(days=1) <= visit.ends_at:
            at += timedelta(days=1)
        found.append(Stop(at, row["place"], row["person"], row["what"]))
    return found


class CreatorHandInForm(HandInForm):
    """What a creator published: on their own account, so nobody asks for a medium's level."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["level"], self.fields["medium"]
        self.fields["outlet"].label = _("账号名称")
