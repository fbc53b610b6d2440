"""Forms of online works and of what the public says (B11)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.content.forms import AssetField
from skillweek.content.models import Asset
from skillweek.online.domain import saying
from skillweek.online.domain.writing import INTRO
from skillweek.online.models import Hall, LiveRoom, OnlineRules, Tour, Work, moment
from skillweek.organisations.models import Organisation


class NewWorkForm(forms.Form):
    """Whose it is and what it is called."""

    organisation = forms.ModelChoiceField(label=_("单位"), queryset=Organisation.objects.none())
    title = forms.CharField(label=_("标题"), max_length=60)

    def __init__(self, data: Any = None, *, organisations: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["organisation"]
        field.queryset = organisations
        if len(rows := list(organisations[:2])) == 1:
            field.initial = rows[0]
            field.widget = forms.HiddenInput()


class WorkForm(forms.Form):
    """What all kinds have."""

    title = forms.CharField(label=_("标题"), max_length=60)
    intro = forms.CharField(
        label=_("介绍"),
        max_length=INTRO,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("几句话，公众在列表和页面上看到。"),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, work: Work) -> None:
        self.work = work
        super().__init__(data, initial={**self.initial_of(work.draft), "revision": work.revision})
        for name in ("cover", "replay"):
            if isinstance(field := self.fields.get(name), AssetField):
                field.offer(work.organisation, work.edition)

    def initial_of(self, draft: dict[str, Any]) -> dict[str, Any]:
        """The draft as the fields take it."""
        return dict(draft)

    def changes(self) -> dict[str, Any]:
        """What the verb takes."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        for name, value in found.items():
            if isinstance(value, Asset):
                found[name] = str(value.pk)
        return {name: "" if value is None else value for name, value in found.items()}


class TourForm(WorkForm):
    """A tour's title and introduction; its scenes come from the editor."""


def _local(label: Any, **more: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        **more,
    )


def _link(label: Any, help_text: Any) -> forms.CharField:
    widget = forms.TextInput({"type": "url", "inputmode": "url", "placeholder": "https://"})
    return forms.CharField(label=label, max_length=500, required=False, help_text=help_text, widget=widget)


class RoomForm(WorkForm):
    """A live room. Views read it in the edition's zone."""

    field_order = (
        "title",
        "starts_at",
        "ends_at",
        "hosts",
        "intro",
        "link",
        "stream",
        "takes_questions",
        "replay_link",
        "replay",
        "cover",
        "revision",
    )
    starts_at = _local(_("开始时间"), required=False)
    ends_at = _local(_("结束时间"), required=False, help_text=_("留空按两小时算。"))
    hosts = forms.CharField(label=_("主讲人"), max_length=120, required=False)
    link = _link(_("直播链接"), _("公众点开后在新窗口观看。网站须在允许的名单里。"))
    stream = _link(_("直播流地址"), _("可选。以 .m3u8 结尾，直接在页面里播放。"))
    takes_questions = forms.BooleanField(label=_("公众可以提问（审核后显示）"), required=False)
    replay_link = _link(_("回放链接"), _("结束后填写。"))
    replay = AssetField(
        label=_("回放视频"), kinds=["video"], required=False, help_text=_("上传到素材库的视频，二选一。")
    )
    cover = AssetField(label=_("封面图片"), required=False)

    def initial_of(self, draft: dict[str, Any]) -> dict[str, Any]:
        """Hours as moments."""
        zone = ZoneInfo(self.work.edition.zone)
        hours = {
            name: at.astimezone(zone)
            for name in ("starts_at", "ends_at")
            if (at := moment(draft.get(name))) is not None
        }
        return {
            **draft,
            "starts_at": None,
            "ends_at": None,
            **hours,
            "takes_questions": draft.get("takes_questions", True),
        }

    def changes(self) -> dict[str, Any]:
        """Hours as text with their zone."""
        found = super().changes()
        for name in ("starts_at", "ends_at"):
            found[name] = self.cleaned_data[name].isoformat() if self.cleaned_data[name] else ""
        return found


class HallForm(WorkForm):
    """A hall's frame; its exhibits are arranged beside."""

    field_order = ("title", "intro", "cover", "has_guestbook", "revision")
    cover = AssetField(label=_("封面图片"), required=False)
    has_guestbook = forms.BooleanField(label=_("开放留言簿（审核后显示）"), required=False)

    def initial_of(self, draft: dict[str, Any]) -> dict[str, Any]:
        """The guestbook is open unless somebody closed it."""
        return {**draft, "has_guestbook": draft.get("has_guestbook", True)}


FORMS: dict[type[Work], type[WorkForm]] = {Tour: TourForm, LiveRoom: RoomForm, Hall: HallForm}


class SayForm(forms.Form):
    """A question or a line for the guestbook, from somebody without an account."""

    text = forms.CharField(label=_("内容"), widget=forms.Textarea({"rows": 4}))
    nickname = forms.CharField(
        label=_("称呼"),
        max_length=saying.NICKNAME,
        required=False,
        help_text=_("不必用真名，可以不填。"),
        widget=forms.TextInput({"autocomplete": "nickname"}),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    proof = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, label: Any, limit: int, help_text: Any = "", initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field: Any = self.fields["text"]
        field.label, field.help_text, field.max_length = label, help_text, limit
        field.widget.attrs["maxlength"] = limit


class RulesForm(forms.ModelForm[OnlineRules]):
    """What the organiser sets."""

    class Meta:
        model = OnlineRules
        fields = ("link_hosts", "min_width", "max_megabytes", "max_scenes")
        widgets = {"link_hosts": forms.Textarea({"rows": 5, "placeholder": "live.example.cn"})}
        help_texts = {
            "link_hosts": _("每行一个域名，它的子域名也允许。直播、回放和热点只能链接到这些网站。"),
            "min_width": _("像素。太小的全景图在手机上看不清。"),
            "max_megabytes": _("MB。"),
        }
