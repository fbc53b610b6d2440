"""What rooms above call: hand over works, read the ranking (E1, E10). Texts and addresses only, no key upwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from skillweek.core.audit import record
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.judging.domain.common import locked, must_not_be_closed
from skillweek.judging.domain.panels import CriterionSpec, _set_criteria
from skillweek.judging.domain.works import next_number, take_out
from skillweek.judging.models import Panel, Work
from skillweek.judging.queries.ranking import Ranked, ranking
from skillweek.organisations.models import Organisation
from skillweek.participation.handed import Handed, Synced, forget, sync

__all__ = [
    "CriterionSpec", "Ranked", "ensure_panel", "forget_work", "ranking", "sync_works", "work_withdrawn",
]  # fmt: skip


@transaction.atomic
def ensure_panel(
    edition: Edition, organisation: Organisation, *, source_key: str, title: str, due_at: datetime,
    criteria: Sequence[CriterionSpec] = (), actor: Any = None, **values: Any,
) -> Panel:  # fmt: skip
    """The panel that belongs to ``source_key``, made as a draft the first time; later calls change nothing."""
    must_be_open(edition)
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    known = Panel.objects.filter(edition=edition, source_key=source_key).first()
    if known is not None:
        return known
    made = Panel.objects.create(
        edition=edition, organisation=organisation, source_key=source_key, title=title[:120], due_at=due_at, **values
    )
    _set_criteria(made, criteria)
    record("panel.save", made, actor=actor, organisation_id=organisation.pk, data={"source": source_key})
    return made


@transaction.atomic
def sync_works(panel: Panel, specs: Iterable[Handed], *, actor: Any = None) -> Synced:
    """Make the panel's handed-over works those of ``specs``; ones added by hand stay. Call it as often as you like.

    Known works change only while the panel is a draft (``late`` counts the rest); new ones come in and missing ones are
    withdrawn until it is closed. Raises Conflict when it is closed, NotAllowed when the edition is archived.
    """
    row = locked(panel.pk)
    must_be_open(row.edition)
    must_not_be_closed(row)
    is_draft = row.state == Panel.State.DRAFT
    outcome = sync(
        row.works, specs, number=next_number(row), back={},
        takes=lambda is_new, is_same: is_new or is_same or is_draft,
        take_out=lambda old: take_out(row, old, actor=actor),
    )  # fmt: skip
    if outcome.did_something:
        record("panel.sync", row, actor=actor, organisation_id=row.organisation_id, data=outcome.data())
    return outcome


@transaction.atomic
def work_withdrawn(source_key: str, *, actor: Any = None) -> int:
    """Take the handed-over work out of every panel that is not closed; returns out of how many."""
    rows = Work.objects.filter(source_key=source_key, withdrawn_at=None).exclude(panel__state=Panel.State.CLOSED)
    number = 0
    for panel_id in sorted(set(rows.values_list("panel_id", flat=True))):
        panel = locked(panel_id)
        for row in panel.works.filter(source_key=source_key, withdrawn_at=None):
            if panel.state != Panel.State.CLOSED:
                take_out(panel, row, actor=actor)
                number += 1
    return number


@transaction.atomic
def forget_work(source_key: str) -> int:
    """Take author, text, picture and link out of the handed-over work, also where the ranking stands; returns in how
    many panels. Safe to repeat.
    """
    return forget(Work.objects, source_key, parent="panel", verb="work.forget")
