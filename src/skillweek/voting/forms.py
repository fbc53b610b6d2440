"""The forms of ballots: browser input → clean values; the verbs check what they mean (E10)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from skillweek.content.forms import AssetField
from skillweek.core.tables.forms import TableForm
from skillweek.organisations.models import Organisation
from skillweek.voting.models import Ballot, Candidate

_MOST_GROUPS = 20


def local_time(label: Any, **more: Any) -> forms.DateTimeField:
    """A moment in the edition's zone."""
    return forms.DateTimeField(
        label=label, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), **more,
    )  # fmt: skip


class BallotForm(forms.Form):
    """A ballot's text, dates and rules. ``version`` names the state that the writer started from."""

    organisation = forms.ModelChoiceField(label=_("单位"), queryset=Organisation.objects.none())
    title = forms.CharField(label=_("标题"), max_length=120, help_text=_("例如：最美职校生评选。"))
    teaser = forms.CharField(label=_("一句话介绍"), max_length=200, required=False)
    rules = forms.CharField(
        label=_("评选规则"), max_length=6000, required=False, widget=forms.Textarea({"rows": 6}),
        help_text=_("谁能参评、怎样投票、怎样定名次和奖项。送审前必须写好。"),
    )  # fmt: skip
    opens_at = local_time(_("投票开始"))
    closes_at = local_time(_("投票截止"))
    groups = forms.CharField(
        label=_("组别"), required=False, widget=forms.Textarea({"rows": 3}), help_text=_("每行一个；不分组就留空。")
    )
    per_ballot = forms.IntegerField(label=_("每人共几票"), min_value=1, max_value=100, initial=5)
    per_day = forms.IntegerField(
        label=_("每人每天最多几票"), min_value=0, max_value=100, initial=0,
        help_text=_("0 表示不按天限制。同一个候选，每人只能投一次。"),
    )  # fmt: skip
    needs_phone = forms.BooleanField(label=_("只接受手机号码验证的人投票"), required=False)
    is_shuffled = forms.BooleanField(label=_("打乱候选的显示顺序"), required=False, initial=True)
    results = forms.ChoiceField(label=_("票数何时公开"), choices=Ballot.Results.choices, initial=Ballot.Results.AFTER)
    watch = forms.ChoiceField(
        label=_("刷票检查"), choices=Ballot.Watch.choices, initial=Ballot.Watch.NORMAL,
        help_text=_("越严格，暂扣的票越多，需要人工核对的也越多。"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, ballot: Ballot, units: Any) -> None:
        initial = (
            {name: getattr(ballot, name) for name in self.base_fields if name != "organisation"} if ballot.pk else {}
        )
        if ballot.pk:
            initial["groups"] = "\n".join(ballot.groups)
        super().__init__(data, initial=initial)
        fields: Any = self.fields
        if ballot.pk:
            del fields["organisation"]
            return
        fields["organisation"].queryset = units
        if len(rows := list(units[:2])) == 1:
            fields["organisation"].initial = rows[0]
            fields["organisation"].widget = forms.HiddenInput()

    def clean_groups(self) -> list[str]:
        """One for each line, each once."""
        names = [" ".join(line.split()) for line in self.cleaned_data["groups"].splitlines()]
        found = list(dict.fromkeys(name for name in names if name))
        if len(found) > _MOST_GROUPS or any(len(name) > 40 for name in found):
            raise forms.ValidationError(_now("最多 20 个组别，每个最多 40 个字。"))
        return found

    def clean_per_day(self) -> int:
        """Not more for a day than in all."""
        per_day = int(self.cleaned_data["per_day"])
        if per_day > (self.cleaned_data.get("per_ballot") or 100):
            raise forms.ValidationError(_now("每天的票数不能多于总票数。"))
        return per_day

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("organisation", "version")}


class CandidateForm(forms.Form):
    """One candidate, written by hand."""

    title = forms.CharField(label=_("名称"), max_length=120, help_text=_("姓名或作品名称，证书上印这个。"))
    credit = forms.CharField(label=_("单位或作者"), max_length=120, required=False)
    group = forms.ChoiceField(label=_("组别"))
    text = forms.CharField(label=_("介绍"), max_length=4000, required=False, widget=forms.Textarea({"rows": 6}))
    picture = AssetField(label=_("图片"), required=False, kinds=("picture",), help_text=_("须经本人或监护人同意。"))
    url = forms.URLField(label=_("链接"), max_length=500, required=False, assume_scheme="https")

    def __init__(self, data: Any = None, *, candidate: Candidate) -> None:
        ballot = candidate.ballot
        super().__init__(data, initial={name: getattr(candidate, name) for name in self.base_fields})
        fields: Any = self.fields
        fields["picture"].offer(ballot.organisation, ballot.edition)
        if ballot.groups:
            fields["group"].choices = [("", "—"), *((name, name) for name in ballot.groups)]
        else:
            del fields["group"]

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {"group": "", **self.cleaned_data}


class CandidateUploadForm(TableForm):
    """A table of candidates to be looked at first."""

    hint = _("用下载的模板，5 MB 以内。")


class HoldForm(forms.Form):
    """Votes of some minutes to be held by hand."""

    candidate = forms.ModelChoiceField(label=_("候选"), queryset=Candidate.objects.none())
    begin = local_time(_("从"))
    end = local_time(_("到"))
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea({"rows": 2}))

    def __init__(self, data: Any = None, *, ballot: Ballot, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        fields: Any = self.fields
        fields["candidate"].queryset = ballot.candidates.filter(withdrawn_at=None)


class SheetForm(forms.Form):
    """What a voter sends."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    proof = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
