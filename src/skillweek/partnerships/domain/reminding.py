"""The day before a talk, and when a follow-up is due (E3, E4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.partnerships import telling
from skillweek.partnerships.models import FollowUp, Meeting, Pairing

#: Who does not answer a follow-up is asked again after so many days, until it is answered or taken out.
AGAIN_AFTER: Final = timedelta(days=30)
_SHOWN: Final = Q(meeting__state=Meeting.State.PUBLISHED) | Q(
    meeting__state=Meeting.State.OPEN, meeting__mode=Meeting.Mode.DIRECT
)


def remind_talks() -> int:
    """Tell both sides of every talk that is tomorrow, once. Returns how many talks."""
    count = 0
    for edition in Edition.objects.filter(state=Edition.State.OPEN):
        tomorrow = today_in(edition.zone) + timedelta(days=1)
        rows = Pairing.objects.filter(
            _SHOWN, meeting__edition=edition, meeting__day=tomorrow, reminded_at=None, slot__starts_at__gt=now()
        )
        for pk in list(rows.values_list("pk", flat=True)):
            count += _remind_talk(pk)
    return count


@transaction.atomic
def _remind_talk(pk: int) -> bool:
    talk = (
        Pairing.objects.select_for_update(of=("self",))
        .select_related(
            "slot", "enterprise__enterprise__user", "enterprise__meeting__edition", "guest__meeting__edition",
            "guest__organisation", "guest__participant__edition", "enterprise__organisation", "guest__enterprise",
        )
        .filter(pk=pk, reminded_at=None)
        .first()
    )  # fmt: skip
    if talk is None:
        return False
    talk.reminded_at = now()
    talk.save(update_fields=["reminded_at"])
    telling.remind_talk(talk)
    return True


def remind_follow_ups() -> int:
    """Ask both sides where a follow-up is due; again after a month without an answer. Closed editions too."""
    due = Q(reminded_at=None) | Q(reminded_at__lt=now() - AGAIN_AFTER)
    count = 0
    for edition in Edition.objects.exclude(state=Edition.State.DRAFT):
        rows = FollowUp.objects.filter(
            due, intention__edition=edition, done_at=None, due_on__lte=today_in(edition.zone)
        )
        for pk in list(rows.values_list("pk", flat=True)):
            count += _remind_follow_up(pk)
    return count


@transaction.atomic
def _remind_follow_up(pk: int) -> bool:
    row = (
        FollowUp.objects.select_for_update(of=("self",))
        .select_related("intention__organisation", "intention__edition", "intention__enterprise__user")
        .filter(pk=pk, done_at=None)
        .first()
    )
    if row is None:
        return False
    row.reminded_at = now()
    row.save(update_fields=["reminded_at"])
    telling.remind_follow_up(row)
    return True
