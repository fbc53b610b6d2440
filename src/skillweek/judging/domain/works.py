"""Works: added by hand, withdrawn (E1, E10)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from skillweek.content.domain.assets import draft_assets
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError
from skillweek.judging.domain.common import locked_for, must_not_be_closed
from skillweek.judging.models import Panel, Work

FIELDS = ("title", "credit", "group", "text", "picture", "url", "organisation")
#: How many works one panel may have.
MOST = 1000


def next_number(panel: Panel) -> int:
    """The number that follows; called while the panel is locked."""
    return int(panel.works.aggregate(most=Max("number"))["most"] or 0) + 1


@transaction.atomic
def save_work(work: Work, *, actor: Any, **values: Any) -> Work:
    """Save a new work or a known one. Raises NotAllowed, Conflict, DomainError.

    A known one changes only before the judging begins: nobody changes what a juror has scored.
    """
    panel = locked_for(actor, work.panel_id)
    must_not_be_closed(panel)
    if work.pk and panel.state != Panel.State.DRAFT:
        raise Conflict(_("评审已经开始，作品不能再改，只能退出。"), code="not_draft")
    work.panel = panel
    for name in FIELDS:
        if name in values:
            setattr(work, name, values[name])
    if not work.title.strip():
        raise DomainError(_("请填写名称。"), field="title")
    if not work.pk:
        if panel.works.count() >= MOST:
            raise DomainError(_("一个评审最多 %(limit)d 件作品。") % {"limit": MOST})
        work.number = next_number(panel)
    work.save()
    draft_assets(work.picture_id, owner=work, organisations=[panel.organisation_id])
    record("work.save", work, actor=actor, organisation_id=panel.organisation_id)
    return work


@transaction.atomic
def withdraw_work(work: Work, *, actor: Any) -> Work:
    """Take it out; its sheets stay but count no more. Raises NotAllowed, Conflict."""
    panel = locked_for(actor, work.panel_id)
    must_not_be_closed(panel)
    row = Work.objects.get(pk=work.pk)
    if row.withdrawn_at is not None:
        raise Conflict(_("这件作品已经退出。"), code="same")
    return take_out(panel, row, actor=actor)


def take_out(panel: Panel, row: Work, *, actor: Any) -> Work:
    """Withdraw a work of a locked panel."""
    row.withdrawn_at = now()
    row.save(update_fields=["withdrawn_at", "updated_at"])
    record("work.withdraw", row, actor=actor, organisation_id=panel.organisation_id)
    return row
