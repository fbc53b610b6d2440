"""The forms of stories in the workspace: browser input → clean values; the verbs check what they mean."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from skillweek.activities.queries.public import public_activities
from skillweek.content.forms import AssetField, RichTextField
from skillweek.content.models import Asset
from skillweek.organisations.access import subtree_q
from skillweek.organisations.models import Organisation
from skillweek.publicity.domain.composing import MAX_PICTURES
from skillweek.publicity.models import Story

#: Prefix of the fields that hold the captions of the gallery, followed by the asset's id.
CAPTION: Final = "caption-"
_CAPTION_LENGTH: Final = 300


class StoryForm(forms.Form):
    """A story's draft. ``revision`` names the state that the editor started from."""

    title = forms.CharField(label=_("标题"), max_length=200)
    topic = forms.ChoiceField(
        label=_("宣传重点"), required=False, widget=forms.RadioSelect, help_text=_("发布前必须选一项。")
    )
    body = RichTextField(label=_("正文"))
    gallery = AssetField(label=_("图集"), required=False, multiple=True, limit=MAX_PICTURES)
    video = AssetField(label=_("视频"), required=False, kinds=("video",))
    video_caption = forms.CharField(label=_("视频说明"), required=False, max_length=_CAPTION_LENGTH)
    kind = forms.ChoiceField(
        label=_("种类"), choices=Story.Kind.choices, help_text=_("典型人物、经验、事迹会进入典型库。")
    )
    summary = forms.CharField(
        label=_("摘要"), required=False, max_length=200, widget=forms.Textarea({"rows": 2}),
        help_text=_("显示在列表和分享卡片里；不填时用正文开头。"),
    )  # fmt: skip
    cover = AssetField(label=_("封面图片"), required=False, help_text=_("不选时用图集的第一张。"))
    byline = forms.CharField(
        label=_("作者署名"), required=False, max_length=120, help_text=_("例如：示例第一职业学校 陈老师")
    )
    credits = forms.MultipleChoiceField(label=_("共同署名的单位"), required=False, widget=forms.CheckboxSelectMultiple)
    activity = forms.ChoiceField(label=_("关联的活动"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, story: Story) -> None:
        self.story = story
        draft = story.draft
        initial = {
            name: draft.get(name) or ""
            for name in ("title", "body", "summary", "topic", "video_caption", "byline", "activity")
        }
        initial |= {
            "kind": draft.get("kind") or Story.Kind.STORY,
            "gallery": [row["asset"] for row in draft.get("gallery") or []],
            "video": draft.get("video") or None,
            "cover": draft.get("cover") or None,
            "credits": [str(pk) for pk in draft.get("credits") or []],
            "revision": story.revision,
        }
        super().__init__(data, initial=initial)
        for name in ("gallery", "video", "cover"):
            field = self.fields[name]
            assert isinstance(field, AssetField)
            field.offer(story.organisation, story.edition)
        topics = [(topic.code, topic.name) for topic in story.edition.doc.topics]
        self._choices("topic", topics)
        self.fields["topic"].asked_for = True  # type: ignore[attr-defined]
        shown = self._activities()
        self._choices("activity", [("", _("不关联")), *((str(row.pk), row.title) for row in shown)])
        units = self._units(shown)
        self._choices("credits", [(str(unit.pk), unit.name) for unit in units])
        if not units:
            del self.fields["credits"]

    def _choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _activities(self) -> list[Any]:
        """Public activities that the organisation holds or takes part in; the present one in any case."""
        mine = Q(organisation=self.story.organisation)
        joint = Q(partners__organisation=self.story.organisation, partners__state="accepted")
        rows = public_activities(self.story.edition).filter(mine | joint).distinct().order_by("title", "pk")
        found = list(rows.prefetch_related("partners__organisation")[:200])
        now_chosen = self.story.draft.get("activity")
        if now_chosen and all(row.pk != now_chosen for row in found):
            found += [row for row in [self.story.activity] if row is not None and row.pk == now_chosen]
        return found

    def _units(self, activities: list[Any]) -> list[Organisation]:
        """Whom it may be credited to as well: partners of its activities, a bureau's schools, those named already."""
        story = self.story
        ids = {int(pk) for pk in story.draft.get("credits") or []}
        for activity in activities:
            accepted = [row.organisation_id for row in activity.partners.all() if row.state == "accepted"]
            ids |= {activity.organisation_id, *(pk for pk in accepted if pk)}
        units = Organisation.objects.filter(Q(pk__in=ids))
        if not story.organisation.is_school:
            units |= Organisation.objects.filter(subtree_q((story.organisation.path,)), is_active=True)
        return list(units.exclude(pk=story.organisation_id).distinct().order_by("path")[:300])

    def captions(self) -> list[tuple[Asset, str, str]]:
        """For each picture of the gallery as it was saved: the asset, its field's name, what stands in it."""
        rows = self.story.draft.get("gallery") or []
        found = {str(row.pk): row for row in Asset.objects.filter(pk__in=[row["asset"] for row in rows])}
        typed = self.data if self.is_bound else {}
        return [
            (found[row["asset"]], f"{CAPTION}{row['asset']}", typed.get(f"{CAPTION}{row['asset']}", row["caption"]))
            for row in rows
            if row["asset"] in found
        ]

    def changes(self) -> dict[str, Any]:
        """What goes into the draft."""
        data = self.cleaned_data
        before = {row["asset"]: row["caption"] for row in self.story.draft.get("gallery") or []}
        names = ("title", "body", "summary", "topic", "kind", "byline", "video_caption")
        return {
            **{name: data[name] for name in names},
            "gallery": [{"asset": str(row.pk), "caption": self._caption(row, before)} for row in data["gallery"]],
            "video": str(data["video"].pk) if data["video"] else "",
            "cover": str(data["cover"].pk) if data["cover"] else "",
            "credits": [int(pk) for pk in data.get("credits") or []],
            "activity": int(data["activity"]) if data["activity"] else None,
        }

    def _caption(self, asset: Asset, before: dict[str, str]) -> str:
        """What was typed, else what stood there, else what the library says of a picture that is new here."""
        typed = self.data.get(f"{CAPTION}{asset.pk}")
        text = before.get(str(asset.pk), asset.title or asset.alt) if typed is None else typed
        return " ".join(str(text).replace("\0", "").split())[:_CAPTION_LENGTH]


class NewStoryForm(forms.Form):
    """For whom a story is begun from nothing, and what it is about."""

    organisation = forms.ModelChoiceField(label=_("单位"), queryset=Organisation.objects.none())
    title = forms.CharField(label=_("标题"), max_length=200)
    kind = forms.ChoiceField(label=_("种类"), choices=Story.Kind.choices)
    topic = forms.ChoiceField(label=_("宣传重点"), required=False)

    def __init__(self, data: Any = None, *, organisations: Any, edition: Any, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        topics = [(topic.code, topic.name) for topic in edition.doc.topics]
        self.fields["topic"].choices = [("", _("以后再选")), *topics]  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        first = organisations.first()
        if first is not None and organisations.count() == 1:
            self.fields["organisation"].initial = first
            self.fields["organisation"].widget = forms.HiddenInput()
