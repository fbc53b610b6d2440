"""Panels: written, opened, closed, opened again (E1, E10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content.domain.assets import hide_assets
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.judging import telling
from skillweek.judging.access import runs_for
from skillweek.judging.domain.common import locked_for, moved
from skillweek.judging.models import Criterion, Panel, Work
from skillweek.judging.queries.progress import missing
from skillweek.judging.queries.ranking import KEPT, ranking_now

_S = Panel.State
FIELDS = ("title", "instructions", "due_at", "is_blind", "method")


@dataclass(frozen=True)
class CriterionSpec:
    """One criterion as a person fills it in."""

    name: str
    maximum: int = 10
    weight: int = 1
    note: str = ""


@transaction.atomic
def save_panel(
    panel: Panel, *, actor: Any, criteria: Sequence[CriterionSpec] | None = None, expected: int | None = None,
    **values: Any,
) -> Panel:  # fmt: skip
    """Save a new panel or a known one; criteria only while it is a draft. Raises NotAllowed, Conflict, DomainError."""
    must_be_open(panel.edition)
    if panel.pk:
        row = locked_for(actor, panel.pk)
    elif runs_for(actor, panel.organisation):
        row = panel
    else:
        raise NotAllowed(_("您不能为“%(name)s”组织评审。") % {"name": panel.organisation})
    if row.pk and expected is not None and row.version != expected:
        raise Conflict(_("这个评审刚刚被同事改过。请刷新，看过最新内容再保存。"), code="changed")
    if row.state == _S.CLOSED:
        raise Conflict(_("评审已经结束。要改请先重新开放。"), code="closed")
    if row.state != _S.DRAFT and "method" in values and values["method"] != row.method:
        raise DomainError(_("评审开始后不能再换计分办法。"), field="method")
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    is_new = row.pk is None
    row.version += not is_new
    row.save()
    if criteria is not None and row.state == _S.DRAFT:
        _set_criteria(row, criteria)
    record("panel.save", row, actor=actor, organisation_id=row.organisation_id)
    return row


def _set_criteria(row: Panel, criteria: Sequence[CriterionSpec]) -> None:
    names = [spec.name for spec in criteria]
    if len(set(names)) != len(names):
        raise DomainError(_("评分项的名称不能相同。"))
    row.criteria.all().delete()
    Criterion.objects.bulk_create(
        Criterion(panel=row, position=at, name=spec.name, note=spec.note, maximum=spec.maximum, weight=spec.weight)
        for at, spec in enumerate(criteria)
    )


@transaction.atomic
def open_panel(panel: Panel, *, actor: Any) -> Panel:
    """Let the jurors begin; each is told. Raises NotAllowed, Conflict, DomainError for what is missing."""
    row = locked_for(actor, panel.pk)
    if row.state != _S.DRAFT:
        raise Conflict(_("这个评审已经开始。请刷新查看。"), code="same")
    if not row.criteria.exists():
        raise DomainError(_("请先填写评分项。"))
    if not row.works.filter(withdrawn_at=None).exists():
        raise DomainError(_("请先添加作品。"))
    if not row.jurors.filter(removed_at=None).exists():
        raise DomainError(_("请先邀请评委。"))
    if row.due_at <= now():
        raise DomainError(_("评分截止时间已经过去，请先改时间。"))
    row.state, row.opened_at = _S.OPEN, now()
    moved(row, "panel.open", actor)
    for juror in row.jurors.filter(removed_at=None).select_related("user"):
        telling.invite(juror)
    return row


@transaction.atomic
def close_panel(panel: Panel, *, actor: Any, although_missing: bool = False) -> Panel:
    """End the judging and keep the ranking. Raises NotAllowed, Conflict (sheets are missing and nobody goes on)."""
    row = locked_for(actor, panel.pk)
    if row.state != _S.OPEN:
        raise Conflict(_("这个评审现在不在评审中。请刷新查看。"), code="not_open")
    lacking = sum(missing(row).values())
    if lacking and not although_missing:
        text = _("还有 %(n)d 份评分没有完成。请先提醒评委，或勾选“缺的不等了”再结束。")
        raise Conflict(text % {"n": lacking}, code="missing")
    _keep_ranking(row)
    row.state, row.closed_at = _S.CLOSED, now()
    return moved(row, "panel.close", actor, data={"missing": lacking})


def _keep_ranking(row: Panel) -> None:
    """Write the ranking as of now into the works; a closed panel shows nothing else."""
    works = {work.pk: work for work in row.works.all()}
    for work in works.values():
        work.final_score = work.final_rank = work.final_mean = None
        work.final_jurors = work.final_expected = 0
    for place in ranking_now(row):
        work = works[place.work_id]
        work.final_jurors, work.final_expected, work.final_rank = place.jurors, place.expected, place.rank
        work.final_score, work.final_mean = _to_cents(place.score), _to_cents(place.mean)
    Work.objects.bulk_update(list(works.values()), KEPT, 500)


def _to_cents(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.2f}")


@transaction.atomic
def reopen_panel(panel: Panel, *, actor: Any, reason: str) -> Panel:
    """Let the jurors go on. Raises NotAllowed, Conflict, DomainError (``reason``)."""
    row = locked_for(actor, panel.pk)
    if row.state != _S.CLOSED:
        raise Conflict(_("这个评审还没有结束。请刷新查看。"), code="not_closed")
    reason = clean_note(reason, required=_("请写明重新开放的理由，会留在记录里。"), field="reason")[:500]
    row.state, row.closed_at = _S.OPEN, None
    return moved(row, "panel.reopen", actor, reason=reason)


@transaction.atomic
def delete_panel(panel: Panel, *, actor: Any) -> None:
    """Delete a draft. Raises NotAllowed, Conflict once it was opened."""
    row = locked_for(actor, panel.pk)
    if row.opened_at is not None:
        raise Conflict(_("开始过的评审不能删除。"), code="was_open")
    for work in row.works.all():
        hide_assets(owner=work, drafts_too=True)
    record("panel.delete", row, actor=actor, organisation_id=row.organisation_id)
    row.delete()
