"""Reminding units that have not acknowledged: in one click, and by itself before the deadline (A2)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notices.access import remindable_by
from skillweek.notices.models import Notice, Receipt
from skillweek.notices.recipients import people_of
from skillweek.organisations.models import Organisation

#: A second press within this time reminds nobody again.
PAUSE: Final = timedelta(minutes=30)
#: How long before the deadline units are reminded by themselves.
AHEAD: Final = timedelta(hours=24)
#: A unit that received the notice a moment ago is not reminded of it yet.
_GRACE: Final = timedelta(hours=2)


@dataclass
class Reminded:
    """What became of the units that were to be reminded."""

    reminded: list[Organisation] = field(default_factory=list)
    #: Reminded a moment ago, by somebody else or by a second press.
    already: list[Organisation] = field(default_factory=list)
    #: Units in which nobody has an account yet: they need a call.
    without_people: list[Organisation] = field(default_factory=list)


@transaction.atomic
def remind(notice: Notice, *, by: Any, receipt_ids: Collection[int] | None = None) -> Reminded:
    """Remind the units that have not acknowledged: all that ``by`` may remind, or those of ``receipt_ids`` among them.

    Raises NotAllowed when there is nobody whom the person may remind, Conflict when the notice was withdrawn.
    """
    from skillweek.notices.tasks import tell_reminded

    fresh = Notice.objects.select_related("edition", "organisation").get(pk=notice.pk)
    mine = remindable_by(by, fresh)
    if not mine.exists():
        raise NotAllowed(_("您不能催这份通知的签收：只有发文单位，或收文单位的上级可以提醒。"))
    if fresh.live_at is None:
        raise Conflict(_("这份通知已撤下，不需要再提醒。"))
    if fresh.edition.state == Edition.State.CLOSED:
        raise NotAllowed(_("这一届已经归档，不能再提醒。"))
    waiting = Receipt.objects.filter(pk__in=mine.values("pk"), acknowledged_at=None, organisation__is_active=True)
    if receipt_ids is not None:
        waiting = waiting.filter(pk__in=list(receipt_ids))
    outcome, due = _sort_out(waiting)
    if due:
        Receipt.objects.filter(pk__in=due).update(reminded_at=now(), reminder_count=F("reminder_count") + 1)
        data = {"units": len(due)}
        audit.record("notice.remind", fresh, actor=by, organisation_id=fresh.organisation_id, data=data)
        tell_reminded.enqueue(due)
    return outcome


def _sort_out(waiting: QuerySet[Receipt]) -> tuple[Reminded, list[int]]:
    rows = list(
        waiting.select_for_update(of=("self",)).select_related("organisation").order_by("organisation__path", "pk")
    )
    people = people_of([row.organisation_id for row in rows])
    outcome, due = Reminded(), []
    for row in rows:
        if not people.get(row.organisation_id):
            outcome.without_people.append(row.organisation)
        elif row.reminded_at is not None and row.reminded_at > now() - PAUSE:
            outcome.already.append(row.organisation)
        else:
            outcome.reminded.append(row.organisation)
            due.append(row.pk)
    return outcome, due


def send_due_reminders() -> int:
    """Remind, once for each deadline, the units that have not acknowledged a day before it; return how many.

    Safe to run twice and at once: a receipt says when it was reminded, and a deadline moved later reminds again.
    """
    count, moment = 0, now()
    soon = Notice.objects.filter(
        live_at__isnull=False,
        edition__state=Edition.State.OPEN,
        acknowledge_by__gt=moment,
        acknowledge_by__lte=moment + AHEAD,
    )
    for notice in soon.only("pk", "acknowledge_by"):
        count += _remind_before(notice)
    return count


@transaction.atomic
def _remind_before(notice: Notice) -> int:
    from skillweek.notices.tasks import tell_reminded

    assert notice.acknowledge_by is not None
    moment = now()
    told = Q(auto_reminded_at=None) | Q(auto_reminded_at__lt=notice.acknowledge_by - AHEAD)
    rested = Q(reminded_at=None) | Q(reminded_at__lt=moment - _GRACE)
    waiting = Receipt.objects.filter(
        told, rested, notice=notice, acknowledged_at=None, organisation__is_active=True, created_at__lt=moment - _GRACE
    )
    due = list(waiting.select_for_update(of=("self",)).values_list("pk", flat=True))
    if due:
        Receipt.objects.filter(pk__in=due).update(
            auto_reminded_at=moment, reminded_at=moment, reminder_count=F("reminder_count") + 1
        )
        tell_reminded.enqueue(due)
    return len(due)
