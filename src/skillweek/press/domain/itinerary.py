"""A visit's itinerary, what came of it, its reminder and its erasure (E9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content.access import is_open
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.press import telling_visits as telling
from skillweek.press.access_visits import Visitor, can_answer
from skillweek.press.domain.register import register
from skillweek.press.domain.visits import locked_visit, must_be_version
from skillweek.press.models import Coverage, SchoolVisit, VisitStop

_S = SchoolVisit.State
MAX_STOPS: Final = 30


@dataclass(frozen=True)
class Stop:
    """One stop as a form holds it."""

    at: datetime
    place: str
    person: str = ""
    what: str = ""


@transaction.atomic
def arrange(
    visit: SchoolVisit, stops: Sequence[Stop], *, actor: Any, guide: str = "", expected: int | None = None
) -> SchoolVisit:
    """Make the itinerary exactly these stops; an agreed visit's visitor is told when anything changed.

    Raises NotAllowed, Conflict, DomainError for a stop outside the visit.
    """
    row = locked_visit(visit.pk)
    must_be_open(row.edition)
    if not can_answer(actor, row):
        raise NotAllowed(_("由学校的联络员或管理员安排行程。"))
    must_be_version(row, expected)
    if row.state not in SchoolVisit.LIVE:
        raise Conflict(_("这个申请已经结束，不能再安排行程。"), code="over")
    if len(stops) > MAX_STOPS:
        raise DomainError(_("行程最多 %(most)d 站。") % {"most": MAX_STOPS})
    wanted = [_clean(row, stop) for stop in sorted(stops, key=lambda one: one.at)]
    before = [(one.at, one.place, one.person, one.what) for one in row.stops.all()]
    after = [(one.at, one.place, one.person, one.what) for one in wanted]
    guide = guide.strip()[:1000]
    if before == after and row.guide == guide:
        return row
    row.stops.all().delete()
    VisitStop.objects.bulk_create(wanted)
    row.guide, row.version = guide, row.version + 1
    row.save(update_fields=["guide", "version", "updated_at"])
    record("visit.arrange", row, actor=actor, organisation_id=row.organisation_id, data={"stops": len(wanted)})
    if row.state == _S.APPROVED:
        telling.tell_visitor(row, "visit.itinerary", text=guide[:200])
    return row


def _clean(row: SchoolVisit, stop: Stop) -> VisitStop:
    place = " ".join(stop.place.replace("\0", "").split())[:120]
    if not place:
        raise DomainError(_("每一站都要写地点。"))
    if not row.starts_at - timedelta(hours=1) <= stop.at <= row.ends_at:
        raise DomainError(_("“%(place)s”的时间不在探校时间里。") % {"place": place})
    person, what = " ".join(stop.person.split())[:120], " ".join(stop.what.split())[:200]
    return VisitStop(visit=row, at=stop.at, place=place, person=person, what=what)


@transaction.atomic
def hand_in(
    visit: SchoolVisit, visitor: Visitor, *, title: str, published_on: date, link: str = "", level: str = "",
    medium: str = "", outlet: str = "",
) -> Coverage:  # fmt: skip
    """Enter what was published after an agreed visit; the school confirms it, the register counts it (ADR 0176).

    Raises NotAllowed, Conflict before the visit began, DomainError as ``register``.
    """
    row = locked_visit(visit.pk)
    must_be_open(row.edition)
    if not SchoolVisit.objects.filter(visitor.mine, pk=row.pk).exists():
        raise NotAllowed(_("这不是您的探校申请。"))
    if row.state != _S.APPROVED or row.starts_at > now():
        raise Conflict(_("探校以后才能交回报道。"), code="early")
    known = row.journalist.outlet if row.journalist is not None else row.handle
    if row.is_creator:
        level, medium = level or "school", medium or Coverage.Media.SOCIAL
    made = register(
        row.edition, row.organisation, actor=None, source=Coverage.Source.VISIT, source_label=str(row),
        journalist=row.journalist, school_visit=row, title=title, published_on=published_on, link=link, level=level,
        media=medium, outlet=outlet or known,
    )  # fmt: skip
    telling.tell_school(row, "visit.coverage", text=made.title, once=f"coverage:{made.pk}")
    return made


def remind_due() -> int:
    """Remind visitors and schools of agreed visits that begin soon, once; returns how many. Safe to repeat."""
    moment, count = now(), 0
    for edition in Edition.objects.filter(state=Edition.State.OPEN):
        until = moment + timedelta(hours=edition.doc.booking_rules.remind_hours_before)
        due = SchoolVisit.objects.filter(
            edition=edition, state=_S.APPROVED, reminded_at=None, starts_at__gt=moment, starts_at__lte=until
        )
        for pk in list(due.values_list("pk", flat=True)):
            count += _remind(pk)
    return count


@transaction.atomic
def _remind(pk: int) -> int:
    row = locked_visit(pk)
    if row.reminded_at is not None or row.state != _S.APPROVED:
        return 0
    row.reminded_at = now()
    row.save(update_fields=["reminded_at", "updated_at"])
    once = row.starts_at.isoformat()
    telling.tell_visitor(row, "visit.reminder", text=row.guide[:200], once=once)
    telling.tell_school(row, "visit.due", text=row.wishes[:200], once=once)
    return 1


_BLANK: Final[dict[str, Any]] = {
    "name": "", "phone": "", "handle": "", "account_url": "", "crew": "", "wishes": "", "equipment": "",
    "followers": None,
}  # fmt: skip


def erase_visits(edition: Edition) -> int:
    """Take personal data out of the edition's visits; days, numbers of people and answers stay. Safe to repeat."""
    rows = SchoolVisit.objects.filter(edition=edition, erased_at=None)
    count: int = rows.update(**_BLANK, erased_at=now())
    # Not only with rows: a run that was killed in between is finished by the next.
    VisitStop.objects.filter(visit__edition=edition).exclude(person="").update(person="")
    if count:
        with transaction.atomic():
            record("visit.erase", edition, data={"visits": count})
    return count


def can_arrange(user: Any, visit: SchoolVisit) -> bool:
    """Whether the itinerary may be changed now."""
    return is_open(visit.edition) and can_answer(user, visit) and visit.state in SchoolVisit.LIVE
