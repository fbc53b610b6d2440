"""What this room counts for the statistics (C12, E3, E4).

``enterprises``: verified ones, at the unit that verified them. ``meetings``: talks of an enterprise with a school that
both came to; where nobody noted who came, every talk of a published schedule once its day is over. At the school, and
with talks of the public at the unit that held the meeting (``talks``). ``intentions``: recorded and not dropped, at the
school.
"""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from skillweek.core.clock import today_in
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation.figures import Figure, FigureRow
from skillweek.partnerships.models import Enterprise, Intention, Meeting, Pairing


def _enterprises(edition: Edition) -> QuerySet[Enterprise]:
    return Enterprise.objects.filter(edition=edition, state=Enterprise.State.VERIFIED).order_by()


def _talks(edition: Edition, guests: str) -> QuerySet[Pairing]:
    shown = Q(meeting__state=Meeting.State.PUBLISHED) | Q(
        meeting__state=Meeting.State.OPEN, meeting__mode=Meeting.Mode.DIRECT
    )
    held = Q(came=True) | Q(came=None, meeting__day__lt=today_in(edition.zone))
    return Pairing.objects.filter(shown, held, meeting__edition=edition, meeting__guests=guests).order_by()


def _intentions(edition: Edition) -> QuerySet[Intention]:
    return Intention.objects.filter(edition=edition).exclude(state=Intention.State.DROPPED).order_by()


def _counted(rows: QuerySet, path: str, organisations: OrganisationQuerySet) -> dict[int, int]:  # type: ignore[type-arg]
    inside = rows.filter(**{f"{path}__in": organisations.order_by().values("pk")})
    return dict(inside.values_list(path).annotate(n=Count("pk")))


def enterprise_numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    """Verified enterprises by the unit that invited them."""
    return _counted(_enterprises(edition), "home", organisations)


def enterprise_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    """The enterprises behind the number."""
    rows = _enterprises(edition).filter(home=organisation).order_by("name", "pk").defer("logo")
    return [
        FigureRow(
            row.name, 1, note=str(row.get_industry_display()), url=f"/w/partners/enterprises/{row.pk}/",
            key=f"e{row.pk}",
        )
        for row in rows
    ]  # fmt: skip


def meeting_numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    """Talks of enterprises with each school."""
    return _counted(_talks(edition, Meeting.Guests.SCHOOLS), "guest__organisation", organisations)


def meeting_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    """The school's talks."""
    rows = _talks(edition, Meeting.Guests.SCHOOLS).filter(guest__organisation=organisation)
    return _rows_of_talks(rows)


def talk_numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    """Talks of students with enterprises, by the unit that held the meeting."""
    return _counted(_talks(edition, Meeting.Guests.PEOPLE), "meeting__organisation", organisations)


def talk_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    """The talks behind the number, without people's names."""
    rows = _talks(edition, Meeting.Guests.PEOPLE).filter(meeting__organisation=organisation)
    return _rows_of_talks(rows)


def _rows_of_talks(rows: QuerySet[Pairing]) -> list[FigureRow]:
    found = rows.select_related("meeting", "enterprise__enterprise", "slot").order_by("slot__starts_at", "pk")
    return [
        FigureRow(
            str(row.enterprise), 1, day=row.meeting.day, note=row.meeting.title,
            url=f"/w/partners/meetings/{row.meeting_id}/", key=f"t{row.pk}",
        )
        for row in found.defer("enterprise__enterprise__logo")
    ]  # fmt: skip


def intention_numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    """Intentions that stand, by school."""
    return _counted(_intentions(edition), "organisation", organisations)


def intention_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    """The intentions behind the number."""
    rows = _intentions(edition).filter(organisation=organisation).order_by("noted_on", "pk")
    return [
        FigureRow(
            row.enterprise_name, 1, day=row.noted_on, note=str(row.get_kind_display()),
            url=f"/w/partners/intentions/{row.pk}/", key=f"i{row.pk}",
        )
        for row in rows
    ]  # fmt: skip


FIGURES = (
    Figure("partnerships.enterprises", _("对接企业"), _("家"), enterprise_numbers, enterprise_rows),
    Figure("partnerships.meetings", _("校企对接场次"), _("场"), meeting_numbers, meeting_rows),
    Figure("partnerships.talks", _("学生与企业面谈"), _("场"), talk_numbers, talk_rows),
    Figure("partnerships.intentions", _("合作意向"), _("项"), intention_numbers, intention_rows),
)
