"""Browser input → a wish; the verbs say what it means (B8)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from skillweek.activities.models import Session
from skillweek.bookings.domain import Wish
from skillweek.bookings.domain.wishes import largest_party
from skillweek.bookings.models import Booking


class _People(forms.Form):
    """How many come, and what they need."""

    party_size = forms.IntegerField(label=_("人数"), min_value=1, max_value=1000, initial=1)
    children = forms.IntegerField(min_value=0, max_value=1000, initial=0, required=False)
    guardian_name = forms.CharField(
        label=_("监护人姓名"), max_length=60, required=False, help_text=_("预约人就是监护人的，不用填写。")
    )
    guardian_consent = forms.BooleanField(required=False)
    needs = forms.CharField(
        label=_("特殊需要"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如轮椅、手语、过敏。请不要写与参加活动无关的健康信息。"),
    )

    def __init__(self, *args: Any, session: Session, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        age = session.activity.edition.doc.booking_rules.guardian_below_age
        self.kind = kind
        self.largest = largest_party(session, kind)
        self.fields["party_size"].widget.attrs.update({"max": self.largest, "inputmode": "numeric", "data-stepper": ""})
        self.fields["children"].widget.attrs.update({"max": self.largest, "inputmode": "numeric", "data-stepper": ""})
        self.fields["children"].label = gettext("其中未满 %(age)d 周岁的孩子") % {"age": age}
        if kind == Booking.Kind.GROUP:
            self.fields["guardian_consent"].label = gettext("学校已经取得这些孩子监护人的同意。")
            self.fields["guardian_name"].label = gettext("带队老师姓名")
            self.fields["guardian_name"].help_text = gettext("预约人就是带队老师的，不用填写。")
        else:
            self.fields["guardian_consent"].label = gettext(
                "我是这些孩子的监护人，或已取得监护人同意，并会安排成年人陪同。"
            )

    def clean_children(self) -> int:
        return self.cleaned_data["children"] or 0


class BookForm(_People):
    """A family's booking, or (``kind`` group) a class's."""

    group_name = forms.CharField(
        label=_("学校和班级"), max_length=120, required=False, help_text=_("例如：某某小学三（2）班。")
    )
    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("手机号码"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.CharField(
        label=_("电子邮箱"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        help_text=_("手机和邮箱至少填一个。填了邮箱，会把预约链接发到邮箱。"),
    )
    agreed = forms.BooleanField(label=_("我已阅读个人信息说明，同意为这次活动使用我填写的信息。"), required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    proof = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, session: Session, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, session=session, kind=kind, **kwargs)
        if kind == Booking.Kind.GROUP:
            self.fields["name"].label = gettext("联系人姓名")
            self.fields["group_name"].required = True
        else:
            del self.fields["group_name"]

    def wish(self) -> Wish:
        """What a valid form asks for."""
        data = self.cleaned_data
        return Wish(
            name=data["name"],
            phone=data["phone"],
            email=data["email"],
            party_size=data["party_size"],
            children=data["children"],
            guardian_name=data["guardian_name"],
            guardian_consent=data["guardian_consent"],
            needs=data["needs"],
            kind=self.kind,
            group_name=data.get("group_name", ""),
            language=get_language() or "",
            agreed=data["agreed"],
        )


class PartyForm(_People):
    """Changing how many come."""

    @classmethod
    def of(cls, booking: Booking, data: Any = None) -> PartyForm:
        """The form as the booking stands."""
        names = ("party_size", "children", "guardian_consent", "needs")
        initial = {name: getattr(booking, name) for name in names}
        initial["guardian_name"] = booking.guardian_name if booking.guardian_name != booking.name else ""
        return cls(data, session=booking.session, kind=booking.kind, initial=initial)


class FindForm(forms.Form):
    """Looking for a lost link."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    contact = forms.CharField(
        label=_("手机号码或电子邮箱"),
        max_length=254,
        help_text=_("预约时填写的那一个。链接只会发到预约时填写的邮箱或手机。"),
    )
    proof = forms.CharField(widget=forms.HiddenInput, required=False)
