"""Browser input of this room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ContactForm(forms.Form):
    """Where the code goes."""

    contact = forms.CharField(
        label=_("手机号码或电子邮箱"), max_length=254,
        error_messages={"required": _("请填写手机号码或电子邮箱，验证码会发到那里。")},
        widget=forms.TextInput(attrs={"autocomplete": "email", "autocapitalize": "off", "spellcheck": "false"}),
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=_("我已阅读并同意个人信息说明"), error_messages={"required": _("请先阅读个人信息说明，并勾选同意。")},
    )  # fmt: skip
    proof = forms.CharField(widget=forms.HiddenInput, required=False)


class CodeForm(forms.Form):
    """The code that came."""

    code = forms.CharField(
        label=_("验证码"), max_length=12, error_messages={"required": _("请填写收到的 6 位验证码。")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True, "class": "code-input"}
        ),
    )  # fmt: skip


class CheckForm(forms.Form):
    """A certificate's code, as it was typed or scanned."""

    code = forms.CharField(
        label=_("证书编号"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
