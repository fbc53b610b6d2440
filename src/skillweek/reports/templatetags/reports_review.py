"""Words and marks of the bureau's pages: ``{% load reports_review %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillweek.reports.queries.board import Cell
from skillweek.reports.queries.states import ICONS, CellState

register = template.Library()

_VERBS = {
    "report.begin": gettext_lazy("新建报告"),
    "report.ask": gettext_lazy("请联络员提交"),
    "report.import": gettext_lazy("导入了材料包"),
    "report.submit": gettext_lazy("报送"),
    "report.withdraw": gettext_lazy("撤回报送"),
    "report.accept": gettext_lazy("通过"),
    "report.return": gettext_lazy("退回"),
    "report.reopen": gettext_lazy("撤销通过"),
    "report.highlight": gettext_lazy("把整份报告设为亮点"),
    "report.unhighlight": gettext_lazy("取消整份报告的亮点"),
    "report.item_highlight": gettext_lazy("把一项材料设为亮点"),
    "report.item_unhighlight": gettext_lazy("取消一项材料的亮点"),
    "report.comment": gettext_lazy("写了批注"),
    "report.comment_resolve": gettext_lazy("把批注标为已处理"),
}


@register.simple_tag
def verb_words(verb: str) -> str:
    """An audit verb in the reader's words; ones this page does not know are a plain change."""
    return str(_VERBS.get(verb, _("修改了报告")))


@register.inclusion_tag("reports/board/_cell_mark.html")
def cell_mark(cell: Cell) -> dict[str, Any]:
    """A square's icon and word, with 逾期, 亮点 and 带问题 beside it."""
    return {"cell": cell, "icon_name": ICONS[cell.state], "late_too": cell.is_late and cell.state != CellState.LATE}


@register.inclusion_tag("reports/board/_state_mark.html")
def state_mark(state: str) -> dict[str, Any]:
    """A board state as icon and word."""
    known = CellState(state)
    return {"state": known, "icon_name": ICONS[known]}
