"""How interviews stand among what a week offers and counts (E8)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skillweek.content.editorial import public_q
from skillweek.editions.models import Edition
from skillweek.editions.names import name_of
from skillweek.interviews.access import can_publish, episodes_visible_to
from skillweek.interviews.models import Episode, Series
from skillweek.interviews.queries.finding import public_series
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation.figures import Figure, FigureRow
from skillweek.participation.offers import Offer
from skillweek.participation.switches import Switch


def _shown(edition: Edition) -> QuerySet[Episode]:
    return Episode.objects.filter(public_q(), edition=edition)


def numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    """Public interviews by organisation, in one query."""
    rows = _shown(edition).filter(organisation__in=organisations.order_by().values("pk")).order_by()
    return dict(rows.values_list("organisation").annotate(n=Count("pk")))


def rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    """Each public interview as one row."""
    zone = ZoneInfo(edition.zone)
    found = _shown(edition).filter(organisation=organisation).select_related("series").order_by("published_at", "pk")
    return [
        FigureRow(
            label=row.title, amount=1, day=row.published_at.astimezone(zone).date() if row.published_at else None,
            note=row.series.title, url=reverse("interviews:edit", args=[row.pk]), key=f"interview:{row.pk}",
        )
        for row in found
    ]  # fmt: skip


def count_series(edition: Edition, organisations: OrganisationQuerySet) -> int:
    """How many series the units run."""
    return Series.objects.filter(edition=edition, organisation__in=organisations).count()


def count_waiting(edition: Edition, user: Any) -> int:
    """Interviews that wait for this person's decision."""
    rows = episodes_visible_to(user).filter(edition=edition, review=Episode.Review.WAITING)
    return sum(can_publish(user, row) for row in rows.select_related("edition", "organisation")[:200])


def offers_of(edition: Edition) -> list[Offer]:
    """Each public series."""
    is_over = edition.state == Edition.State.CLOSED
    return [
        Offer(
            kind="interviews", kind_label=name_of(edition, "interviews"), icon="mic", title=row.title,
            url=reverse("interviews_public:series", args=[row.pk]), organisation_name=row.organisation.name,
            starts_on=edition.starts_on, ends_on=edition.ends_on, state="over" if is_over else "open",
            teaser=row.about[:80],
        )
        for row in public_series(edition)[:200]
    ]  # fmt: skip


SWITCH: Final = Switch(
    code="interviews", label=_("访谈"), label_of=partial(name_of, kind="interviews"),
    teaser=_("访谈栏目：视频、章节、字幕、逐字稿和播客。"), icon="mic",
    url_name="interviews:index", row_ids=("E8",), count=count_series, waiting=count_waiting,
)  # fmt: skip
FIGURE: Final = Figure(code="interviews.episodes", label=_("公开的访谈"), unit=_("期"), numbers=numbers, rows=rows)
