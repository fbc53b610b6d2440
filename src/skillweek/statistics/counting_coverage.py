"""Figures counted from the coverage register by level (C5, D4, C12).

An article that several units registered is one for the city and one for each organisation that it is about. What is
registered counts before anybody has confirmed it, and its rows say so.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation.figures import FigureRow
from skillweek.press.models import Coverage
from skillweek.statistics.sources import Source


def level_source(level: str) -> Source:
    """The source ``coverage.<level>``."""

    def counted(edition: Edition, organisations: OrganisationQuerySet) -> Any:
        rows: Any = Coverage.objects.counted(edition).with_article()
        return rows.filter(article_level=level, organisations__in=organisations.order_by()).order_by()

    def numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
        rows = counted(edition, organisations).values_list("organisations")
        return dict(rows.annotate(number=Count("article", distinct=True)))

    def keys(edition: Edition, organisations: OrganisationQuerySet) -> int:
        found: int = counted(edition, organisations).aggregate(number=Count("article", distinct=True))["number"]
        return found

    def rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
        found = counted(edition, Organisation.objects.filter(pk=organisation.pk)).select_related("outlet")
        once: dict[int, FigureRow] = {}
        for row in found.order_by("published_on", "pk"):
            is_open = row.state == Coverage.State.REGISTERED
            said = [str(row.outlet or ""), str(row.get_state_display()) if is_open else ""]
            note, url = " · ".join(word for word in said if word), reverse("press:coverage", args=[row.pk])
            once.setdefault(row.article, FigureRow(row.title, 1, row.published_on, note, url, str(row.article)))
        return list(once.values())

    return Source(f"coverage.{level}", numbers, rows, across="distinct", keys=keys)
