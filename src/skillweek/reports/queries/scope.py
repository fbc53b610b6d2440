"""What a reviewer's lists run over: the edition, the schools below them, and the filters they choose (A5, C9, C10)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import QueryDict

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.access import scope_of, subtree_q
from skillweek.organisations.models import Kind, Line, Organisation, OrganisationQuerySet, SchoolType
from skillweek.reports.models import DailyReport

#: Characters of one level in a tree path.
STEP = Organisation.steplen


def reviews_anything(user: Any) -> bool:
    """Whether the person is a reviewer or manager of a bureau, and so has a queue and a board."""
    return bool(scope_of(user).deciding_paths)


def schools_below(user: Any) -> OrganisationQuerySet:
    """Active schools whose reports the person decides on, in the tree's order."""
    schools: OrganisationQuerySet = Organisation.objects.schools().filter(subtree_q(scope_of(user).deciding_paths))
    return schools


def _plain(text: str) -> str:
    """``text`` without what PostgreSQL refuses to compare with."""
    return text.replace("\0", "").strip()


@dataclass(frozen=True)
class SchoolFilter:
    """Which schools to show. Empty fields do not restrict; unknown values were dropped by ``from_query``."""

    district: str = ""
    line: str = ""
    school_type: str = ""
    search: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> SchoolFilter:
        """Read the filter from a page's query string; nonsense counts as not given."""
        line, school_type = query.get("line", ""), query.get("school_type", "")
        return cls(
            district=_plain(query.get("district", ""))[:30],
            line=line if line in Line.values else "",
            school_type=school_type if school_type in SchoolType.values else "",
            search=_plain(query.get("q", ""))[:60],
        )

    def q(self, prefix: str = "") -> Q:
        """The filter on organisations; ``prefix`` as in ``"organisation__"``."""
        condition = Q()
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
        pairs = {names.get(field.name, field.name): getattr(self, field.name) for field in fields(SchoolFilter)}
        return urlencode({key: value for key, value in {**pairs, **extra}.items() if value not in ("", None)})

    @property
    def is_set(self) -> bool:
        """Whether anything is restricted."""
        return any(getattr(self, field.name) for field in fields(SchoolFilter))


#: The filter that restricts nothing.
EVERY_SCHOOL: Final = SchoolFilter()


def reports_below(user: Any, edition: Edition, chosen: SchoolFilter) -> QuerySet[DailyReport]:
    """The edition's reports of exactly ``schools_below`` under the filter, drafts included, by one join."""
    schools = Q(organisation__kind=Kind.SCHOOL, organisation__is_active=True)
    reach = subtree_q(scope_of(user).deciding_paths, "organisation__")
    return DailyReport.objects.filter(schools, reach, chosen.q("organisation__"), edition=edition).order_by()


def districts_below(user: Any) -> list[str]:
    """The districts that occur among the person's schools, for the filter's choices."""
    rows = schools_below(user).exclude(district="").order_by("district").values_list("district", flat=True)
    return list(rows.distinct())


def focus_day(edition: Edition, chosen: str = "") -> date:
    """The day a page is about: ``chosen`` (ISO) if it is the edition's, else the day whose report is due now.

    Due now is the first day whose deadline has not passed among those already begun; after the week, the last.
    """
    days = edition.days
    try:
        if (day := date.fromisoformat(chosen)) in days:
            return day
    except ValueError:
        pass
    moment = now()
    today = moment.astimezone(ZoneInfo(edition.zone)).date()
    begun = [day for day in days if day <= today]
    if not begun:
        return days[0]
    open_days = [day for day in begun if edition.report_deadline(day) >= moment]
    return open_days[0] if open_days else begun[-1]
