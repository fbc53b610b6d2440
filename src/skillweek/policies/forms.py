"""The forms of policies in the workspace: browser input → clean values; the verbs check what they mean."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.content.forms import AssetField, RichTextField
from skillweek.policies.models import Policy, date_in

_PLAIN = ("title", "summary", "aliases", "number", "issuer", "level", "kind", "status", "source_url")
_DAYS = ("issued_on", "effective_on")


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class PolicyForm(forms.Form):
    """A policy's draft. ``revision`` names the state that the editor started from."""

    title = forms.CharField(label=_("标题"), max_length=200)
    summary = forms.CharField(
        label=_("一句话说明"), required=False, max_length=200, widget=forms.Textarea({"rows": 2}),
        help_text=_("用平常的话说清它讲什么。没有全文时，读者看到的就是这句话和官方原文的链接。"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("种类"), choices=Policy.Kind.choices)
    level = forms.ChoiceField(label=_("层级"), choices=Policy.Level.choices)
    status = forms.ChoiceField(label=_("效力"), choices=Policy.Status.choices)
    number = forms.CharField(label=_("文号"), required=False, max_length=120, help_text=_("例如：国发〔2019〕4号"))
    issuer = forms.CharField(
        label=_("发布机关"), required=False, max_length=120, help_text=_("发布前必须填写，例如：国务院")
    )
    issued_on = _day(_("发布日期"))
    effective_on = _day(_("施行日期"))
    source_url = forms.CharField(
        label=_("官方原文网址"), required=False, max_length=500, widget=forms.URLInput,
        help_text=_("发布机关网站上的地址，以 https:// 开头。没有全文时必须填写。"),
    )  # fmt: skip
    aliases = forms.CharField(
        label=_("简称"), required=False, max_length=200, help_text=_("别人可能怎么搜，例如：职教20条；用空格隔开。")
    )
    body = RichTextField(
        label=_("全文或解读"), required=False,
        help_text=_("从官方网站复制粘贴。“第一条”“第一章”会自动成为目录，每一条都可以单独分享。"),
    )  # fmt: skip
    attachments = AssetField(label=_("附件"), required=False, kinds=("attachment",), multiple=True)
    related = forms.TypedMultipleChoiceField(
        label=_("相关政策"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, policy: Policy) -> None:
        self.policy = policy
        draft = policy.draft
        initial: dict[str, Any] = {name: draft.get(name) or "" for name in (*_PLAIN, "body")}
        initial |= {name: date_in(draft.get(name)) for name in _DAYS}
        initial |= {
            "level": draft.get("level") or Policy.Level.NATION,
            "kind": draft.get("kind") or Policy.Kind.OPINION,
            "status": draft.get("status") or Policy.Status.CURRENT,
            "attachments": draft.get("attachments") or [],
            "related": draft.get("related") or [],
            "revision": policy.revision if policy.pk else None,
        }
        super().__init__(data, initial=initial)
        files = self.fields["attachments"]
        assert isinstance(files, AssetField)
        files.offer(policy.organisation, policy.edition)
        others = Policy.objects.filter(edition=policy.edition).exclude(pk=policy.pk).order_by("-issued_on", "-pk")
        choices = list(others.values_list("pk", "title"))
        self.fields["related"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["related"]

    def changes(self) -> dict[str, Any]:
        """What goes into the draft."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in (*_PLAIN, "body")},
            **{name: data[name].isoformat() if data[name] else "" for name in _DAYS},
            "attachments": [str(row.pk) for row in data["attachments"] or []],
            "related": data.get("related") or [],
        }
