"""Browser input → clean values of calls, entries and awards; the verbs check what they mean."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.contests.models import Award, Call, Entry
from skillweek.contests.terms import TERMS
from skillweek.core.forms import choose_from
from skillweek.editions.schema_calls import CallPreset
from skillweek.organisations.models import Organisation

_MORNING: Final = time(8)
_EVENING: Final = time(20)


class _Moment(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class CallForm(forms.ModelForm[Call]):
    """Everything of a call that its organisation chooses."""

    organisation = forms.ModelChoiceField(label=_("主办单位"), queryset=Organisation.objects.none())
    groups = forms.CharField(
        label=_("组别"), required=False, widget=forms.Textarea({"rows": 3}), help_text=_("每行一个，不分组就留空。"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    #: Shown in these parts, in this order.
    PARTS = (
        (_("活动"), ("organisation", "title", "theme", "text", "groups")),
        (_("日期"), ("enter_from", "enter_until", "show_from", "vote_from", "vote_until")),
        (
            _("收什么作品"),
            (
                "open_to", "per_person", "photos_min", "photos_max", "photo_side", "photo_mb", "takes_video",
                "video_seconds", "video_mb", "takes_audio", "audio_seconds", "takes_text", "text_max",
            ),
        ),
        (_("须知和授权"), ("terms", "needs_portrait", "takes_minors", "keeps_shown")),
    )  # fmt: skip
    #: What stays open once the public saw it.
    LATER = ("text", "enter_until", "show_from", "vote_from", "vote_until")

    class Meta:
        model = Call
        fields = (
            "title", "theme", "text", "enter_from", "enter_until", "show_from", "vote_from", "vote_until", "open_to",
            "per_person", "photos_min", "photos_max", "photo_side", "photo_mb", "takes_video", "video_seconds",
            "video_mb", "takes_audio", "audio_seconds", "takes_text", "text_max", "terms", "needs_portrait",
            "takes_minors", "keeps_shown",
        )  # fmt: skip
        widgets = {
            "text": forms.Textarea({"rows": 8}),
            "terms": forms.Textarea({"rows": 8}),
            **{name: _Moment() for name in ("enter_from", "enter_until", "show_from", "vote_from", "vote_until")},
        }
        help_texts = {
            "show_from": _("不填就在审核通过后马上展示。"),
            "vote_from": _("需要公众投票时填写。"),
            "photos_min": _("有视频或音频时不要求照片。"),
            "photos_max": _("填 0 表示不收照片。"),
            "keeps_shown": _("不勾选时，到清除日作品和署名一起撤下。"),
            "text_max": _("作品附带的文字也按这个字数。"),
        }

    def __init__(
        self, data: Any = None, *, call: Call, organisations: Any = None, preset: CallPreset | None = None
    ) -> None:
        super().__init__(data, instance=call, initial=_first_values(call, preset))
        if call.pk:
            del self.fields["organisation"]
            self.fields["version"].initial = call.version
        else:
            choose_from(self.fields["organisation"], organisations)
        if call.pk and not call.is_writable:
            for name in [name for name in self.fields if name not in (*self.LATER, "version")]:
                del self.fields[name]

    def clean_groups(self) -> list[str]:
        """One for each line, each once."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["groups"].splitlines()]
        return list(dict.fromkeys(line for line in lines if line))

    def _post_clean(self) -> None:
        """The verb judges and writes; the row is left alone here."""

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "organisation")}

    def parts(self) -> list[tuple[Any, list[Any]]]:
        """The fields by part, for the page."""
        found = [(title, [self[name] for name in names if name in self.fields]) for title, names in self.PARTS]
        return [(title, fields) for title, fields in found if fields]


def _first_values(call: Call, preset: CallPreset | None) -> dict[str, Any]:
    if call.pk:
        return {"groups": "\n".join(call.groups)}
    values = preset.first_values() if preset is not None else {"groups": []}
    zone, edition = ZoneInfo(call.edition.zone), call.edition
    days = {
        "enter_from": datetime.combine(edition.starts_on, _MORNING, zone),
        "enter_until": datetime.combine(edition.ends_on, _EVENING, zone),
    }
    return {"terms": TERMS, **days, **values, "groups": "\n".join(values["groups"])}


class EntryForm(forms.Form):
    """What one writes to a work; everything may be missing until it is handed in."""

    title = forms.CharField(label=_("作品标题"), max_length=60, required=False)
    group = forms.ChoiceField(label=_("组别"), required=False)
    text = forms.CharField(label=_("文字说明"), required=False, max_length=20_000, widget=forms.Textarea({"rows": 5}))
    author = forms.CharField(
        label=_("署名"), max_length=40, required=False, help_text=_("会公开显示，可以用笔名。获奖证书也用它。"),
    )  # fmt: skip
    district = forms.ChoiceField(label=_("所在区"), required=False)
    is_minor = forms.BooleanField(label=_("作者未满 18 周岁"), required=False)
    guardian = forms.CharField(
        label=_("监护人姓名"), max_length=40, required=False, help_text=_("只用于核对，不公开。")
    )
    guardian_agreed = forms.BooleanField(label=_("我是监护人，同意孩子投稿并公开作品"), required=False)
    portrait_agreed = forms.BooleanField(label=_("作品里能认出的人都同意公开"), required=False)
    terms_agreed = forms.BooleanField(label=_("我已阅读并同意投稿须知"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, entry: Entry) -> None:
        call = entry.call
        initial = {name: getattr(entry, name) for name in self.base_fields if hasattr(entry, name)}
        super().__init__(data, initial=initial)
        group: Any = self.fields["group"]
        group.choices = [("", _("请选择")), *((name, name) for name in call.groups)]
        district: Any = self.fields["district"]
        district.choices = [("", _("不说明")), *((row.name, row.name) for row in call.edition.doc.districts)]
        self.fields["text"].widget.attrs["maxlength"] = call.text_max
        gone = [] if call.groups else ["group"]
        gone += [] if call.takes_minors else ["is_minor", "guardian", "guardian_agreed"]
        gone += [] if call.needs_portrait else ["portrait_agreed"]
        for name in gone:
            del self.fields[name]
        for name in ("title", "author", "group", "guardian", "terms_agreed"):
            if name in self.fields:  # a draft may leave it empty, a work that is handed in may not
                self.fields[name].asked_for = True  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        """Ends of lines count once."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class AwardForm(forms.Form):
    """An award."""

    name = forms.CharField(label=_("奖项"), max_length=40)
    places = forms.IntegerField(label=_("名额"), min_value=1, max_value=500, initial=1)
    prize = forms.CharField(label=_("奖品或奖励"), max_length=120, required=False)

    def __init__(self, data: Any = None, *, award: Award | None = None) -> None:
        initial = {"name": award.name, "places": award.places, "prize": award.prize} if award is not None else {}
        super().__init__(data, initial=initial)
