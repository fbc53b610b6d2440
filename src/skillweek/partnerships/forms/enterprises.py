"""Forms that enterprises fill in (E3, E4)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.partnerships import catalogue
from skillweek.partnerships.domain.logos import ACCEPT
from skillweek.partnerships.domain.profiles import PUBLIC
from skillweek.partnerships.models import Enterprise, Need, ProfileChange


class ProfileForm(forms.Form):
    """What an enterprise says of itself."""

    name = forms.CharField(
        label=_("企业名称"), max_length=120, widget=forms.TextInput({"autocomplete": "organization"})
    )
    credit_code = forms.CharField(
        label=_("统一社会信用代码"), max_length=40, help_text=_("营业执照上的 18 位代码。"),
        widget=forms.TextInput({"autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    industry = forms.ChoiceField(label=_("行业"), choices=[("", _("请选择")), *Enterprise.Industry.choices])
    scale = forms.ChoiceField(label=_("规模"), choices=[("", _("请选择")), *Enterprise.Scale.choices])
    place = forms.CharField(label=_("所在地"), max_length=120, required=False)
    website = forms.URLField(label=_("网站"), max_length=300, required=False, assume_scheme="https")
    profile = forms.CharField(
        label=_("企业介绍"), max_length=4000, required=False, widget=forms.Textarea({"rows": 4}),
        help_text=_("做什么、需要什么样的人、想怎样和学校合作。"),
    )  # fmt: skip
    logo = forms.FileField(
        label=_("标志"), required=False, widget=forms.FileInput({"accept": ACCEPT}),
        help_text=_("PNG、JPG 或 WebP，最大 5 MB。"),
    )  # fmt: skip
    contact_name = forms.CharField(label=_("联系人"), max_length=60, widget=forms.TextInput({"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("手机号码"), max_length=30,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, files: Any = None, *, row: Enterprise | None = None,
        change: ProfileChange | None = None, **more: Any,
    ) -> None:  # fmt: skip
        names = (
            "name", "credit_code", "industry", "scale", "place", "website", "profile", "contact_name", "phone",
            "version",
        )  # fmt: skip
        initial = {name: getattr(row, name) for name in names} if row is not None else {}
        if change is not None:
            initial |= {name: getattr(change, name) for name in PUBLIC}
        super().__init__(data, files, initial=initial, **more)

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        names = ("name", "credit_code", "industry", "scale", "place", "website", "profile", "contact_name", "phone")
        return {name: self.cleaned_data[name] for name in names} | {"logo": self.cleaned_data["logo"] or None}


class SignUpForm(ProfileForm):
    """The profile, where the link goes, and consent."""

    email = forms.EmailField(
        label=_("邮箱"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("确认链接会发到这里，以后用它登录。"),
    )  # fmt: skip
    agreed = forms.BooleanField(label=_("我同意按上述说明使用我填写的信息"))
    proof = forms.CharField(widget=forms.HiddenInput, required=False)


def _field_choices() -> list[tuple[Any, Any]]:
    majors = catalogue.all_majors()
    found: list[tuple[Any, Any]] = []
    for code, name in catalogue.categories():
        group = [(code, _("%(name)s（整个大类）") % {"name": name})]
        group += [(one, label) for one, label in catalogue.classes() if one[:2] == code]
        group += [
            (major.code, f"{major.name}（{major.level_name}）")
            for major in majors.values()
            if major.category_name == name
        ]
        found.append((name, group))
    return found


class NeedForm(forms.Form):
    """A position or a way to work together."""

    kind = forms.ChoiceField(label=_("类型"), choices=[("", _("请选择")), *Need.Kind.choices])
    title = forms.CharField(label=_("标题"), max_length=120)
    text = forms.CharField(label=_("要求和说明"), max_length=4000, widget=forms.Textarea({"rows": 5}))
    fields_wanted = forms.MultipleChoiceField(
        label=_("专业方向"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("可以选大类、专业类或专业，最多 12 个。学校按它匹配。"),
    )
    number = forms.IntegerField(label=_("人数"), min_value=1, max_value=100000, required=False)
    place = forms.CharField(label=_("地点"), max_length=120, required=False)
    pay = forms.CharField(label=_("待遇"), max_length=120, required=False, help_text=_("例如 4500–6000 元/月，包住。"))
    starts_on = forms.DateField(
        label=_("有效期开始"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("有效期截止"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, need: Need | None = None) -> None:
        names = ("kind", "title", "text", "number", "place", "pay", "starts_on", "ends_on", "version")
        initial: dict[str, Any] = {"client_id": uuid4()}
        if need is not None:
            initial |= {name: getattr(need, name) for name in names}
            initial["fields_wanted"] = [field.code for field in need.fields.all()]
        super().__init__(data, initial=initial)
        wanted: Any = self.fields["fields_wanted"]
        wanted.choices = _field_choices()

    def field_groups(self) -> list[tuple[str, int, list[tuple[str, str, bool]]]]:
        """Category, how many of it are chosen, and its choices: code, name, whether chosen."""
        wanted: Any = self.fields["fields_wanted"]
        chosen = {str(code) for code in self["fields_wanted"].value() or ()}
        found = []
        for name, group in wanted.choices:
            rows = [(code, label, code in chosen) for code, label in group]
            found.append((name, sum(row[2] for row in rows), rows))
        return found

    def add_error(self, field: Any, error: Any) -> None:
        """The verb calls the codes ``fields``."""
        super().add_error("fields_wanted" if field == "fields" else field, error)

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        names = ("kind", "title", "text", "number", "place", "pay", "starts_on", "ends_on")
        return {name: self.cleaned_data[name] for name in names} | {"fields": self.cleaned_data["fields_wanted"]}


class PersonForm(forms.Form):
    """Who comes to a talk; what a guardian says where the person is a minor."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput({"autocomplete": "name"}))
    grade = forms.CharField(label=_("学校和年级"), max_length=60, required=False)
    note = forms.CharField(label=_("想谈什么"), max_length=500, required=False, widget=forms.Textarea({"rows": 2}))
    is_minor = forms.BooleanField(label=_("我未满 18 周岁"), required=False)
    guardian_name = forms.CharField(label=_("监护人姓名"), max_length=60, required=False)
    has_consent = forms.BooleanField(label=_("监护人知道并同意参加"), required=False)
    agreed = forms.BooleanField(label=_("我同意按上述说明使用我填写的信息"))

    def __init__(self, data: Any = None, *, asks_consent: bool, party: Any = None, initial: Any = None) -> None:
        names = ("name", "grade", "note", "is_minor", "guardian_name", "has_consent")
        known = {name: getattr(party, name) for name in names} if party is not None else {}
        super().__init__(data, initial={**(initial or {}), **known})
        if not asks_consent:
            for name in ("is_minor", "guardian_name", "has_consent"):
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        names = ("name", "grade", "note", "is_minor", "guardian_name", "has_consent")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class WishForm(forms.Form):
    """First, second, third … wish: a select for each, so that it works on every phone without a script."""

    is_choosy = forms.BooleanField(label=_("只安排我选的对象"), required=False)

    def __init__(self, data: Any = None, *, others: list[tuple[int, str]], most: int, party: Any = None) -> None:
        super().__init__(data, initial={"is_choosy": getattr(party, "is_choosy", False)})
        mine = list(party.wishes.values_list("other_id", flat=True)) if party is not None else []
        fields: dict[str, forms.Field] = {}
        for rank in range(1, min(most, len(others)) + 1):
            fields[f"wish{rank}"] = forms.TypedChoiceField(
                label=_("第 %(rank)d 志愿") % {"rank": rank}, coerce=int, empty_value=None, required=False,
                choices=[("", _("不选")), *others], initial=mine[rank - 1] if rank <= len(mine) else None,
            )  # fmt: skip
        self.fields = {**fields, **self.fields}

    def others(self) -> list[int]:
        """The chosen parties in order, without gaps."""
        return [value for name, value in self.cleaned_data.items() if name.startswith("wish") and value]
