"""What one square of the board says about one school and one day (C9)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from skillweek.reports.models import DailyReport

_S = DailyReport.State
#: A report in one of these states has been handed in.
HANDED_IN = (_S.SUBMITTED, _S.RETURNED, _S.ACCEPTED)


class CellState(TextChoices):
    """The states of a square. Told apart by icon and word, never by colour alone."""

    ACCEPTED = "accepted", _("通过")
    ON_TIME = "on_time", _("按时")
    LATE = "late", _("逾期")
    RETURNED = "returned", _("退回")
    DRAFT = "draft", _("草稿")
    MISSING = "missing", _("未报")
    PENDING = "pending", _("未到期")


#: Bootstrap icon of each state; shapes differ, so that colour is never needed.
ICONS = {
    CellState.ACCEPTED: "check-circle-fill",
    CellState.ON_TIME: "circle-half",
    CellState.LATE: "clock-history",
    CellState.RETURNED: "arrow-return-left",
    CellState.DRAFT: "pencil",
    CellState.MISSING: "x-square-fill",
    CellState.PENDING: "dash",
}
#: What the legend says.
LEGEND = {
    CellState.ACCEPTED: _("上级已审核通过"),
    CellState.ON_TIME: _("按时报送，等待审核"),
    CellState.LATE: _("逾期报送，等待审核"),
    CellState.RETURNED: _("退回修改，尚未重新报送"),
    CellState.DRAFT: _("有草稿，尚未报送"),
    CellState.MISSING: _("截止时间已过，没有报送"),
    CellState.PENDING: _("还没有到截止时间"),
}
#: Most urgent first: the order of the phone's list and of sorting by state.
URGENCY = [
    CellState.MISSING,
    CellState.DRAFT,
    CellState.RETURNED,
    CellState.PENDING,
    CellState.LATE,
    CellState.ON_TIME,
    CellState.ACCEPTED,
]


def cell_state(state: str | None, *, is_late: bool, deadline: datetime, moment: datetime) -> CellState:
    """The square's state from the report's ``state`` (None: there is no report) at ``moment``."""
    if state == _S.ACCEPTED:
        return CellState.ACCEPTED
    if state == _S.RETURNED:
        return CellState.RETURNED
    if state == _S.SUBMITTED:
        return CellState.LATE if is_late else CellState.ON_TIME
    if state == _S.DRAFT:
        return CellState.DRAFT
    return CellState.PENDING if moment <= deadline else CellState.MISSING
