"""Reminding schools that have not reported: by hand from the board, and at the edition's times (C9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notifications.domain import notify, notify_group
from skillweek.organisations.access import can_review
from skillweek.organisations.models import Organisation, Role, User
from skillweek.reports.models import DailyReport, Reminder
from skillweek.reports.queries.states import HANDED_IN

#: A second press of the button within this many minutes reminds nobody again.
MANUAL_PAUSE_MINUTES = 10


@dataclass
class RemindOutcome:
    """What became of the schools that were to be reminded about one day."""

    reminded: list[Organisation] = field(default_factory=list)
    #: Reminded a moment ago by somebody else, or by a second press.
    already: list[Organisation] = field(default_factory=list)
    #: Schools in which nobody has an account yet; they need a call.
    without_people: list[Organisation] = field(default_factory=list)


def missing_schools(edition: Edition, day: date) -> Iterable[Organisation]:
    """Active schools that have not handed in a report about ``day``; a draft or nothing counts as missing."""
    handed_in = DailyReport.objects.filter(edition=edition, day=day, state__in=HANDED_IN)
    schools: Iterable[Organisation] = Organisation.objects.schools().exclude(pk__in=handed_in.values("organisation_id"))
    return schools


def remind(edition: Edition, day: date, schools: Iterable[Organisation], *, by: User) -> RemindOutcome:
    """Remind those of ``schools`` that have not reported about ``day``, in one click (C9).

    Raises NotAllowed when ``by`` does not review one of the schools, DomainError when the day is not one of
    the edition's, has not come yet, or the edition is closed.
    """
    _must_be_remindable(edition, day)
    chosen = list(schools)
    if any(not can_review(by, school) for school in chosen):
        raise NotAllowed(_("只能提醒您所辖的学校。"))
    missing = missing_schools(edition, day)
    wanted = {school.pk for school in chosen}
    outcome = RemindOutcome()
    people = people_to_remind(wanted)
    # ``recent`` keeps the pause; the slot's unique row stops two presses at the same moment.
    slot = _manual_slot(now())
    recent = set(
        Reminder.objects.filter(
            edition=edition,
            day=day,
            organisation__in=wanted,
            slot__startswith="manual:",
            sent_at__gte=now() - timedelta(minutes=MANUAL_PAUSE_MINUTES),
        ).values_list("organisation_id", flat=True)
    )
    for school in missing:
        if school.pk not in wanted:
            continue
        if school.pk in recent:
            outcome.already.append(school)
        elif not people.get(school.pk):
            outcome.without_people.append(school)
        elif _remind_one(edition, day, school, slot, people[school.pk], by):
            outcome.reminded.append(school)
        else:
            outcome.already.append(school)
    return outcome


def send_due_reminders() -> int:
    """Send the scheduled reminders that are due now, in every open edition, and return how many schools got one.

    A reminder time of the edition is due on the deadline's date, from that time until the deadline, both in
    the edition's zone; when several have passed (the worker was down) only the last is sent. The row in
    ``Reminder`` is written with the messages in one transaction, so neither several workers nor a restart
    remind a school twice.
    """
    moment = now()
    sent = 0
    for edition in Edition.objects.filter(state=Edition.State.OPEN):
        for day, slot in due_slots(edition, moment):
            schools = list(missing_schools(edition, day))
            done = set(
                Reminder.objects.filter(edition=edition, day=day, slot=slot).values_list("organisation_id", flat=True)
            )
            people = people_to_remind({school.pk for school in schools})
            for school in schools:
                recipients = people.get(school.pk, [])
                if school.pk not in done and recipients:
                    sent += _remind_one(edition, day, school, slot, recipients, None)
    return sent


def due_slots(edition: Edition, moment: datetime) -> Iterator[tuple[date, str]]:
    """Yield (day, slot) for each day of ``edition`` whose reminder is due at ``moment``; slot is like ``10:00``."""
    zone = ZoneInfo(edition.zone)
    local = moment.astimezone(zone)
    times = sorted(edition.doc.report_reminders)
    for day in edition.days:
        deadline = edition.report_deadline(day)
        if deadline.astimezone(zone).date() != local.date() or local > deadline:
            continue
        passed = [at for at in times if datetime.combine(local.date(), at, tzinfo=zone) <= local]
        if passed:
            yield day, f"{passed[-1]:%H:%M}"


def _must_be_remindable(edition: Edition, day: date) -> None:
    if edition.state != Edition.State.OPEN:
        raise DomainError(_("本届活动周不在进行中，不能提醒。"))
    if day not in edition.days:
        raise DomainError(_("这一天不在活动周内。"), field="day")
    if day > now().astimezone(ZoneInfo(edition.zone)).date():
        raise DomainError(_("这一天还没有到，到了再提醒。"), field="day")


def _manual_slot(moment: datetime) -> str:
    minutes = int(moment.timestamp() // 60)
    return f"manual:{minutes - minutes % MANUAL_PAUSE_MINUTES}"


def people_to_remind(organisation_ids: set[int]) -> dict[int, list[User]]:
    """organisation id → its liaisons; where there is none, everybody who may file. Constant queries."""
    rows = (
        User.objects.filter(is_active=True, memberships__is_active=True, memberships__organisation__in=organisation_ids)
        .values_list("pk", "memberships__organisation_id", "memberships__role")
        .order_by("pk")
    )
    liaisons: dict[int, set[int]] = {}
    others: dict[int, set[int]] = {}
    for user_id, organisation_id, role in rows:
        if role == Role.LIAISON:
            liaisons.setdefault(organisation_id, set()).add(user_id)
        elif role in (Role.MEMBER, Role.MANAGER):
            others.setdefault(organisation_id, set()).add(user_id)
    chosen = {key: liaisons.get(key) or others.get(key, set()) for key in {*liaisons, *others}}
    users = User.objects.in_bulk({user_id for ids in chosen.values() for user_id in ids})
    return {key: [users[user_id] for user_id in sorted(ids)] for key, ids in chosen.items()}


def _remind_one(
    edition: Edition, day: date, school: Organisation, slot: str, recipients: list[User], by: User | None
) -> bool:
    """Write the reminder and its messages together; False when somebody else was quicker."""
    try:
        with transaction.atomic():
            reminder = Reminder.objects.create(edition=edition, organisation=school, day=day, slot=slot, sent_by=by)
            _tell(edition, day, school, recipients, reminder)
            data = {"day": day.isoformat(), "slot": slot}
            audit.record("report.remind", reminder, actor=by, organisation_id=school.pk, data=data)
    except IntegrityError:
        return False
    return True


def _tell(edition: Edition, day: date, school: Organisation, recipients: list[User], reminder: Reminder) -> None:
    """Tell the school's people, and its group chat where it has set one up."""
    deadline = edition.report_deadline(day)
    local = deadline.astimezone(ZoneInfo(edition.zone))
    kind = "report.reminder" if now() <= deadline else "report.overdue"
    context = {
        "day": day,
        "deadline": lambda: date_format(local, "SHORT_DATETIME_FORMAT"),
        "school": school.name,
    }
    url = reverse("reports:day", args=[day.isoformat()])
    key = f"report.reminder:{reminder.pk}"
    notify(recipients, kind=kind, context=context, url=url, dedupe_key=key, organisation=school)
    notify_group(school, kind=kind, context=context, url=url, dedupe_key=key)
