"""Charts as data: the same numbers for the picture, its table and its sentence (C13)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

#: More bars than these cannot be told apart; the rest become one.
MAX_BARS: Final = 14
#: Longest table beside a chart; the rest become one row, so that the sum stays.
MAX_ROWS: Final = 60


@dataclass(frozen=True)
class Series:
    """One row of numbers. ``tone`` is a name of the palette; ``soft`` ones are drawn pale with a border."""

    name: str
    tone: str
    values: Sequence[int]
    soft: bool = False
    line: bool = False


@dataclass(frozen=True)
class Chart:
    """``labels`` name the places of every series. ``lying`` bars go to the right; otherwise they stand.

    Several series are parts of one whole and are stacked.
    """

    key: str
    title: str
    heading: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    lying: bool = False
    note: str = ""
    #: Whether its numbers may be added; an activity of several categories may not.
    sums_up: bool = True

    @property
    def json_id(self) -> str:
        """The id of the block that holds ``data`` in the page."""
        return f"chart-{self.key}-data"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(any(each.values) for each in self.series)

    @property
    def data(self) -> dict[str, Any]:
        """What the script draws; a long list ends with the rest in one bar."""
        drawn = gathered(self, MAX_BARS)
        return {
            "labels": list(drawn.labels),
            "lying": self.lying,
            "series": [
                {
                    "name": each.name,
                    "tone": each.tone,
                    "values": list(each.values),
                    "soft": each.soft,
                    "line": each.line,
                }
                for each in drawn.series
            ],
        }

    @property
    def bars(self) -> int:
        """How many bars lie below each other: the picture is as high as they need."""
        return min(len(self.labels), MAX_BARS)

    @property
    def sums(self) -> list[int]:
        """The sum of each series."""
        return [sum(each.values) for each in self.series]

    @property
    def total(self) -> int:
        """Everything together."""
        return sum(self.sums)

    def rows(self) -> Iterator[tuple[str, list[int], int]]:
        """(label, value of each series, their sum) for the table; a long list ends with the rest in one row."""
        shown = gathered(self, MAX_ROWS)
        for number, label in enumerate(shown.labels):
            values = [each.values[number] for each in shown.series]
            yield label, values, sum(values)

    @property
    def sentence(self) -> str:
        """The chart in words, for those who do not see it."""
        if self.is_empty:
            return _("%(title)s：还没有数据。") % {"title": self.title}
        label, _values, most = max(gathered(self, MAX_ROWS).rows(), key=lambda row: row[2])
        facts = {"title": self.title, "unit": self.unit, "label": label}
        facts |= {"total": number_format(self.total), "most": number_format(most)}
        text = _("%(title)s：最多的是%(label)s，%(most)s %(unit)s。") % facts
        if self.sums_up:
            text += _("合计 %(total)s %(unit)s。") % facts
        if len(self.series) > 1:
            parts = (f"{each.name} {number_format(sum(each.values))}" for each in self.series)
            text += _("其中%(parts)s。") % {"parts": "，".join(parts)}
        return text


def gathered(chart: Chart, limit: int) -> Chart:
    """The same chart with at most ``limit`` places: what is more becomes one, so that sums stay as they are."""
    more = len(chart.labels) - limit
    if more <= 0:
        return chart
    cut = limit - 1
    rest = _("其余 %(number)d 个") % {"number": more + 1}
    series = [replace(each, values=[*each.values[:cut], sum(each.values[cut:])]) for each in chart.series]
    return replace(chart, labels=[*chart.labels[:cut], rest], series=series)
