"""Taking personal data out when it is due (E3, E4).

What an enterprise is stays; its contact goes. A contact whose intentions are still being followed up is kept until the
last planned follow-up, as the sign-up form says.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef

from skillweek.bookings.domain.erasure import is_due
from skillweek.core.audit import record
from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.notifications.domain import erase_contacts
from skillweek.notifications.models import Message
from skillweek.organisations.light_accounts import drop_account
from skillweek.partnerships.domain.common import prefix
from skillweek.partnerships.models import Enterprise, FollowUp, Party, ProfileChange


def forget_unconfirmed() -> int:
    """Delete applications whose address was never confirmed. Returns how many."""
    count, _rows = Enterprise.objects.filter(state=Enterprise.State.UNCONFIRMED, link_until__lt=now()).delete()
    return count


def tidy() -> int:
    """What is done every day: forget the unconfirmed, erase contacts that follow-ups no longer hold."""
    return forget_unconfirmed() + sum(erase(edition) for edition in Edition.objects.all() if is_due(edition))


def erase(edition: Edition) -> int:
    """Take personal data out of the edition's rows and messages; safe to repeat. Returns how many rows."""
    open_follow_ups = FollowUp.objects.filter(
        intention__enterprise=OuterRef("pk"), done_at=None, due_on__gte=today_in(edition.zone)
    )
    rows = Enterprise.objects.filter(edition=edition, erased_at=None).annotate(held=Exists(open_follow_ups))
    due = list(rows.filter(held=False).select_related("user"))
    for row in due:
        _erase(row)
    people = Party.objects.filter(meeting__edition=edition, participant__isnull=False).exclude(
        name="", guardian_name="", grade="", note=""
    )
    count = people.update(name="", guardian_name="", grade="", note="")
    messages = erase_contacts(prefix=prefix(edition.pk))
    # Staff's copies name people of the public too. Questions about intentions name none and go on after the week.
    copies = Message.objects.filter(dedupe_key__startswith=prefix(edition.pk)).exclude(recipient=None)
    messages += copies.exclude(dedupe_key__startswith=f"{prefix(edition.pk)}follow").delete()[0]
    if due or count or messages:
        record("partnerships.erase", edition, data={"enterprises": len(due), "people": count, "messages": messages})
    return len(due) + count


@transaction.atomic
def _erase(row: Enterprise) -> None:
    user = row.user
    row.contact_name = row.phone = row.email = row.nonce = row.token_hash = ""
    row.user = None
    row.erased_at = now()
    row.save()
    # Who could correct it or take it back is gone, and nobody had it shown.
    ProfileChange.objects.filter(enterprise=row).delete()
    drop_account(user)
