"""Which units a page of coverage runs over (B6)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from skillweek.activities.access_running import covered_units
from skillweek.organisations.models import Kind, Line, SchoolType

#: What to show: all, those with days without an activity, those without a highlight or feature activity.
SHOWS = {"": _("全部单位"), "gaps": _("有空白日的"), "plain": _("没有特色亮点的")}
SORTS = {"unit": _("按单位"), "gaps": _("空白多的在前")}
KINDS = {"": _("学校"), "bureau": _("主管部门"), "all": _("学校和主管部门")}


def _plain(text: str) -> str:
    """``text`` without what PostgreSQL refuses to compare with."""
    return text.replace("\0", "").strip()


@dataclass(frozen=True)
class UnitFilter:
    """What the pages of coverage are narrowed to. Empty fields do not restrict; nonsense counts as not given."""

    district: str = ""
    line: str = ""
    school_type: str = ""
    kind: str = ""
    search: str = ""
    show: str = ""
    sort: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> UnitFilter:
        """Read the filter from a page's query string or a form."""

        def one_of(name: str, values: Any) -> str:
            value = query.get(name, "")
            return value if value in values else ""

        return cls(
            district=_plain(query.get("district", ""))[:30],
            line=one_of("line", Line.values),
            school_type=one_of("school_type", SchoolType.values),
            kind=one_of("kind", KINDS),
            search=_plain(query.get("q", ""))[:60],
            show=one_of("show", SHOWS),
            sort=one_of("sort", SORTS),
        )

    def q(self, prefix: str = "") -> Q:
        """The filter on organisations; ``prefix`` as in ``"organisation__"``. ``show`` and ``sort`` are not in it."""
        condition = Q(**{f"{prefix}is_active": True})
        if self.kind == "":
            condition &= Q(**{f"{prefix}kind": Kind.SCHOOL})
        elif self.kind == "bureau":
            condition &= ~Q(**{f"{prefix}kind": Kind.SCHOOL})
        for name in ("district", "line", "school_type"):
            if value := getattr(self, name):
                condition &= Q(**{f"{prefix}{name}": value})
        if self.search:
            condition &= (
                Q(**{f"{prefix}name__icontains": self.search})
                | Q(**{f"{prefix}short_name__icontains": self.search})
                | Q(**{f"{prefix}code__iexact": self.search})
            )
        return condition

    def as_query(self, **extra: Any) -> str:
        """The query string that gives this filter again, with ``extra`` parameters."""
        names = {"search": "q"}
        pairs = {names.get(field.name, field.name): getattr(self, field.name) for field in fields(UnitFilter)}
        return urlencode({key: value for key, value in {**pairs, **extra}.items() if value not in ("", None)})

    @property
    def is_set(self) -> bool:
        """Whether anything is restricted."""
        return any(getattr(self, field.name) for field in fields(UnitFilter) if field.name != "sort")


def districts_covered(user: Any) -> list[str]:
    """The districts that occur among the person's units, for the filter's choices."""
    rows = covered_units(user).exclude(district="").order_by("district").values_list("district", flat=True)
    return list(rows.distinct())
