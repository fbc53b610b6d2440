"""Browser input → clean values; the verbs check what they mean."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from skillweek.notifications.domain.wording import faults
from skillweek.notifications.drivers.sms import needs_templates
from skillweek.notifications.kinds import PARTS, Kind, all_kinds
from skillweek.notifications.models import GroupChannel, ReaderSettings
from skillweek.organisations.models import Organisation


def _clock(label: Any, help_text: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, required=False, widget=widget, help_text=help_text)


class ReaderForm(forms.Form):
    """When one wants to be reached."""

    quiet_from = _clock(_("免打扰开始"), _("按活动周所在地的时间。紧急消息不受影响。"))
    quiet_until = _clock(_("免打扰结束"), _("可以跨过午夜，例如 22:00 到次日 7:30。"))
    digest = forms.ChoiceField(
        label=_("一般消息"),
        choices=ReaderSettings.Digest.choices,
        help_text=_("把标着“一般”的消息合成一封邮件。需要您处理的消息仍然逐条发送。"),
    )
    digest_at = _clock(_("每天汇总的时间"), _("不填时是 8:00。"))


class WordingForm(forms.Form):
    """The city's words of one kind in one language."""

    title = forms.CharField(label=_("标题（邮件主题）"), max_length=200)
    body = forms.CharField(
        label=_("正文（邮件和站内消息）"),
        max_length=4000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("一行里的变量都没有值时，这一行不会出现。"),
    )
    sms = forms.CharField(label=_("短信"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    sms_code = forms.CharField(
        label=_("短信平台的模板编号"),
        max_length=60,
        required=False,
        help_text=_("在短信平台报备上面这段短信，变量按出现的先后，通过后把编号填在这里。"),
    )
    markdown = forms.CharField(
        label=_("群消息"),
        max_length=3000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("企业微信、钉钉、飞书群里的样子：**粗体**、[文字](网址)。"),
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if not needs_templates():
            self.fields["sms_code"].widget = forms.HiddenInput()
        if not kind.body:
            self.fields["body"].help_text = _("这种消息默认没有正文。")

    def clean(self) -> dict[str, Any]:
        """Name every fault at its own field, not only the first."""
        data = super().clean() or {}
        for part in PARTS:
            for fault in faults(self.kind, part, data.get(part, "")):
                self.add_error(part, fault)
        return data


class _RobotFields(forms.Form):
    name = forms.CharField(label=_("群名称"), max_length=60, help_text=_("方便辨认，例如“思明区联络员群”。"))
    url = forms.CharField(
        label=_("机器人地址（Webhook）"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("在群设置里添加“自定义机器人”后复制。谁有这个地址，谁就能往群里发消息，所以保存后不再显示。"),
    )
    secret = forms.CharField(
        label=_("签名密钥"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("钉钉选“加签”、飞书选“签名校验”时填写；企业微信没有。"),
    )
    kinds = forms.MultipleChoiceField(
        label=_("发送哪些消息"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选就是全部。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.code, kind.label) for kind in all_kinds() if "group" in kind.audiences]
        self.fields["kinds"].choices = choices  # type: ignore[attr-defined]


class NewRobotForm(_RobotFields):
    """A robot to be set up."""

    field_order = ("organisation", "kind", "name", "url", "secret", "kinds")
    organisation = forms.ModelChoiceField(label=_("单位"), queryset=Organisation.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=_("平台"), choices=GroupChannel.Kind.choices)

    def __init__(self, *args: Any, units: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = units  # type: ignore[attr-defined]


class RobotForm(_RobotFields):
    """A robot to be changed; empty address and secret keep the present ones."""

    is_active = forms.BooleanField(label=_("启用"), required=False)
    without_secret = forms.BooleanField(label=_("不再使用签名密钥"), required=False)

    def __init__(self, *args: Any, robot: GroupChannel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].required = False
        self.fields["url"].help_text = _("不更换就留空。")
        self.fields["secret"].help_text = _("不更换就留空。")
        if not robot.secret:
            del self.fields["without_secret"]
