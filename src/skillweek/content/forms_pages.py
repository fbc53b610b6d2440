"""The forms of pages in the workspace."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.content.forms import AssetField, RichTextField
from skillweek.content.models import Page


class PageForm(forms.Form):
    """A page's draft and where it is found. ``revision`` names the state that the editor started from."""

    title = forms.CharField(label=_("标题"), max_length=200)
    body = RichTextField(label=_("正文"))
    summary = forms.CharField(
        label=_("摘要"), required=False, max_length=200, widget=forms.Textarea({"rows": 2}),
        help_text=_("显示在新闻列表和分享卡片里；不填时用正文开头。"),
    )  # fmt: skip
    cover = AssetField(label=_("封面图片"), required=False, help_text=_("显示在新闻列表和分享卡片里。"))
    topic = forms.ChoiceField(label=_("宣传重点"), required=False)
    slug = forms.SlugField(
        label=_("网址"), required=False, max_length=80,
        help_text=_("小写字母、数字和短横线，例如 opening-ceremony；不填时按日期编号。发布后不能再改。"),
    )  # fmt: skip
    position = forms.IntegerField(
        label=_("排序"), required=False, min_value=0, max_value=9999, help_text=_("数字小的排在前面。")
    )
    in_footer = forms.BooleanField(label=_("在门户页脚显示链接"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, page: Page) -> None:
        content = page.draft
        initial = {
            "title": content.get("title", ""), "body": content.get("body", ""), "summary": content.get("summary", ""),
            "cover": content.get("cover") or None, "topic": page.topic, "slug": page.slug,
            "position": page.position, "in_footer": page.in_footer, "revision": page.revision,
        }  # fmt: skip
        super().__init__(data, initial=initial)
        self.page = page
        topics = [(topic.code, topic.name) for topic in page.edition.doc.topics]
        self.fields["topic"].choices = [("", _("不属于某个重点")), *topics]  # type: ignore[attr-defined]
        cover = self.fields["cover"]
        assert isinstance(cover, AssetField)
        cover.offer(page.organisation, page.edition)
        if page.published_at is not None:
            self.fields["slug"].disabled = True
        if page.kind == Page.Kind.NEWS:
            del self.fields["position"]
        if page.kind != Page.Kind.STATIC:
            del self.fields["in_footer"]
        else:
            del self.fields["topic"]

    def changes(self) -> dict[str, Any]:
        """What goes into the draft."""
        data = self.cleaned_data
        cover = data.get("cover")
        return {
            "title": data["title"], "body": data["body"], "summary": data["summary"],
            "cover": str(cover.pk) if cover else "",
        }  # fmt: skip

    def settings(self) -> dict[str, Any]:
        """What goes into columns."""
        data = self.cleaned_data
        found = {"slug": (data.get("slug") or "").lower() or self.page.slug}
        for name in ("topic", "in_footer"):
            if name in self.fields:
                found[name] = data[name]
        if "position" in self.fields:
            found["position"] = data.get("position") or 0
        return found


class PublishForm(forms.Form):
    """Publish now or at a time of the edition's zone."""

    reason = forms.CharField(
        label=_("修改说明"), required=False, max_length=300, help_text=_("再次发布时写明改了什么，会保留在版本记录里。")
    )
    at = forms.DateTimeField(
        label=_("定时发布"), required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
