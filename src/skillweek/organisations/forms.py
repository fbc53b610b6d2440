"""Browser input → clean values; the verbs check what they mean."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from skillweek.organisations.models import Kind, Line, Organisation, Role, SchoolType
from skillweek.organisations.phones import normalise_phone


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """Numbers are compared as they are stored, so that each counts its failed attempts once however it is written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs.pop("placeholder", None)  # the label says it, in our words

    def clean_login(self) -> str:
        login = str(super().clean_login())
        try:
            return normalise_phone(login) or login
        except ValueError:
            return login


class NewPasswordForm(forms.Form):
    """A password for a confirmed address."""

    password = forms.CharField(
        label=_("设置密码"), max_length=128, strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("至少 10 个字符，不要全是数字，不要用常见密码。"),
    )  # fmt: skip
    again = forms.CharField(
        label=_("再输一次密码"), max_length=128, strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Both are equal."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("两次输入的密码不一样，请再输一次。"))
        return data


class UnitForm(forms.Form):
    """A unit's details."""

    name = forms.CharField(label=_("单位名称"), max_length=120)
    short_name = forms.CharField(label=_("简称"), max_length=30, required=False, help_text=_("界面上优先显示。"))
    line = forms.ChoiceField(label=_("条线"), choices=[("", _("随上级单位")), *Line.choices], required=False)
    school_type = forms.ChoiceField(
        label=_("学校类型"), choices=[("", _("不是学校")), *SchoolType.choices], required=False
    )
    district = forms.CharField(label=_("所在区"), max_length=30, required=False)
    contact_note = forms.CharField(
        label=_("对外联系方式"), max_length=120, required=False, help_text=_("单位的公开电话或地址，例如 2667858。")
    )


class NewUnitForm(UnitForm):
    """A unit to be added below another."""

    field_order = ("kind", "code")
    kind = forms.ChoiceField(label=_("单位性质"))
    code = forms.CharField(
        label=_("单位代码"), max_length=40, help_text=_("字母、数字、横线，建立后不再改；名册按它找到单位。")
    )

    def __init__(self, *args: Any, kinds: list[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why something is done; it stays in the record."""

    reason = forms.CharField(label=_("理由"), max_length=500, help_text=_("会留在记录里。"))


class EndForm(ReasonForm):
    """End a role."""

    leave_empty = forms.BooleanField(label=_("允许暂时空缺"), required=False)


class RoleForm(EndForm):
    """Another role for a person."""

    field_order = ("role", "reason", "leave_empty")
    role = forms.ChoiceField(label=_("新角色"))

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]


class MoveForm(ReasonForm):
    """Another bureau above a unit."""

    field_order = ("parent", "reason")
    parent = forms.ModelChoiceField(label=_("新的上级单位"), queryset=Organisation.objects.none())

    def __init__(self, *args: Any, parents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    """Whom to invite."""

    name = forms.CharField(label=_("姓名"), max_length=60, required=False)
    email = forms.CharField(
        label=_("邮箱"),
        max_length=254,
        required=False,
        widget=forms.EmailInput,
        help_text=_("填了就发邀请邮件；不填则复制链接发给本人。"),
    )
    phone = forms.CharField(
        label=_("手机号码"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )


class InviteForm(PersonForm):
    """Whom to invite as what."""

    field_order = ("role",)
    role = forms.ChoiceField(label=_("角色"))

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]


class AcceptForm(forms.Form):
    """A new account from an invitation."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.CharField(
        label=_("邮箱"), max_length=254, required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    phone = forms.CharField(
        label=_("手机号码"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        help_text=_("邮箱和手机号码至少填一项，都可以用来登录。"),
    )
    password = forms.CharField(
        label=_("设置密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 10 个字符，不要全是数字，不要用常见密码。"),
    )
    password_again = forms.CharField(
        label=_("再输一次密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("password") and data.get("password_again") and data["password"] != data["password_again"]:
            self.add_error("password_again", _("两次输入的密码不一样，请再输一次。"))
        return data


class ProfileForm(forms.Form):
    """One's own details."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.CharField(
        label=_("邮箱"), max_length=254, required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    phone = forms.CharField(
        label=_("手机号码"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    language = forms.ChoiceField(
        label=_("界面语言"), required=False, choices=[("", _("随浏览器")), *settings.LANGUAGES]
    )
    password = forms.CharField(
        label=_("当前密码"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("只有修改邮箱或手机号码时才要填。"),
    )


class RosterForm(forms.Form):
    """A roster to be looked at first."""

    file = forms.FileField(
        label=_("名册文件"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        help_text=_("支持 .xlsx、.xls、.csv，不超过 5 MB、2000 行。"),
    )


class ConfirmRosterForm(forms.Form):
    """Apply what was shown."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    send = forms.BooleanField(label=_("给有邮箱的联络员发邀请邮件"), required=False, initial=True)
