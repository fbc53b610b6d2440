"""What the verbs on forms share: the locked row, who may, and the audit trail."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.statistics import access
from skillweek.statistics.models import FormEntry


def locked(entry_id: int) -> FormEntry:
    """The form as it is now, locked until the surrounding transaction ends."""
    return FormEntry.objects.select_for_update(of=("self",)).select_related("organisation", "edition").get(pk=entry_id)


def must_write(by: Any, entry: FormEntry) -> None:
    """Raise NotAllowed unless ``by`` fills in this form, Conflict when it was handed in meanwhile."""
    if not access.can_fill(by, entry.organisation):
        raise NotAllowed(_("只有本校的填报人员可以修改统计表。"))
    must_be_open(entry)
    if not entry.is_editable:
        raise Conflict(
            _("统计表已经是“%(state)s”，不能再改。需要修改的请先撤回，或请上级退回。")
            % {"state": entry.get_state_display()},
            code="handed_in",
        )


def must_review(by: Any, entry: FormEntry) -> None:
    """Raise NotAllowed unless ``by`` decides on this form and the edition is open."""
    if not access.can_review(by, entry):
        raise NotAllowed(_("只有上级单位的审核员可以审核这份统计表。"))
    must_be_open(entry)


def must_be_open(entry: FormEntry) -> None:
    """Raise NotAllowed when the edition is not open."""
    if not access.is_open(entry.edition):
        raise NotAllowed(_("本届活动周不在进行中，统计表不能再改动。"))


def must_be_version(entry: FormEntry, expected: int) -> None:
    """Raise Conflict unless the form is still what the person read."""
    if entry.version != expected:
        raise Conflict(
            _("统计表在您阅读期间有了变化，您的操作没有生效。请刷新后再决定。"),
            code="changed", details=[{"state": entry.state, "version": entry.version}],
        )  # fmt: skip


def note_in_trail(verb: str, entry: FormEntry, by: Any, reason: str = "", **data: Any) -> None:
    """Write the audit trail with what the form is at this moment."""
    seen = {"state": entry.state, "version": entry.version}
    audit.record(verb, entry, actor=by, organisation_id=entry.organisation_id, reason=reason, data={**seen, **data})
