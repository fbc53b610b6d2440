"""Personal data of those who entered, taken out when the edition's day has come (E1, C14).

What is shown stays as the terms said: works and names where the call keeps them, else the works go as well.
"""

from __future__ import annotations

from django.db import transaction

from skillweek.contests.domain.common import locked_entry
from skillweek.contests.domain.entries import let_go_of_files
from skillweek.contests.domain.following import forget
from skillweek.contests.models import AwardGiven, Entry, Pass
from skillweek.core.audit import forget_words, record
from skillweek.core.clock import now
from skillweek.editions.models import Edition

_S = Entry.State


def erase(edition: Edition) -> int:
    """Clean every entry of the edition that is due; returns how many. Safe to repeat."""
    due = Entry.objects.filter(call__edition=edition, erased_at=None).values_list("pk", flat=True)
    count = 0
    for pk in list(due):
        count += _erase_one(pk)
    # Remarks and reasons were written about people: that there was one stays, and what was decided.
    entries = Entry.objects.filter(call__edition=edition)
    entries.exclude(remark="").update(remark="")
    forget_words(Entry, entries.values_list("pk", flat=True))
    forget_words(AwardGiven, AwardGiven.objects.filter(entry__call__edition=edition).values_list("pk", flat=True))
    Pass.objects.filter(entry__call__edition=edition).exclude(to_name="").update(to_name="—", message="")
    return count


@transaction.atomic
def _erase_one(pk: int) -> int:
    row = locked_entry(pk)
    if row.erased_at is not None:
        return 0
    stays = row.state == _S.APPROVED and row.call.keeps_shown
    row.guardian, row.erased_at = "", now()
    if not stays:
        let_go_of_files(row)
        forget(row)
        row.author, row.title, row.text = row.author[:1] + "**" if row.author else "", "", ""
        if row.state != _S.WITHDRAWN:
            row.state = _S.WITHDRAWN
            row.withdrawn_at = row.erased_at
    row.version += 1
    row.save()
    record("entry.erase", row, organisation_id=row.call.organisation_id, data={"stays": stays})
    return 1
