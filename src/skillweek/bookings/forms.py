"""Browser input → a wish; the verbs say what it means (B8)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from skillweek.activities.models import Session
from skillweek.bookings.asking import asking_of
from skillweek.bookings.domain import Wish
from skillweek.bookings.domain.wishes import largest_party
from skillweek.bookings.models import Booking
from skillweek.core.errors import DomainError


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

    #: Which wording of the consent stood on the page.
    consent_seen = forms.CharField(widget=forms.HiddenInput, max_length=32, required=False)

    def __init__(self, *args: Any, session: Session, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.asking = asking = asking_of(session, kind)
        self.largest = largest_party(session, kind)
        most = self.largest if asking.max_children is None else asking.max_children
        for name, limit in (("party_size", self.largest), ("children", most)):
            self.fields[name].widget.attrs.update({"max": limit, "inputmode": "numeric", "data-stepper": ""})
        self.fields["children"].label = gettext("其中未满 %(age)d 周岁的孩子") % {"age": asking.age}
        self.fields["guardian_consent"].label = asking.consent
        self.initial["consent_seen"] = asking.seen
        if kind == Booking.Kind.GROUP:
            self.fields["guardian_name"].label = gettext("带队老师姓名")
            self.fields["guardian_name"].help_text = gettext("预约人就是带队老师的，不用填写。")
        self._leave_out()

    def _leave_out(self) -> None:
        """A class asks what its preset needs, and nothing more (E5, E6)."""
        asking = self.asking
        if not asking.asks("needs"):
            del self.fields["needs"]
        if asking.max_children == 0:
            for name in ("children", "guardian_name", "guardian_consent", "consent_seen"):
                del self.fields[name]
        elif asking.asks("teacher"):
            del self.fields["guardian_name"]

    def clean_children(self) -> int:
        return self.cleaned_data["children"] or 0

    def refuse(self, error: DomainError) -> None:
        """Say beside the field what the verb said."""
        self.add_error(error.field if error.field in self.fields else None, error.message)
        if error.field == "guardian_consent":
            # The next time it is sent, it is sent with the wording that stands there now.
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data["consent_seen"] = self.asking.seen
            self.data = data


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

    school = forms.CharField(
        label=_("学校"), max_length=80, required=False, help_text=_("写全称，例如：某某市某某小学。")
    )
    class_name = forms.CharField(label=_("班级"), max_length=40, required=False, help_text=_("例如：三（2）班。"))
    grade = forms.TypedChoiceField(label=_("年级"), required=False, coerce=int)
    arrival = forms.CharField(
        label=_("到校方式"), max_length=200, required=False, help_text=_("例如：一辆大巴，8:40 到南门；或步行。")
    )
    may_wait = forms.BooleanField(label=_("名额不够时，加入候补"), required=False)
    #: A party that does not fit is asked whether it waits.
    asks_to_wait = False

    def __init__(self, *args: Any, session: Session, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, session=session, kind=kind, **kwargs)
        asking, is_group = self.asking, kind == Booking.Kind.GROUP
        wanted = {
            "school": asking.asks("school"), "class_name": asking.asks("school"), "arrival": asking.asks("arrival"),
            "grade": asking.asks("grade") and (is_group or asking.max_children != 0),
            "group_name": is_group and not asking.asks("school"),
        }  # fmt: skip
        for name, is_asked in wanted.items():
            if not is_asked:
                del self.fields[name]
            elif name in ("school", "class_name", "group_name"):
                self.fields[name].required = True
        if "grade" in self.fields:
            choices = [("", gettext("请选择")), *asking.grades]
            self.fields["grade"].choices = choices  # type: ignore[attr-defined]
            self.fields["grade"].label = gettext("年级") if is_group else gettext("孩子的年级")
            self.fields["grade"].asked_for = True  # type: ignore[attr-defined]
        if is_group:
            self.fields["name"].label = gettext("带队老师姓名") if asking.asks("teacher") else gettext("联系人姓名")
            if asking.asks("teacher"):
                self.fields["phone"].label = gettext("带队老师手机号码")
                self.fields["phone"].asked_for = True  # type: ignore[attr-defined]
                self.fields["email"].help_text = gettext("填了邮箱，会把预约链接发到邮箱。")

    def refuse(self, error: DomainError) -> None:
        """With the question whether to wait, where that is what the verb asks."""
        super().refuse(error)
        self.asks_to_wait = error.code == "choose" or bool(self.cleaned_data.get("may_wait"))

    def wish(self) -> Wish:
        """What a valid form asks for."""
        data = self.cleaned_data
        names = {"grade": "grade", "school": "school", "class": "class_name", "arrival": "arrival"}
        return Wish(
            name=data["name"],
            phone=data["phone"],
            email=data["email"],
            party_size=data["party_size"],
            children=data.get("children", 0),
            guardian_name=data.get("guardian_name", ""),
            guardian_consent=data.get("guardian_consent", False),
            needs=data.get("needs", ""),
            kind=self.kind,
            group_name=data.get("group_name", ""),
            language=get_language() or "",
            agreed=data["agreed"],
            details={key: data[name] for key, name in names.items() if data.get(name)},
            consent_seen=data.get("consent_seen", ""),
            may_wait=data["may_wait"],
        )


class PartyForm(_People):
    """Changing how many come."""

    @classmethod
    def of(cls, booking: Booking, data: Any = None) -> PartyForm:
        """The form as the booking stands."""
        names = ("party_size", "children", "guardian_consent", "needs")
        initial = {name: getattr(booking, name) for name in names}
        initial["guardian_name"] = booking.guardian_name if booking.guardian_name != booking.name else ""
        form = cls(data, session=booking.session, kind=booking.kind, initial=initial)
        if booking.consent_text != form.asking.consent:
            # Another wording is agreed to by hand, never by a tick that was left over.
            form.initial["guardian_consent"] = False
        return form


class ContactForm(forms.Form):
    """Putting right who booked, and how they are reached."""

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
        help_text=_("改了以后，预约链接会发到新的邮箱或手机。"),
    )

    @classmethod
    def of(cls, booking: Booking, data: Any = None) -> ContactForm:
        """The form as the booking stands; its ids differ from those of the form beside it."""
        initial = {name: getattr(booking, name) for name in ("name", "phone", "email")}
        return cls(data, initial=initial, auto_id="contact_%s")

    def refuse(self, error: DomainError) -> None:
        """Say beside the field what the verb said."""
        self.add_error(error.field if error.field in self.fields else None, error.message)


class FindForm(forms.Form):
    """Looking for a lost link."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    contact = forms.CharField(
        label=_("手机号码或电子邮箱"),
        max_length=254,
        help_text=_("预约时填写的那一个。链接只会发到预约时填写的邮箱或手机。"),
    )
    proof = forms.CharField(widget=forms.HiddenInput, required=False)
