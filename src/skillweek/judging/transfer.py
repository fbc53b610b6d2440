"""The ranking and every score as a workbook (E1, E10)."""

from __future__ import annotations

import tempfile
from typing import IO, Any, Final

import xlsxwriter

from skillweek.judging.models import Panel, Sheet
from skillweek.judging.queries.progress import live_works, matrix
from skillweek.judging.queries.ranking import ranking

_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_ranking(panel: Panel) -> IO[bytes]:
    """Three sheets: the ranking, each juror's points, what is missing. A file format: Chinese in every language."""
    target = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(target, _OPTIONS)
    head = book.add_format({"bold": True, "bg_color": "#D8EEEE", "border": 1, "text_wrap": True})
    columns = ["组别", "名次", "编号", "名称", "作者和单位", "最后得分", "原始平均分", "评分人数", "应评人数"]
    _table(book, head, "排名", columns, [
        [row.group, row.rank, row.number, row.title, row.credit, row.score, row.mean, row.jurors, row.expected]
        for row in ranking(panel)
    ])  # fmt: skip
    criteria = list(panel.criteria.all())
    sheets = Sheet.objects.filter(juror__panel=panel, juror__removed_at=None, work__withdrawn_at=None)
    points = []
    for sheet in sheets.select_related("juror", "work").prefetch_related("scores").order_by("work__number", "juror"):
        values = {score.criterion_id: float(score.value) for score in sheet.scores.all()}
        points.append([
            sheet.work.number, sheet.work.title, sheet.juror.name, *(values.get(row.pk) for row in criteria),
            "已完成" if sheet.state == Sheet.State.DONE else "未完成", sheet.comment,
        ])  # fmt: skip
    heads = [f"{row.name}（满分{row.maximum}，权重{row.weight}）" for row in criteria]
    _table(book, head, "评分", ["编号", "名称", "评委", *heads, "状态", "评语"], points)
    works = live_works(panel)
    words = {"done": "✓", "draft": "未完成", "none": "", "barred": "回避"}
    _table(book, head, "进度", ["评委", "单位", "已评", "应评", *(f"{work.number}号" for work in works)], [
        [line.juror.name, line.juror.unit, line.done, line.expected, *(words[cell.state] for cell in line.cells)]
        for line in matrix(panel, works)
    ])  # fmt: skip
    book.close()
    target.seek(0)
    return target


def _table(book: Any, head: Any, name: str, heads: list[str], rows: list[list[Any]]) -> None:
    sheet = book.add_worksheet(name)
    for index, heading in enumerate(heads):
        sheet.set_column(index, index, 24 if heading in ("名称", "作者和单位", "评语") else 12)
        sheet.write_string(0, index, heading, head)
    sheet.freeze_panes(1, 0)
    for number, cells in enumerate(rows, start=1):
        for index, value in enumerate(cells):
            if isinstance(value, (int, float)):
                sheet.write_number(number, index, round(value, 2))
            elif value is not None:
                sheet.write_string(number, index, value)
