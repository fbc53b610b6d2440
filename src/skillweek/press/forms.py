"""Forms of the coverage register (D4)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.core.forms import choose_from
from skillweek.core.tables.forms import TableForm
from skillweek.editions.specs import LEVELS
from skillweek.organisations.models import Organisation
from skillweek.press.files import ACCEPT
from skillweek.press.models import Coverage, MediaOutlet
from skillweek.press.queries.coverage import units_in_words, units_named, unknown_units


class CoverageForm(forms.Form):
    """One piece of coverage; the units it is about are written by name."""

    home = forms.ModelChoiceField(label=_("登记单位"), queryset=Organisation.objects.none())
    title = forms.CharField(label=_("标题"), max_length=200)
    outlet = forms.CharField(
        label=_("媒体名称"), max_length=120, widget=forms.TextInput({"list": "outlets", "autocomplete": "off"})
    )
    level = forms.ChoiceField(
        label=_("媒体级别"), required=False, choices=[("", _("按媒体库")), *LEVELS],
        help_text=_("媒体库里有的媒体不用选。"),
    )  # fmt: skip
    published_on = forms.DateField(label=_("发布日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    link = forms.URLField(label=_("链接"), max_length=500, required=False, assume_scheme="https")
    medium = forms.ChoiceField(
        label=_("媒体类型"), required=False, choices=[("", _("没有说明")), *Coverage.Media.choices]
    )
    text = forms.CharField(
        label=_("报道正文"), required=False, max_length=20_000, widget=forms.Textarea({"rows": 4}),
        help_text=_("粘贴文字，用来核对学校文稿是否注明来源。不公开。"),
    )  # fmt: skip
    units = forms.CharField(
        label=_("涉及单位"), required=False, max_length=2000,
        help_text=_("单位全称、简称或代码，多个用顿号隔开。不填就是登记单位自己。"),
    )  # fmt: skip
    scan_file = forms.FileField(
        label=_("扫描件或截图"), required=False, help_text=_("JPG、PNG 或 PDF，20 MB 以内。"),
        widget=forms.FileInput({"accept": ACCEPT}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, files: Any = None, *, homes: Any = None, coverage: Coverage | None = None
    ) -> None:
        super().__init__(data, files, initial=_initial(coverage) if coverage else {})
        if coverage is not None:
            del self.fields["home"]
            return
        choose_from(self.fields["home"], homes)

    def clean_units(self) -> list[Organisation]:
        """The units themselves."""
        found, unknown = units_named(self.cleaned_data["units"])
        if unknown:
            raise forms.ValidationError(unknown_units(unknown))
        return found

    def values(self) -> dict[str, Any]:
        """What the verbs take."""
        names = ("title", "outlet", "level", "published_on", "link", "text")
        return {**{name: self.cleaned_data[name] for name in names}, "media": self.cleaned_data["medium"]}


def _initial(coverage: Coverage) -> dict[str, Any]:
    names = ("title", "level", "published_on", "link", "text", "version")
    more = {
        "outlet": coverage.outlet.name if coverage.outlet else "",
        "medium": coverage.media,
        "units": units_in_words(coverage),
    }
    return {**{name: getattr(coverage, name) for name in names}, **more}


class OutletForm(forms.Form):
    """A medium with its level and other names."""

    name = forms.CharField(label=_("媒体名称"), max_length=120)
    level = forms.ChoiceField(label=_("媒体级别"), choices=LEVELS)
    aliases = forms.CharField(
        label=_("别名"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("每行一个，例如客户端、公众号的名称。"),
    )

    def __init__(self, data: Any = None, *, outlet: MediaOutlet) -> None:
        first = {"name": outlet.name, "level": outlet.level, "aliases": "\n".join(outlet.aliases)}
        super().__init__(data, initial=first)

    def clean_aliases(self) -> list[str]:
        """One for each line."""
        return [line.strip()[:120] for line in self.cleaned_data["aliases"].splitlines() if line.strip()]


class CoverageUploadForm(TableForm):
    """A table of coverage to be looked at first."""

    home = forms.ModelChoiceField(label=_("登记单位"), queryset=Organisation.objects.none())

    def __init__(self, data: Any = None, files: Any = None, *, homes: Any) -> None:
        super().__init__(data, files)
        choose_from(self.fields["home"], homes)
