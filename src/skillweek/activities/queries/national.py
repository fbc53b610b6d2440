"""附件1: the national activities by department, with the local ones that are linked to them (B1)."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from skillweek.activities import access
from skillweek.activities.models import Activity, ActivityTag
from skillweek.editions.models import Edition
from skillweek.editions.schema import NationalActivity


def national_list(user: Any, edition: Edition) -> list[tuple[str, list[tuple[NationalActivity, list[Activity]]]]]:
    """(department, [(line of the notice, linked activities that the person may see)]), two queries."""
    visible = access.visible_to(user).filter(edition=edition)
    tags = ActivityTag.objects.filter(group=ActivityTag.Group.NATIONAL, activity__in=visible)
    linked: dict[str, list[Activity]] = {}
    for tag in tags.select_related("activity__organisation").order_by("activity__title", "activity"):
        linked.setdefault(tag.code, []).append(tag.activity)
    rows = edition.doc.national_activities
    return [
        (department, [(row, linked.get(row.code, [])) for row in members])
        for department, members in groupby(rows, lambda row: row.department)
    ]
