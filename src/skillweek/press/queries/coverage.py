"""Finding rows of the coverage register (D4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillweek.editions.models import Edition
from skillweek.editions.specs import LEVELS
from skillweek.organisations.models import Organisation
from skillweek.press.models import Coverage

#: value → (label, order).
SORTS: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "-day": (gettext_lazy("最新发布"), (F("published_on").desc(nulls_last=True), "-pk")),
    "day": (gettext_lazy("最早发布"), (F("published_on").asc(nulls_last=True), "pk")),
    "new": (gettext_lazy("最近登记"), ("-pk",)),
    "outlet": (gettext_lazy("按媒体"), ("outlet__name", "-pk")),
    "unit": (gettext_lazy("按单位"), ("home__path", "-pk")),
}
DUPLICATES: Final = (
    ("proposed", gettext_lazy("可能重复，待判断")),
    ("merged", gettext_lazy("已合并")),
    ("articles", gettext_lazy("只看不重复的")),
)
#: Levels that the list shows even with nothing to count.
_USUAL: Final = ("national", "provincial", "municipal")


@dataclass(frozen=True)
class CoverageFilter:
    """What somebody looks for. Nonsense in the address is passed over."""

    text: str = ""
    level: str = ""
    outlet: str = ""
    district: str = ""
    day: date | None = None
    state: str = ""
    duplicates: str = ""
    sort: str = "-day"

    @classmethod
    def from_query(cls, data: Mapping[str, str]) -> CoverageFilter:
        """Read ``q``, ``level``, ``outlet``, ``district``, ``day``, ``state``, ``dup``, ``sort``."""
        clean = {key: data.get(key, "").replace("\0", "").strip()[:60] for key in ("q", "outlet", "district", "day")}
        try:
            day = parse_date(clean["day"])
        except ValueError:
            day = None
        return cls(
            clean["q"], _one_of(data.get("level", ""), [code for code, _label in LEVELS]), clean["outlet"],
            clean["district"], day, _one_of(data.get("state", ""), Coverage.State.values),
            _one_of(data.get("dup", ""), [code for code, _label in DUPLICATES]),
            _one_of(data.get("sort", ""), SORTS) or "-day",
        )  # fmt: skip

    @property
    def is_set(self) -> bool:
        """Whether anything is asked."""
        return self != CoverageFilter(sort=self.sort)

    @property
    def has_more(self) -> bool:
        """Whether anything beyond words, level and state is asked, or another order."""
        rest = CoverageFilter(text=self.text, level=self.level, state=self.state)
        return self != rest

    def apply(self, rows: QuerySet[Coverage]) -> QuerySet[Coverage]:
        """Those of ``rows`` that fit, sorted."""
        if self.text:
            words = Q(title__icontains=self.text) | Q(home__name__icontains=self.text)
            rows = rows.filter(words | Q(link__icontains=self.text))
        if self.level:
            rows = rows.filter(level=self.level)
        if self.outlet:
            rows = rows.filter(outlet__name__icontains=self.outlet)
        if self.district:
            units = Organisation.objects.filter(district=self.district).order_by().values("pk")
            about = Coverage.organisations.through.objects.filter(organisation__in=units).values("coverage_id")
            rows = rows.filter(Q(pk__in=about) | Q(home__in=units))
        if self.day:
            rows = rows.filter(published_on=self.day)
        if self.state:
            rows = rows.filter(state=self.state)
        if self.duplicates == "proposed":
            rows = rows.filter(proposed__isnull=False)
        elif self.duplicates == "merged":
            rows = rows.filter(merged_into__isnull=False)
        elif self.duplicates == "articles":
            rows = rows.filter(merged_into=None)
        return rows.order_by(*SORTS[self.sort][1])


def _one_of(value: str, known: Any) -> str:
    return value if value in known else ""


def figures_of(rows: QuerySet[Coverage], edition: Edition) -> list[tuple[str, str, int]]:
    """(level, label, articles that count) for each level, by the rows that the person sees; one query."""
    counted: Any = rows.model.objects.counted(edition).filter(pk__in=rows.order_by().values("pk")).with_article()
    found = dict(counted.order_by().values_list("article_level").annotate(number=Count("article", distinct=True)))
    return [(code, str(label), found.get(code, 0)) for code, label in LEVELS if found.get(code) or code in _USUAL]


def confirmed_articles(edition: Edition, organisation: Organisation) -> QuerySet[Coverage]:
    """Confirmed articles about units at or below ``organisation``, each once by the row that stands for it: highlights
    first, then by day.
    """
    about: Any = Coverage.objects.filter(
        edition=edition, state=Coverage.State.CONFIRMED, organisations__path__startswith=organisation.path
    )
    rows = Coverage.objects.filter(pk__in=about.with_article().order_by().values("article"))
    highlights = F("item__is_highlight").desc(nulls_last=True)
    found: QuerySet[Coverage] = rows.select_related("outlet", "home", "item", "report")
    return found.order_by(highlights, "published_on", "pk")


def districts_of(rows: QuerySet[Coverage]) -> list[str]:
    """Districts of the units that registered ``rows``, each once."""
    units = Organisation.objects.filter(pk__in=rows.order_by().values("home")).order_by()
    return [name for name in units.values_list("district", flat=True).distinct().order_by("district") if name]


def units_named(text: str) -> tuple[list[Organisation], list[str]]:
    """Units named by name, short name or code, split at 、，,；; and line ends; and the names nobody bears."""
    names = [part for each in _split(text) if (part := each.strip())]
    rows = Organisation.objects.filter(Q(name__in=names) | Q(short_name__in=names) | Q(code__in=names), is_active=True)
    known: dict[str, Organisation] = {}
    for row in rows:
        for name in (row.name, row.short_name, row.code):
            if name:
                known.setdefault(name, row)
    found = list({known[name].pk: known[name] for name in names if name in known}.values())
    return found, [name for name in names if name not in known]


def _split(text: str) -> list[str]:
    for mark in "，,；;\n":
        text = text.replace(mark, "、")
    return text.split("、")


def units_in_words(coverage: Coverage) -> str:
    """Names of the units it is about."""
    return "、".join(unit.name for unit in coverage.organisations.all())


def unknown_units(names: list[str]) -> str:
    """What to say about names that no unit bears."""
    return _("没有找到单位：%(names)s。请填写单位全称、简称或代码，用顿号隔开。") % {"names": "、".join(names)}
