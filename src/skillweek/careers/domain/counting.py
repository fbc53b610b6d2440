"""Opening the questionnaire, and counting an answer without keeping it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from skillweek.careers.access import can_open
from skillweek.careers.models import Opening, Tally
from skillweek.careers.scoring import Result
from skillweek.content.access import is_open
from skillweek.core.audit import record
from skillweek.core.clock import today_in
from skillweek.core.errors import NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


@transaction.atomic
def set_open(organisation: Organisation, edition: Edition, *, actor: Any, is_on: bool) -> Opening:
    """Offer the questionnaire in the unit's week, or no longer. Safe to repeat. Raises NotAllowed."""
    must_be_open(edition)
    if not can_open(actor, organisation, edition):
        raise NotAllowed(_("您不能为“%(name)s”开通测评。") % {"name": organisation})
    row, is_new = Opening.objects.get_or_create(edition=edition, organisation=organisation, defaults={"is_open": is_on})
    if is_new or row.is_open != is_on:
        row.is_open = is_on
        row.save()
        record("career.open" if is_on else "career.close", row, actor=actor, organisation_id=organisation.pk)
    return row


@transaction.atomic
def count(opening: Opening, result: Result) -> None:
    """Add one to the day's number of the type that leads. Nothing else is kept, and closed editions count nothing."""
    edition = opening.edition
    if not is_open(edition):
        return
    letter = "-" if result.is_flat else result.leading
    row, _new = Tally.objects.get_or_create(
        edition=edition, organisation=opening.organisation, day=today_in(edition.zone), type=letter
    )
    Tally.objects.filter(pk=row.pk).update(number=F("number") + 1)
