"""What the verbs of this room share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.judging.access import can_run
from skillweek.judging.models import Panel


def locked(pk: int) -> Panel:
    """The panel as it is now, locked until the transaction ends. Raises Conflict when it is gone."""
    rows = Panel.objects.select_for_update(of=("self",), no_key=True).select_related("edition", "organisation")
    found: Panel | None = rows.filter(pk=pk).first()
    if found is None:
        raise Conflict(_("这个评审刚刚被删除。请刷新列表。"), code="gone")
    return found


def locked_for(actor: Any, pk: int) -> Panel:
    """The same, for somebody who runs it. Raises NotAllowed for others and in an archived edition."""
    row = locked(pk)
    must_be_open(row.edition)
    if not can_run(actor, row):
        raise NotAllowed(_("评审由“%(name)s”的联络员、管理员或审核员组织。") % {"name": row.organisation})
    return row


def must_not_be_closed(panel: Panel) -> None:
    """Raise Conflict once the ranking stands."""
    if panel.state == Panel.State.CLOSED:
        raise Conflict(_("评审已经结束。要改请先重新开放。"), code="closed")


def moved(panel: Panel, verb: str, actor: Any, *, reason: str = "", data: dict[str, Any] | None = None) -> Panel:
    """Save the row as its next version and record what was done."""
    panel.version += 1
    panel.save()
    record(verb, panel, actor=actor, organisation_id=panel.organisation_id, reason=reason, data=data)
    return panel
