"""Browser input → clean values; the verbs check what they mean."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.content.forms import AssetField, RichTextField
from skillweek.content.models import Asset
from skillweek.editions.models import Edition
from skillweek.notices.content import (
    MAX_ATTACHMENTS,
    MAX_NUMBER,
    MAX_RECIPIENTS,
    MAX_TITLE,
    moment_of,
)
from skillweek.organisations.models import Organisation

_MOMENT = "%Y-%m-%dT%H:%M"
_NAME = "attachment_title_"


class _Moment(forms.DateTimeField):
    """A moment on the wall clock of the edition's zone, which the view activates."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateTimeInput({"type": "datetime-local"}, format=_MOMENT))
        super().__init__(input_formats=[_MOMENT, "%Y-%m-%dT%H:%M:%S"], required=False, **kwargs)


class NoticeForm(forms.Form):
    """Everything of a notice but its audience, which has a picker of its own. A draft may be unfinished."""

    title = forms.CharField(
        label=_("标题"),
        max_length=MAX_TITLE,
        error_messages={"required": _("请填写通知标题，草稿也要有标题才找得到。")},
    )
    document_number = forms.CharField(
        label=_("文号"), max_length=MAX_NUMBER, required=False, help_text=_("例如：厦教高职〔2023〕1号。没有可以不填。")
    )
    issuers = forms.CharField(
        label=_("发文单位"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("联合发文时一行一个，按署名顺序。"),
    )
    recipients_text = forms.CharField(
        label=_("主送"),
        required=False,
        max_length=MAX_RECIPIENTS,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("印在正文前面的文字，例如“各区教育局，各职业院校”。实际发给谁，在“发给谁”里选择。"),
    )
    body = RichTextField(label=_("正文"), required=False)
    issued_on = forms.DateField(
        label=_("成文日期"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("不填时，用发布当天的日期。"),
    )
    attachments = AssetField(
        label=_("附件"), kinds=[Asset.Kind.ATTACHMENT], multiple=True, limit=MAX_ATTACHMENTS, required=False
    )
    acknowledge_by = _Moment(label=_("签收期限"), help_text=_("期限前一天会自动提醒还没签收的单位。不填表示不限。"))
    valid_until = _Moment(label=_("有效期至"), help_text=_("过期后仍可查阅，会标明“已失效”。不填表示长期有效。"))
    is_public = forms.BooleanField(label=_("在门户公开"), required=False, help_text=_("不勾选时，只有收到的单位能看。"))
    is_pinned = forms.BooleanField(label=_("在门户列表置顶"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, organisation: Organisation, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["attachments"]
        assert isinstance(field, AssetField)
        field.offer(organisation, edition)

    def content(self) -> dict[str, Any]:
        """What the verbs take, once the form is valid."""
        cleaned = dict(self.cleaned_data)
        cleaned.pop("revision")
        files = cleaned.pop("attachments") or []
        names = {key.removeprefix(_NAME): value for key, value in self.data.items() if key.startswith(_NAME)}
        cleaned["attachments"] = [{"asset": row.pk, "title": names.get(str(row.pk), "")} for row in files]
        return cleaned


def initial_of(content: dict[str, Any], revision: int) -> dict[str, Any]:
    """The form's first values from a stored draft."""
    return {
        **content,
        "issuers": "\n".join(content.get("issuers") or []),
        "acknowledge_by": moment_of(content.get("acknowledge_by") or ""),
        "valid_until": moment_of(content.get("valid_until") or ""),
        "revision": revision,
    }


class PublishForm(forms.Form):
    """How a draft goes out."""

    when = forms.ChoiceField(choices=[("now", _("立即发布")), ("later", _("定时发布"))], initial="now")
    at = _Moment(label=_("发布时间"))
    reason = forms.CharField(label=_("更正说明"), max_length=300, required=False)
    ask_again = forms.BooleanField(label=_("要求重新签收"), required=False)

    def clean(self) -> dict[str, Any]:
        """A time is needed for later."""
        cleaned = super().clean() or {}
        if cleaned.get("when") == "later" and not cleaned.get("at") and "at" not in self.errors:
            self.add_error("at", _("请选择发布时间。"))
        return cleaned
