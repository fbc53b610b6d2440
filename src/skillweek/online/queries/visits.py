"""Reading the counts of visits (B11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet, Sum

from skillweek.editions.models import Edition
from skillweek.online.models import VisitCount, Work
from skillweek.organisations import access


@dataclass(frozen=True)
class Total:
    """All days of one subject together. A person who comes on two days counts on each."""

    subject: str
    label: str
    visitors: int
    views: int


def subject_of(work: Work) -> str:
    """The name under which a work's visits are counted."""
    return f"{work.kind}:{work.pk}"


def totals_of(works: Iterable[Work]) -> dict[int, Total]:
    """Totals by the work's key, for works of one kind; one query."""
    keys = {subject_of(work): work.pk for work in works}
    rows = VisitCount.objects.filter(subject__in=list(keys))
    return {keys[total.subject]: total for total in by_subject(rows)}


def by_subject(rows: QuerySet[VisitCount]) -> list[Total]:
    """One line for each subject, the most visited first."""
    found = rows.order_by().values("subject").annotate(people=Sum("visitors"), opened=Sum("views"), name=Max("label"))
    totals = [Total(row["subject"], row["name"], row["people"], row["opened"]) for row in found]
    return sorted(totals, key=lambda total: (-total.visitors, -total.views, total.subject))


def counts_for(user: Any, edition: Edition) -> QuerySet[VisitCount]:
    """The counts that the person may read: of the units in their reach; pages of the whole week for bureaus."""
    reach = access.reach_q(user)
    if access.scope_of(user).has_bureau_role:
        reach |= Q(organisation=None)
    return VisitCount.objects.filter(reach, edition=edition)
