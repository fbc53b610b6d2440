"""Forms of series and interviews: browser input → clean values; the verbs check what they mean (E8)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.content.forms import AssetField, RichTextField
from skillweek.interviews.models import Episode, Series
from skillweek.organisations.models import Organisation


class SeriesForm(forms.Form):
    """What a series is called and says of itself."""

    organisation = forms.ModelChoiceField(label=_("单位"), queryset=Organisation.objects.none())
    title = forms.CharField(label=_("栏目名称"), max_length=120, help_text=_("例如：职教百家谈。"))
    about = forms.CharField(
        label=_("栏目介绍"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("公众页面和播客里都会显示。"),
    )  # fmt: skip
    author = forms.CharField(label=_("出品"), max_length=120, required=False, help_text=_("不填就是本单位。"))
    cover = AssetField(label=_("封面图"), required=False, help_text=_("播客要求正方形，边长 1400 像素以上最好。"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, edition: Any, organisations: Any, series: Series | None = None) -> None:
        initial: dict[str, Any] = {}
        if series is not None:
            names = ("title", "about", "author", "cover", "version")
            initial = {name: getattr(series, name) for name in names}
        super().__init__(data, initial=initial)
        field: Any = self.fields["organisation"]
        cover: Any = self.fields["cover"]
        if series is not None:
            del self.fields["organisation"]
            cover.offer(series.organisation, edition)
            return
        field.queryset = organisations
        rows = list(organisations[:2])
        if len(rows) == 1:
            field.initial, field.widget = rows[0], forms.HiddenInput()
            cover.offer(rows[0], edition)
        else:
            del self.fields["cover"]


class NewEpisodeForm(forms.Form):
    """Whom the next episode is with."""

    title = forms.CharField(label=_("标题"), max_length=200)
    guest_name = forms.CharField(label=_("嘉宾姓名"), max_length=120, required=False)


class EpisodeForm(forms.Form):
    """The draft of an interview."""

    title = forms.CharField(label=_("标题"), max_length=200)
    guest_name = forms.CharField(label=_("嘉宾姓名"), max_length=120, required=False)
    guest_title = forms.CharField(
        label=_("嘉宾身份"), max_length=200, required=False, help_text=_("单位、职务，例如：某某集团首席技师。")
    )
    interviewer = forms.CharField(
        label=_("采访人"), max_length=200, required=False, help_text=_("姓名和单位，例如：某某日报记者 某某。")
    )
    consent = forms.BooleanField(label=_("嘉宾同意公开这次访谈的姓名、影像和文字"), required=False)
    consent_on = forms.DateField(
        label=_("同意日期"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    consent_note = forms.CharField(
        label=_("同意的方式"), max_length=200, required=False, help_text=_("例如：签了授权书，存学校宣传部。")
    )
    video = AssetField(label=_("视频"), required=False, kinds=("video",))
    chapters = forms.CharField(
        label=_("章节"), max_length=20_000, required=False, widget=forms.Textarea({"rows": 5}),
        help_text=_("每行一个，先写时间，再写标题：00:01:30 为什么学技术。"),
    )  # fmt: skip
    transcript = forms.CharField(
        label=_("逐字稿"), max_length=200_000, required=False, widget=forms.Textarea({"rows": 10}),
        help_text=_("每段一行，先写时间：00:00:05 主持人：您好。会同时做成字幕；没有时间的行接在上一段后面。"),
    )  # fmt: skip
    body = RichTextField(label=_("全文"), required=False)
    summary = forms.CharField(
        label=_("摘要"), max_length=200, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("显示在列表和播客里；不填时用全文的开头。"),
    )  # fmt: skip
    cover = AssetField(label=_("图片"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, episode: Episode) -> None:
        initial = {name: episode.draft.get(name) or "" for name in self.base_fields}
        initial |= {"revision": episode.revision, "consent": bool(episode.draft.get("consent"))}
        for name in ("video", "cover"):
            initial[name] = episode.draft.get(name) or None
        super().__init__(data, initial=initial)
        for name in ("video", "cover"):
            field = self.fields[name]
            assert isinstance(field, AssetField)
            field.offer(episode.organisation, episode.edition)

    def changes(self) -> dict[str, Any]:
        """What goes into the draft."""
        data = self.cleaned_data
        texts = ("title", "guest_name", "guest_title", "interviewer", "consent_note", "body", "summary")
        return {
            **{name: data[name] for name in texts},
            **{name: data[name].replace("\r\n", "\n").strip() for name in ("chapters", "transcript")},
            **{name: str(data[name].pk) if data[name] else "" for name in ("video", "cover")},
            "consent": data["consent"],
            "consent_on": data["consent_on"].isoformat() if data["consent_on"] else "",
        }
