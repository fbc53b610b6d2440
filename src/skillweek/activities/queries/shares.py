"""How the activities spread over the edition's lists: 四开放, 三贴近, 两走进, forms and more (B4, B6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from skillweek.activities.models import Activity, ActivityTag
from skillweek.activities.queries.coverage import own_activities
from skillweek.activities.queries.units import UnitFilter
from skillweek.editions.models import Edition

_S = Activity.State
_G = ActivityTag.Group


@dataclass(frozen=True)
class Share:
    """One entry: how many of all activities are of it."""

    name: str
    number: int
    whole: int

    @property
    def percent(self) -> int:
        """Of all activities, rounded; an activity may be of several entries."""
        return round(self.number * 100 / self.whole) if self.whole else 0


@dataclass(frozen=True)
class Group:
    """One list of the notice, or one group of a list, with its entries in the notice's order."""

    title: str
    shares: list[Share]

    @property
    def missing(self) -> list[str]:
        """Entries that no activity is of."""
        return [share.name for share in self.shares if not share.number]


def shares_of(user: Any, edition: Edition, chosen: UnitFilter) -> tuple[int, list[Group]]:
    """(number of activities handed in or approved, their spread over the edition's lists): three queries."""
    return spread(edition, own_activities(user, edition, chosen).filter(state__in=(_S.SUBMITTED, _S.APPROVED)))


def spread(edition: Edition, activities: QuerySet[Activity]) -> tuple[int, list[Group]]:
    """The same for any activities of the edition."""
    activities = activities.order_by()
    whole = activities.count()
    kinds = dict(activities.values_list("kind").annotate(number=Count("pk")))
    # A tag stands once per activity, so rows are activities; as a subquery it is one pass over the tags.
    rows = ActivityTag.objects.filter(activity__in=activities.values("pk")).order_by()
    found = {
        (group, code): number for group, code, number in rows.values_list("group", "code").annotate(number=Count("pk"))
    }

    def group(title: str, key: str, entries: Iterable[tuple[str, str]]) -> Group:
        return Group(title, [Share(name, found.get((key, code), 0), whole) for code, name in entries])

    doc = edition.doc
    groups = [Group(_("活动类别"), [Share(str(label), kinds.get(kind, 0), whole) for kind, label in _kinds()])]
    for title in dict.fromkeys(row.group for row in doc.outreach):
        groups.append(group(title, _G.OUTREACH, [(r.code, r.name) for r in doc.outreach if r.group == title]))
    for key in (_G.FORM, _G.INTEGRATION, _G.SERVICE, _G.AUDIENCE, _G.ONLINE, _G.TOPIC):
        entries = [(row.code, row.name) for row in getattr(doc, ActivityTag.LISTS[key])]
        if entries:
            groups.append(group(str(key.label), key, entries))
    return whole, groups


def _kinds() -> list[tuple[str, Any]]:
    return list(Activity.Kind.choices)
