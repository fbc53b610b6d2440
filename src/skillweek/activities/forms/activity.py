"""The activity's form: browser input to values for ``save_activity`` (B2–B5, B13)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.activities.forms.asked import ask_for
from skillweek.activities.models import Activity, ActivityTag
from skillweek.content.forms import AssetField, RichTextField
from skillweek.organisations.models import Kind

#: Form field of a group of tags → the group.
TAG_FIELDS: dict[str, str] = {f"tag_{group}": group for group in ActivityTag.LISTS}
#: Field → the rule that asks for it before the activity can be handed in; None: every edition asks.
_ASKED: dict[str, str | None] = {
    "title": None,
    "kind": None,
    "description": "description_words",
    "is_free": "free_of_charge",
    "person_in_charge": "person_in_charge",
    "phone_in_charge": "person_in_charge",
    "funding_source": "funding_source",
    "safety_plan": "safety_plan_words",
}
_FREE = [("", _("请选择")), ("yes", _("不收费")), ("no", _("收费"))]


def _text(label: Any, length: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, **more)


class ActivityForm(forms.Form):
    """Every field is optional: a draft is saved with whatever is there, and the findings say what is missing."""

    title = _text(_("活动名称"), 100)
    kind = forms.ChoiceField(label=_("活动类别"), required=False)
    summary = _text(_("一句话介绍"), 200, help_text=_("显示在列表和分享卡片上，例如“带上旧家电，现场免费检修”。"))
    description = RichTextField(label=_("活动介绍"), required=False)
    cover = AssetField(label=_("封面图"), kinds=("picture",), required=False)
    how_to_join = _text(_("参加办法和注意事项"), 4000, widget=forms.Textarea(attrs={"rows": 3}))
    enquiry_phone = _text(_("咨询电话"), 40, help_text=_("会公开显示，请填写可以接听市民来电的电话。"))
    idea_code = forms.ChoiceField(label=_("参考的特色活动"), required=False)
    city_code = forms.ChoiceField(label=_("对应的市级活动"), required=False)
    person_in_charge = _text(_("活动负责人"), 60)
    phone_in_charge = _text(_("负责人电话"), 40, help_text=_("只有本单位和上级审核员能看到。"))
    expected_people = forms.IntegerField(
        label=_("预计参加人数"), min_value=0, max_value=1_000_000, required=False, help_text=_("按一场最多的人数填写。")
    )
    is_free = forms.ChoiceField(label=_("是否向参加者收费"), choices=_FREE, required=False)
    funding_source = _text(_("经费来源"), 200, help_text=_("例如“学校年度活动经费”。"))
    safety_plan = _text(_("安全预案"), 10_000, widget=forms.Textarea(attrs={"rows": 5}))
    public_benefit = forms.BooleanField(
        label=_("本单位承诺：活动与活动周主题相关，不借机开展商业推广、招生营销或其他无关活动。"), required=False
    )
    publish_on = forms.DateField(
        label=_("公开日期"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("不填：审核通过后马上公开。"),
    )

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        self.activity = activity
        kwargs.setdefault("initial", _initial(activity))
        super().__init__(*args, **kwargs)
        doc = activity.edition.doc
        rules = doc.activity_rules
        ask_for(self, *(name for name, rule in _ASKED.items() if rule is None or getattr(rules, rule)))
        is_host = activity.organisation.kind == Kind.HOST
        kinds = [(kind.value, kind.label) for kind in Activity.Kind if is_host or kind != Activity.Kind.CITY]
        self._choices("kind", kinds)
        self._choices("idea_code", [("", _("不是从参考活动开始的")), *((row.code, row.name) for row in doc.ideas)])
        self._choices("city_code", [("", _("无")), *((row.code, row.name) for row in doc.city_activities)])
        if not is_host:
            del self.fields["city_code"]
        self.fields["cover"].offer(activity.organisation, activity.edition)  # type: ignore[attr-defined]
        for name, group in TAG_FIELDS.items():
            rows = getattr(doc, ActivityTag.LISTS[group])
            if rows:
                self.fields[name] = forms.MultipleChoiceField(
                    label=ActivityTag.Group(group).label,
                    required=False,
                    choices=list(_grouped(rows)),
                    widget=forms.CheckboxSelectMultiple,
                )

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_kind(self) -> str:
        """Without a choice it stays what it is."""
        return self.cleaned_data["kind"] or self.activity.kind

    def clean_is_free(self) -> bool | None:
        """Three answers: yes, no, not yet."""
        answers = {"yes": True, "no": False}
        return answers.get(self.cleaned_data["is_free"])

    @property
    def values(self) -> dict[str, Any]:
        """The fields that are valid, by the names of ``save_activity``; call after ``is_valid``."""
        return {name: value for name, value in self.cleaned_data.items() if name not in TAG_FIELDS}

    @property
    def tags(self) -> dict[str, list[str]]:
        """The ticked codes of the groups that are valid."""
        return {TAG_FIELDS[name]: value for name, value in self.cleaned_data.items() if name in TAG_FIELDS}

    @property
    def tag_fields(self) -> list[forms.BoundField]:
        """The checkbox groups that the edition has, in their order."""
        return [self[name] for name in TAG_FIELDS if name in self.fields]


def _grouped(rows: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """Choices; rows that name a group (四开放, a department) stand together under it."""
    for heading, members in groupby(rows, lambda row: getattr(row, "group", None) or getattr(row, "department", "")):
        choices = [(row.code, getattr(row, "name", None) or row.title) for row in members]
        if heading:
            yield heading, choices
        else:
            yield from choices


def _initial(activity: Activity) -> dict[str, Any]:
    values = {name: getattr(activity, name) for name in ActivityForm.base_fields if hasattr(activity, name)}
    values["is_free"] = {True: "yes", False: "no", None: ""}[activity.is_free]
    for name, group in TAG_FIELDS.items():
        values[name] = activity.codes(group)
    return values
