"""The texts of registered coverage, as the room ``similarity`` compares them (C14, D4).

Coverage that came by a daily report is compared as that report's item; here are articles registered by hand or for a
lead whose text somebody pasted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skillweek.press.access import coverage_visible_to
from skillweek.press.models import Coverage
from skillweek.similarity.domain import put_text, remove_texts
from skillweek.similarity.sources import Place, register_text

COVERAGE: Final = "coverage"


def put_coverage(row: Coverage) -> None:
    """Have the article's text compared as it is now; without a text there is nothing to compare."""
    if row.source == Coverage.Source.REPORT or not row.text:
        remove_texts(COVERAGE, [row.pk])
        return
    put_text(
        COVERAGE,
        row.pk,
        edition=row.edition,
        organisation=row.home,
        text=row.text,
        title=row.title,
        outlet=row.outlet.name if row.outlet else "",
        link=row.link,
        dated=row.published_on,
    )


def register() -> None:
    """Make registered coverage known to the room ``similarity``."""
    register_text(COVERAGE, _("媒体报道"), places=_places, texts=_all, is_coverage=True)


def _places(user: Any, ids: Collection[int]) -> dict[int, Place]:
    rows = coverage_visible_to(user).filter(pk__in=ids).select_related("home")
    return {row.pk: Place(url=reverse("press:coverage", args=[row.pk]), name=str(row.home)) for row in rows}


def _all() -> Iterable[int]:
    rows = Coverage.objects.exclude(source=Coverage.Source.REPORT).exclude(text="")
    for row in rows.select_related("edition", "home", "outlet").iterator(200):
        put_coverage(row)
        yield row.pk
