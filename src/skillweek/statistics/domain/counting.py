"""Counting the figures again from what the platform knows (C12). Corrections are never touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.editions.schema_closing import FormField
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.statistics import sources
from skillweek.statistics.models import FormEntry, FormFigure

#: Forms that are counted in one transaction.
_BATCH = 500
#: States in which the platform's numbers still move. What was handed in stands as it was handed in.
COUNTING = (FormEntry.State.COUNTED, FormEntry.State.DRAFT, FormEntry.State.RETURNED)


def ensure_entry(edition: Edition, organisation: Organisation) -> FormEntry:
    """The organisation's form, made and counted when there is none yet."""
    entry = FormEntry.objects.filter(edition=edition, organisation=organisation).first()
    if entry is None or (entry.counted_at is None and entry.state in COUNTING):
        count_again(edition, Organisation.objects.filter(pk=organisation.pk))
        entry = FormEntry.objects.get(edition=edition, organisation=organisation)
    return entry


def count_again(edition: Edition, organisations: OrganisationQuerySet) -> int:
    """Count the forms of ``organisations`` anew, making those that are missing; return how many were counted.

    Forms that were handed in or accepted stay as they are. A constant number of queries for each 500 forms.
    """
    ids = list(organisations.order_by("pk").values_list("pk", flat=True))
    done = 0
    for start in range(0, len(ids), _BATCH):
        done += _count(edition, ids[start : start + _BATCH])
    return done


@transaction.atomic
def _count(edition: Edition, ids: list[int]) -> int:
    known = set(
        FormEntry.objects.filter(edition=edition, organisation__in=ids).values_list("organisation_id", flat=True)
    )
    FormEntry.objects.bulk_create(
        [FormEntry(edition=edition, organisation_id=pk) for pk in ids if pk not in known], ignore_conflicts=True
    )
    entries = dict(
        FormEntry.objects.select_for_update(of=("self",))
        .filter(edition=edition, organisation__in=ids, state__in=COUNTING)
        .order_by("pk")
        .values_list("organisation_id", "pk")
    )
    if not entries:
        return 0
    counting: OrganisationQuerySet = Organisation.objects.filter(pk__in=list(entries))
    fields = edition.doc.statistics_form.fields
    figures = FormFigure.objects.filter(entry__in=list(entries.values()))
    stored = {(entry, code): counted for entry, code, counted in figures.values_list("entry_id", "code", "counted")}
    moved = [
        figure
        for figure in _figures(edition, fields, counting, entries)
        if stored.get((figure.entry_id, figure.code), ...) != figure.counted
    ]
    FormFigure.objects.bulk_create(
        moved, update_conflicts=True, unique_fields=["entry", "code"], update_fields=["counted"], batch_size=2000
    )
    # Fields that the form has no more; what people wrote into them stays, should the field come back.
    figures.exclude(code__in=[field.code for field in fields]).filter(corrected=None, text="").delete()
    figures.update(number=Coalesce(F("corrected"), F("counted")))
    forms = FormEntry.objects.filter(pk__in=list(entries.values()))
    # Whoever reads the form now must not hand in numbers that they never saw.
    forms.filter(pk__in={figure.entry_id for figure in moved}).update(version=F("version") + 1)
    forms.update(counted_at=now())
    return len(entries)


def _figures(
    edition: Edition, fields: Iterable[FormField], organisations: OrganisationQuerySet, entries: dict[int, int]
) -> Iterator[FormFigure]:
    for field in fields:
        source = sources.find(field.prefill) if field.prefill else None
        numbers = source.numbers(edition, organisations) if source is not None else None
        for organisation_id, entry_id in entries.items():
            counted = numbers.get(organisation_id, 0) if numbers is not None else None
            yield FormFigure(entry_id=entry_id, code=field.code, counted=counted, number=counted)
