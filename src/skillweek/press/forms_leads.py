"""Forms of leads and journalists (D3)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from skillweek.activities.models import Activity, Session
from skillweek.editions.specs import LEVELS
from skillweek.organisations.models import Organisation
from skillweek.press.files import ACCEPT
from skillweek.press.models import Coverage, Lead


class SignUpForm(forms.Form):
    """Who a journalist is, and for whom they write."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput({"autocomplete": "name"}))
    outlet = forms.CharField(
        label=_("所在媒体"), max_length=120, widget=forms.TextInput({"autocomplete": "organization"})
    )
    phone = forms.CharField(
        label=_("手机号码"), max_length=30,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("邮箱"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("确认链接会发到这里，以后用它登录。"),
    )  # fmt: skip
    card_number = forms.CharField(label=_("记者证号"), max_length=40, required=False)
    card_file = forms.FileField(
        label=_("记者证或单位介绍信"), required=False, widget=forms.FileInput({"accept": ACCEPT}),
        help_text=_("没有记者证号的请上传照片或 PDF。只有市级主办单位看得到。"),
    )  # fmt: skip
    agreed = forms.BooleanField(label=_("我同意按上述说明使用我填写的信息"))
    proof = forms.CharField(widget=forms.HiddenInput, required=False)


def local_moment(label: Any, **more: Any) -> forms.DateTimeField:
    """A moment as browsers ask for it, in the zone that is active."""
    return forms.DateTimeField(
        label=label, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), **more,
    )  # fmt: skip


class LeadForm(forms.Form):
    """What is to be seen, when, where, and who knows more."""

    organisation = forms.ModelChoiceField(label=_("单位"), queryset=Organisation.objects.none())
    title = forms.CharField(label=_("标题"), max_length=120)
    what = forms.CharField(
        label=_("看点"), max_length=4000, widget=forms.Textarea({"rows": 5}),
        help_text=_("有什么可看、可拍、可采访的人。"),
    )  # fmt: skip
    topic = forms.ChoiceField(label=_("宣传重点"), required=False)
    activity = forms.ModelChoiceField(
        label=_("关联的活动"), queryset=Activity.objects.none(), required=False, empty_label=_("不关联")
    )
    session = forms.ModelChoiceField(
        label=_("关联的场次"), queryset=Session.objects.none(), required=False, empty_label=_("不关联"),
        help_text=_("选了场次，日期、时间和地点留空时按场次填。"),
    )  # fmt: skip
    day = forms.DateField(label=_("日期"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    hours = forms.CharField(label=_("时间"), max_length=60, required=False, help_text=_("例如 9:00–11:00。"))
    place = forms.CharField(label=_("地点"), max_length=200, required=False)
    contact_name = forms.CharField(label=_("联系人"), max_length=60)
    contact_phone = forms.CharField(
        label=_("联系电话"), max_length=40, widget=forms.TextInput({"type": "tel", "inputmode": "tel"}),
        help_text=_("只给核验过的记者看。"),
    )  # fmt: skip
    embargo_until = local_moment(
        _("解禁时间"), required=False, help_text=_("此前只给核验过的记者看，并请他们到时再发布。")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, lead: Lead, organisations: Any, initial: Any = None) -> None:
        super().__init__(data, initial={**(_initial(lead) if lead.pk else {}), **(initial or {})})
        fields: Any = self.fields
        fields["topic"].choices = [("", _("以后再选")), *((row.code, row.name) for row in lead.edition.doc.topics)]
        if lead.pk:
            del fields["organisation"]
            units = Q(organisation=lead.organisation)
        else:
            fields["organisation"].queryset = organisations
            if len(rows := list(organisations[:2])) == 1:
                fields["organisation"].initial = rows[0]
                fields["organisation"].widget = forms.HiddenInput()
            units = Q(organisation__in=organisations.order_by())
        activities = Activity.objects.filter(units, edition=lead.edition, withdrawn_at=None).order_by("title", "pk")
        fields["activity"].queryset = activities
        fields["session"].queryset = Session.objects.filter(activity__in=activities.order_by()).select_related(
            "activity"
        ).order_by("starts_at", "pk")  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What the verb takes; blanks are filled from the session."""
        names = (
            "title", "what", "topic", "activity", "session", "day", "hours", "place", "contact_name", "contact_phone",
            "embargo_until",
        )  # fmt: skip
        found = {name: self.cleaned_data[name] for name in names}
        session = found["session"]
        if session is not None:
            found["activity"] = found["activity"] or session.activity
            found["day"] = found["day"] or session.day
            found["place"] = found["place"] or " ".join(part for part in (session.place, session.room) if part)[:200]
            if not found["hours"] and session.starts_at:
                from django.utils.timezone import localtime

                end = f"–{localtime(session.ends_at):%H:%M}" if session.ends_at else ""
                found["hours"] = f"{localtime(session.starts_at):%H:%M}{end}"
        return found


def _initial(lead: Lead) -> dict[str, Any]:
    names = (
        "title", "what", "topic", "activity", "session", "day", "hours", "place", "contact_name", "contact_phone",
        "embargo_until", "version",
    )  # fmt: skip
    return {name: getattr(lead, name) for name in names}


class VisitForm(forms.Form):
    """When a journalist wants to come, and with how many."""

    at = local_moment(_("到访时间"))
    people = forms.IntegerField(label=_("人数"), min_value=1, max_value=20, initial=1)
    note = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("例如要采访谁、要不要停车位。"),
    )  # fmt: skip


class HandInForm(forms.Form):
    """What was published."""

    title = forms.CharField(label=_("报道标题"), max_length=200)
    link = forms.URLField(label=_("链接"), max_length=500, required=False, assume_scheme="https")
    published_on = forms.DateField(label=_("发布日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    outlet = forms.CharField(label=_("媒体名称"), max_length=120)
    level = forms.ChoiceField(
        label=_("媒体级别"), required=False, choices=[("", _("按媒体库")), *LEVELS],
        help_text=_("媒体库里有的媒体不用选。"),
    )  # fmt: skip
    medium = forms.ChoiceField(
        label=_("媒体类型"), required=False, choices=[("", _("没有说明")), *Coverage.Media.choices]
    )
