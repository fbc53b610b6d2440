"""Who has judged what, who may not, what is missing (E1, E10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from skillweek.judging.models import Declared, Juror, Panel, Sheet, Work
from skillweek.organisations.models import Membership


@dataclass
class Cell:
    """One juror and one work: ``done``, ``draft``, ``none`` or ``barred`` (with the reason)."""

    state: str
    reason: str = ""


@dataclass
class Line:
    """One juror's progress."""

    juror: Juror
    cells: list[Cell] = field(default_factory=list)
    done: int = 0
    expected: int = 0

    @property
    def missing(self) -> int:
        """Sheets that are not handed in."""
        return self.expected - self.done


def units_of(jurors: Iterable[Juror]) -> dict[int, set[int]]:
    """The organisations whose works each juror (id) may not judge: their own."""
    rows = list(jurors)
    found = {row.pk: {row.organisation_id} - {None} for row in rows}
    by_user: dict[int, list[int]] = {}
    for row in rows:
        if row.user_id is not None:
            by_user.setdefault(row.user_id, []).append(row.pk)
    held = Membership.objects.filter(user__in=by_user, is_active=True).values_list("user_id", "organisation_id")
    for user_id, organisation_id in held:
        for pk in by_user[user_id]:
            found[pk].add(organisation_id)
    return found  # type: ignore[return-value]


def barred(juror: Juror, works: Iterable[Work]) -> dict[int, str]:
    """The works (ids) this juror may not judge, with why: ``own`` or ``declared``."""
    own = units_of([juror])[juror.pk]
    declared = set(Declared.objects.filter(juror=juror).values_list("work_id", flat=True))
    return {
        work.pk: "declared" if work.pk in declared else "own"
        for work in works
        if work.pk in declared or (work.organisation_id is not None and work.organisation_id in own)
    }


def matrix(panel: Panel, works: list[Work]) -> list[Line]:
    """Every juror's line over these works, in a constant number of queries."""
    jurors = list(panel.jurors.filter(removed_at=None).select_related("user", "organisation").order_by("pk"))
    own = units_of(jurors)
    declared = set(Declared.objects.filter(juror__in=jurors).values_list("juror_id", "work_id"))
    states = {
        (juror, work): state
        for juror, work, state in Sheet.objects.filter(juror__in=jurors).values_list("juror_id", "work_id", "state")
    }
    lines = []
    for juror in jurors:
        line = Line(juror)
        for work in works:
            if (juror.pk, work.pk) in declared:
                line.cells.append(Cell("barred", "declared"))
                continue
            if work.organisation_id is not None and work.organisation_id in own[juror.pk]:
                line.cells.append(Cell("barred", "own"))
                continue
            state = states.get((juror.pk, work.pk), "none")
            line.cells.append(Cell(state))
            line.expected += 1
            line.done += state == Sheet.State.DONE
        lines.append(line)
    return lines


def live_works(panel: Panel) -> list[Work]:
    """The works that are judged, in order."""
    return list(panel.works.filter(withdrawn_at=None).select_related("organisation").order_by("number"))


def missing(panel: Panel) -> dict[int, int]:
    """How many sheets each juror (id) still owes."""
    return {line.juror.pk: line.missing for line in matrix(panel, live_works(panel))}
