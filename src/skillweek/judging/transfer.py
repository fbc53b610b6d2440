"""The ranking and every score as a workbook (E1, E10)."""

from __future__ import annotations

from typing import IO, Any

from skillweek.core.tables.writing import Book
from skillweek.judging.models import Panel, Sheet
from skillweek.judging.queries.progress import live_works, matrix
from skillweek.judging.queries.ranking import ranking


def write_ranking(panel: Panel) -> IO[bytes]:
    """Three sheets: the ranking, each juror's points, what is missing. A file format: Chinese in every language."""
    book = Book()
    columns = ["组别", "名次", "编号", "名称", "作者和单位", "最后得分", "原始平均分", "评分人数", "应评人数"]
    _table(book, "排名", columns, [
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
    _table(book, "评分", ["编号", "名称", "评委", *heads, "状态", "评语"], points)
    works = live_works(panel)
    words = {"done": "✓", "draft": "未完成", "none": "", "barred": "回避"}
    _table(book, "进度", ["评委", "单位", "已评", "应评", *(f"{work.number}号" for work in works)], [
        [line.juror.name, line.juror.unit, line.done, line.expected, *(words[cell.state] for cell in line.cells)]
        for line in matrix(panel, works)
    ])  # fmt: skip
    return book.close()


def _table(book: Book, name: str, heads: list[str], rows: list[list[Any]]) -> None:
    widths = [(heading, 24 if heading in ("名称", "作者和单位", "评语") else 12) for heading in heads]
    book.sheet(name, widths, rows)
