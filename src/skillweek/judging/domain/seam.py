"""What rooms above call: hand over works, read the ranking (E1, E10). Texts and addresses only, no key upwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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

__all__ = [
    "CriterionSpec", "Ranked", "Synced", "WorkSpec", "ensure_panel", "forget_work", "ranking", "sync_works",
    "work_withdrawn",
]  # fmt: skip


@dataclass(frozen=True)
class WorkSpec:
    """One work as a room above has it. ``image_url`` and ``url`` are addresses on this site, or empty."""

    source_key: str
    title: str
    text: str = ""
    image_url: str = ""
    url: str = ""
    organisation_id: int | None = None
    group: str = ""
    credit: str = ""


@dataclass(frozen=True)
class Synced:
    """How many works the call made, changed and withdrew, and how many changes it could not take any more."""

    made: int = 0
    changed: int = 0
    withdrawn: int = 0
    late: int = 0


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
def sync_works(panel: Panel, specs: Iterable[WorkSpec], *, actor: Any = None) -> Synced:
    """Make the panel's handed-over works those of ``specs``; ones added by hand stay. Call it as often as you like.

    Known works change only while the panel is a draft (``late`` counts the rest); new ones come in and missing ones are
    withdrawn until it is closed. Raises Conflict when it is closed, NotAllowed when the edition is archived.
    """
    row = locked(panel.pk)
    must_be_open(row.edition)
    must_not_be_closed(row)
    wanted = {spec.source_key: spec for spec in specs if spec.source_key}
    known = {each.source_key: each for each in row.works.exclude(source_key="")}
    made = changed = withdrawn = late = 0
    number = next_number(row)
    for key, spec in wanted.items():
        old, fields = known.get(key), _fields(spec)
        if old is None:
            Work.objects.create(panel=row, number=number, source_key=key, **fields)
            number, made = number + 1, made + 1
            continue
        is_same = all(getattr(old, name) == value for name, value in fields.items())
        if is_same and old.withdrawn_at is None:
            continue
        if not is_same and row.state != Panel.State.DRAFT:
            late += 1
            continue
        for name, value in {**fields, "withdrawn_at": None}.items():
            setattr(old, name, value)
        old.save()
        changed += 1
    for key, old in known.items():
        if key not in wanted and old.withdrawn_at is None:
            take_out(row, old, actor=actor)
            withdrawn += 1
    if made or changed or withdrawn:
        data = {"made": made, "changed": changed, "withdrawn": withdrawn, "late": late}
        record("panel.sync", row, actor=actor, organisation_id=row.organisation_id, data=data)
    return Synced(made, changed, withdrawn, late)


def _fields(spec: WorkSpec) -> dict[str, Any]:
    return {
        "title": spec.title[:120], "credit": spec.credit[:120], "organisation_id": spec.organisation_id,
        "text": spec.text[:4000], "image_url": spec.image_url[:500], "url": spec.url[:500],
        "group": spec.group[:40],
    }  # fmt: skip


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
    rows = Work.objects.select_for_update(of=("self",), no_key=True).filter(source_key=source_key)
    number = 0
    for row in rows.select_related("panel"):
        if not (row.credit or row.text or row.image_url or row.url):
            continue
        row.credit = row.text = row.image_url = row.url = ""
        row.save(update_fields=["credit", "text", "image_url", "url", "updated_at"])
        record("work.forget", row, organisation_id=row.panel.organisation_id)
        number += 1
    return number
