"""Form fields for the kinds of values an edition has, each with its own clear message."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillweek.editions.showing import UNITS, share_in_percent, split_size
from skillweek.editions.specs import Spec

_LONGEST = 4000
_LONGEST_NOTICE = 200_000
_MOST = 10**12
_SEPARATORS = re.compile(r"[、，,；;\s]+")


class LinesField(forms.CharField):
    """A list with one entry a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(one) for one in value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        lines = [line.strip() for line in str(data or "").splitlines() if line.strip()]
        return lines != list(initial or [])


class TimesField(forms.CharField):
    """Several times of day on one line: 10:00、11:30."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(str(one)[:5] for one in value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        found = []
        for word in _SEPARATORS.split(super().clean(value)):
            if not word:
                continue
            try:
                found.append(time.fromisoformat(word.replace("：", ":").zfill(5)).replace(second=0, microsecond=0))
            except ValueError as error:
                raise forms.ValidationError(
                    _("“%(word)s”不是时刻，请写成 10:00 这样，多个用顿号隔开。"), params={"word": word}
                ) from error
        return [one.isoformat() for one in sorted(set(found))]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.clean(data) != list(initial or [])
        except forms.ValidationError:
            return True


class DayField(forms.DateField):
    """A calendar day; the clean value is ISO text, as the document holds it."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ["%Y-%m-%d"]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _("请写成 2023-05-14 这样的日期。")

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return found.isoformat() if isinstance(found, date) else found


class MomentField(forms.TimeField):
    """A time of day; the clean value is ISO text."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    input_formats = ["%H:%M", "%H:%M:%S"]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _("请写成 12:00 这样的时刻。")

    def prepare_value(self, value: Any) -> Any:
        return str(value)[:5] if value else value

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return found.replace(second=0, microsecond=0).isoformat() if isinstance(found, time) else found


class SizeWidget(forms.MultiWidget):
    """A number and its unit side by side."""

    template_name = "editions/size_widget.html"

    def __init__(self, label: Any = "") -> None:
        number = forms.TextInput(attrs={"inputmode": "decimal", "aria-label": label})
        unit = forms.Select(
            choices=[(str(size), _unit(size, name)) for size, name in UNITS], attrs={"aria-label": gettext_lazy("单位")}
        )
        super().__init__([number, unit])

    def decompress(self, value: Any) -> list[Any]:
        if value in (None, ""):
            return [None, str(1000**2)]
        number, unit = split_size(int(value))
        return [str(number), str(unit)]


def _unit(size: int, name: str) -> str:
    bytes_word = gettext_lazy("字节")
    return f"{name}（{size:,} {bytes_word}）".replace(",", " ") if size > 1 else str(bytes_word)


class SizeField(forms.MultiValueField):
    """A file size as people write it; the clean value is whole bytes."""

    def __init__(self, *, label: Any = "", **kwargs: Any) -> None:
        parts = [forms.CharField(), forms.ChoiceField(choices=[(str(size), name) for size, name in UNITS])]
        super().__init__(fields=parts, widget=SizeWidget(label), label=label, require_all_fields=True, **kwargs)

    def compress(self, data_list: list[Any]) -> int | None:
        if not data_list:
            return None
        try:
            size = Decimal(str(data_list[0]).replace(" ", "")) * int(data_list[1])
        except InvalidOperation as error:
            raise forms.ValidationError(_("请填写数字，如 2 或 1.5。")) from error
        if not size.is_finite() or not 0 <= size <= _MOST or size != size.to_integral_value():
            raise forms.ValidationError(_("请填写合理的大小，换算后须为整字节。"))
        return int(size)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except forms.ValidationError:
            return True


class ShareField(forms.DecimalField):
    """A share, written in percent; the clean value is a number from 0 to 1."""

    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{share_in_percent(value):f}" if isinstance(value, float) else value

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return None if found is None else float(found / 100)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except forms.ValidationError:
            return True


class PlainChoicesField(forms.MultipleChoiceField):
    """Several of a few."""

    widget = forms.CheckboxSelectMultiple

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(initial or []) != set(data or [])


def zone_choices(present: str) -> list[tuple[str, str]]:
    """Zones of China by name, then those of Asia, then the present one when it is another."""
    named = [
        ("Asia/Shanghai", _("北京时间（Asia/Shanghai）")),
        ("Asia/Urumqi", _("乌鲁木齐时间（Asia/Urumqi）")),
    ]
    known = {value for value, _label in named}
    others = sorted(zone for zone in available_timezones() if zone.startswith("Asia/") and zone not in known)
    more = [] if not present or present in known or present in others else [present]
    return [*named, *((zone, zone) for zone in (*more, *others))]


def _text(rows: int, longest: int = _LONGEST) -> Callable[[dict[str, Any], Spec, Any], forms.Field]:
    def make(common: dict[str, Any], _spec: Spec, _value: Any) -> forms.Field:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), max_length=longest, **common)

    return make


def _whole(unit: Any) -> Callable[[dict[str, Any], Spec, Any], forms.Field]:
    def make(common: dict[str, Any], _spec: Spec, _value: Any) -> forms.Field:
        if unit:
            common["label"] = f"{common['label']}（{unit}）"
        return forms.IntegerField(
            min_value=0, max_value=_MOST, widget=forms.NumberInput(attrs={"inputmode": "numeric"}), **common
        )

    return make


def _choices(common: dict[str, Any], spec: Spec, value: Any) -> forms.Field:
    known = dict(spec.choices)
    strange = [(one, one) for one in value or [] if one not in known]
    return PlainChoicesField(choices=[*spec.choices, *strange], **common)


def _zone(common: dict[str, Any], _spec: Spec, value: Any) -> forms.Field:
    return forms.ChoiceField(choices=zone_choices(str(value or "")), **common)


def _lines(common: dict[str, Any], _spec: Spec, value: Any) -> forms.Field:
    rows = min(12, max(3, len(value or []) + 1))
    return LinesField(widget=forms.Textarea(attrs={"rows": rows}), **common)


def _degrees(common: dict[str, Any], _spec: Spec, _value: Any) -> forms.Field:
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.FloatField(min_value=-180, max_value=180, widget=widget, **common)


_MAKERS: dict[str, Callable[[dict[str, Any], Spec, Any], forms.Field]] = {
    "line": lambda common, _spec, _value: forms.CharField(max_length=_LONGEST, **common),
    "text": _text(4),
    "notice": _text(24, _LONGEST_NOTICE),
    "lines": _lines,
    "date": lambda common, _spec, _value: DayField(**common),
    "time": lambda common, _spec, _value: MomentField(**common),
    "times": lambda common, _spec, _value: TimesField(**common),
    "number": _whole(""),
    "words": _whole(gettext_lazy("字")),
    "pixels": _whole(gettext_lazy("像素")),
    "days": _whole(gettext_lazy("天")),
    "size": lambda common, _spec, _value: SizeField(**common),
    "share": lambda common, _spec, _value: ShareField(**{**common, "label": f"{common['label']}（%）"}),
    "yes": lambda common, _spec, _value: forms.BooleanField(**common),
    "choice": lambda common, spec, _value: forms.ChoiceField(choices=spec.choices, **common),
    "choices": _choices,
    "zone": _zone,
    "degrees": _degrees,
}


def field_for(spec: Spec, value: Any = None) -> forms.Field:
    """The form field for a value of this kind; ``value`` is the present one."""
    common: dict[str, Any] = {"label": spec.label, "help_text": spec.help, "required": spec.required}
    return _MAKERS[spec.kind](common, spec, value)
