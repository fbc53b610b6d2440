"""Reminding schools whose form is not handed in: by hand, and before the day that the notice names (C12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notifications.domain import notify, notify_group
from skillweek.organisations.access import can_review
from skillweek.organisations.models import Organisation, OrganisationQuerySet, User
from skillweek.reports.domain.reminders import people_to_remind
from skillweek.statistics.domain.submission import due_at
from skillweek.statistics.models import FormEntry, FormReminder

#: A second press of the button within this many minutes reminds nobody again.
_PAUSE_MINUTES: Final = 10
#: Scheduled reminders: so many days before the last day, and on it.
_DAYS_BEFORE: Final = (2, 0)
#: When they go out where the edition names no time of its own.
_MORNING: Final = time(9)


@dataclass
class RemindOutcome:
    """What became of the schools that were to be reminded."""

    reminded: list[Organisation] = field(default_factory=list)
    already: list[Organisation] = field(default_factory=list)
    without_people: list[Organisation] = field(default_factory=list)


def missing_schools(edition: Edition) -> OrganisationQuerySet:
    """Active schools whose form is not handed in."""
    done = FormEntry.objects.filter(edition=edition, state__in=(FormEntry.State.SUBMITTED, FormEntry.State.ACCEPTED))
    schools: OrganisationQuerySet = Organisation.objects.schools().exclude(pk__in=done.values("organisation_id"))
    return schools


def remind(edition: Edition, schools: Iterable[Organisation], *, by: User) -> RemindOutcome:
    """Remind those of ``schools`` whose form is missing. Raises NotAllowed for schools out of reach, DomainError."""
    if edition.state != Edition.State.OPEN:
        raise DomainError(_("本届活动周不在进行中，不能提醒。"))
    chosen = list(schools)
    if any(not can_review(by, school) for school in chosen):
        raise NotAllowed(_("只能提醒您所辖的学校。"))
    minutes = int(now().timestamp() // 60)
    slot = f"manual:{minutes - minutes % _PAUSE_MINUTES}"
    outcome = RemindOutcome()
    schools = list(missing_schools(edition).filter(pk__in=[school.pk for school in chosen]))
    people = people_to_remind({school.pk for school in schools})
    for school in schools:
        if school.pk not in people:
            outcome.without_people.append(school)
        elif _remind_one(edition, school, slot, people[school.pk], by):
            outcome.reminded.append(school)
        else:
            outcome.already.append(school)
    return outcome


def send_due_reminders() -> int:
    """Send the scheduled reminders that are due now, in every open edition; return how many schools got one.

    The row in ``FormReminder`` is written with the messages: neither several workers nor a restart remind twice.
    """
    sent = 0
    for edition in Edition.objects.filter(state=Edition.State.OPEN):
        for slot in due_slots(edition, edition.doc.statistics_due_on, now()):
            done = FormReminder.objects.filter(edition=edition, slot=slot)
            schools = list(missing_schools(edition).exclude(pk__in=done.values("organisation_id")))
            people = people_to_remind({school.pk for school in schools})
            sent += sum(
                _remind_one(edition, school, slot, people[school.pk], None) for school in schools if school.pk in people
            )
    return sent


def due_slots(edition: Edition, due_on: date, moment: datetime) -> Iterator[str]:
    """Yield the slot for something due on ``due_on`` whose day it is at ``moment``, once its time has come: ``due-2``,
    ``due-0``.
    """
    local = moment.astimezone(ZoneInfo(edition.zone))
    at = next(iter(edition.doc.report_reminders), _MORNING)
    for days in _DAYS_BEFORE:
        if local.date() == due_on - timedelta(days=days) and local.time() >= at:
            yield f"due-{days}"


def _remind_one(edition: Edition, school: Organisation, slot: str, people: list[User], by: Any) -> bool:
    try:
        with transaction.atomic():
            reminder = FormReminder.objects.create(edition=edition, organisation=school, slot=slot, sent_by=by)
            _tell(edition, school, people, reminder)
            audit.record("form.remind", reminder, actor=by, organisation_id=school.pk, data={"slot": slot})
    except IntegrityError:  # somebody else was quicker
        return False
    return True


def _tell(edition: Edition, school: Organisation, people: list[User], reminder: FormReminder) -> None:
    kind = "form.reminder" if now() <= due_at(edition) else "form.overdue"
    context = {"school": school.name, "due": edition.doc.statistics_due_on}
    url, key = reverse("statistics:form", args=[school.pk]), f"form.reminder:{reminder.pk}"
    notify(people, kind=kind, context=context, url=url, dedupe_key=key, organisation=school)
    notify_group(school, kind=kind, context=context, url=url, dedupe_key=key)
