"""Words and marks of the bureau's pages: ``{% load reports_review %}``."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillweek.editions.models import Edition
from skillweek.reports.queries.board import Cell, Row
from skillweek.reports.queries.states import ICONS, CellState

register = template.Library()

_VERBS = {
    "report.begin": gettext_lazy("新建报告"),
    "report.ask": gettext_lazy("请联络员提交"),
    "report.import": gettext_lazy("导入了材料包"),
    "report.mailed": gettext_lazy("邮件添加了材料"),
    "report.unmailed": gettext_lazy("撤销了邮件添加的材料"),
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
_LEVELS = {
    "national": gettext_lazy("国家级"),
    "provincial": gettext_lazy("省级"),
    "municipal": gettext_lazy("市级"),
    "district": gettext_lazy("区县级"),
    "school": gettext_lazy("校级"),
}


@register.filter
def level_words(level: str) -> str:
    """A medium's level in words; a dash while the school has not said."""
    return str(_LEVELS.get(level, level or "—"))


@register.simple_tag
def verb_words(verb: str) -> str:
    """An audit verb in the reader's words; ones this page does not know are a plain change."""
    return str(_VERBS.get(verb, _("修改了报告")))


@register.inclusion_tag("reports/board/_cell_mark.html")
def cell_mark(cell: Cell) -> dict[str, Any]:
    """A square's icon and word, with 逾期, 亮点 and 带问题 beside it."""
    return {"cell": cell, "icon_name": ICONS[cell.state], "late_too": cell.is_late and cell.state != CellState.LATE}


@register.simple_tag(takes_context=True)
def board_cells(context: template.Context, row: Row, edition: Edition, focus: date) -> SafeString:
    """A school's squares as table cells, each a link to its report or else to the school's page.

    Put together here, because a page has hundreds of them: what equal squares share is rendered once.
    """
    shared: Any = context.render_context
    kept: dict[Any, Any] = shared.setdefault("board_cells", {})
    if "review" not in kept:
        kept["review"] = reverse("reports:review", args=[0]).rpartition("0")
    before, _zero, after = kept["review"]
    school_url = f"{reverse('reports:board_school', args=[row.school.pk])}?edition={edition.slug}"
    parts = []
    for cell in row.cells:
        look = (cell.state, cell.is_late, cell.is_highlight, cell.with_errors, cell.is_owing and cell.reminded)
        if look not in kept:
            kept[look] = render_to_string("reports/board/_cell_mark.html", cell_mark(cell))
        if cell.day not in kept:
            kept[cell.day] = date_format(cell.day, "SHORT_DATE_FORMAT")
        url = f"{before}{cell.report_id}{after}" if cell.report_id else f"{school_url}&day={cell.day:%Y-%m-%d}"
        css = SafeString(' class="board-focus"') if cell.day == focus else ""
        said = _("，%(name)s，%(day)s") % {"name": row.school.name, "day": kept[cell.day]}
        parts.append((css, url, kept[look], said))
    return format_html_join(
        "", '<td{}><a class="cell-link" href="{}">{}<span class="visually-hidden">{}</span></a></td>', parts
    )


@register.inclusion_tag("reports/board/_state_mark.html")
def state_mark(state: str) -> dict[str, Any]:
    """A board state as icon and word."""
    known = CellState(state)
    return {"state": known, "icon_name": ICONS[known]}
