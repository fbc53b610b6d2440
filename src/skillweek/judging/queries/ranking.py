"""The ranking: from the sheets that were handed in, and as it was kept when the panel was closed (E1, E10)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from skillweek.judging.models import Panel, Score, Sheet
from skillweek.judging.normalising import places, raw_score
from skillweek.judging.queries.progress import live_works, matrix

#: What a closed panel's works hold of the ranking.
KEPT: Final = ("final_score", "final_rank", "final_mean", "final_jurors", "final_expected")


@dataclass(frozen=True)
class Ranked:
    """One work's place in its group; ``rank`` and ``score`` are None where nobody judged it. Ties share a rank.

    ``expected`` is how many jurors may judge it, ``mean`` the plain mean of their raw scores (0…100).
    """

    source_key: str
    work_id: int
    number: int
    title: str
    credit: str
    group: str
    score: float | None
    mean: float | None
    rank: int | None
    jurors: int
    expected: int


def raw_scores(panel: Panel) -> dict[int, dict[int, Fraction]]:
    """juror → work → raw score (0…100) of every sheet that counts: handed in, by a juror who may judge the work."""
    criteria = {row.pk: (row.maximum, row.weight) for row in panel.criteria.all()}
    works = live_works(panel)
    allowed = {
        (line.juror.pk, work.pk)
        for line in matrix(panel, works)
        for work, cell in zip(works, line.cells, strict=True)
        if cell.state != "barred"
    }
    values: dict[tuple[int, int], dict[int, Fraction]] = {}
    rows = Score.objects.filter(sheet__juror__panel=panel, sheet__state=Sheet.State.DONE)
    for juror, work, criterion, value in rows.values_list("sheet__juror", "sheet__work", "criterion", "value"):
        values.setdefault((juror, work), {})[criterion] = Fraction(value)
    found: dict[int, dict[int, Fraction]] = {}
    for (juror, work), own in values.items():
        if (juror, work) in allowed and own.keys() == criteria.keys():
            found.setdefault(juror, {})[work] = raw_score(own, criteria)
    return found


def ranking(panel: Panel) -> list[Ranked]:
    """The works by group and rank: of a closed panel as it was then, whatever became of the jurors; else as of now."""
    return _kept_ranking(panel) if panel.state == Panel.State.CLOSED else ranking_now(panel)


def _kept_ranking(panel: Panel) -> list[Ranked]:
    works = sorted(
        live_works(panel), key=lambda work: (work.group, work.final_rank is None, work.final_rank or 0, work.number)
    )
    return [
        Ranked(
            work.source_key, work.pk, work.number, work.title, work.credit, work.group,
            _number(work.final_score), _number(work.final_mean), work.final_rank, work.final_jurors,
            work.final_expected,
        )
        for work in works
    ]  # fmt: skip


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def ranking_now(panel: Panel) -> list[Ranked]:
    """The works by group and rank as of now; what is missing is left out of the scores."""
    works = live_works(panel)
    by_id = {work.pk: work for work in works}
    expected = dict.fromkeys(by_id, 0)
    for line in matrix(panel, works):
        for work, cell in zip(works, line.cells, strict=True):
            expected[work.pk] += cell.state != "barred"
    found = []
    for place in places(raw_scores(panel), {work.pk: work.group for work in works}, panel.method):
        work = by_id[place.work]
        found.append(
            Ranked(
                work.source_key, work.pk, work.number, work.title, work.credit, work.group, place.score, place.mean,
                place.rank, place.jurors, expected[work.pk],
            )
        )  # fmt: skip
    return found
