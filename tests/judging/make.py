"""Panels, jurors and sheets for tests."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from skillweek.bookings.tokens import hash_of, token_from
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.judging.domain.scoring import save_sheet
from skillweek.judging.models import Criterion, Juror, Panel, Sheet, Work
from skillweek.organisations.models import Organisation

_numbers = itertools.count(1)


def draft(edition: Edition, unit: Organisation, *, works: int = 3, **values: Any) -> Panel:
    """A panel with two criteria and some works, without jurors."""
    fields = {"title": f"示例评审{next(_numbers)}", "due_at": now() + timedelta(days=3), **values}
    made = Panel.objects.create(edition=edition, organisation=unit, **fields)
    for at, (name, weight) in enumerate((("创意", 2), ("技术", 1))):
        Criterion.objects.create(panel=made, position=at, name=name, maximum=10, weight=weight)
    for number in range(1, works + 1):
        Work.objects.create(panel=made, number=number, title=f"作品{number}", credit=f"作者{number}", text="一段介绍")
    return made


def panel(edition: Edition, unit: Organisation, **values: Any) -> Panel:
    """The same, open."""
    return draft(edition, unit, **{"state": Panel.State.OPEN, "opened_at": now(), **values})


def juror(owner: Panel, user: Any = None, **fields: Any) -> Juror:
    """A juror with an account, or with a personal link."""
    number = next(_numbers)
    made = Juror(panel=owner, user=user, name=f"评委{number}", email=f"juror{number}@example.org", **fields)
    made.token_hash = "" if user else hash_of(token_from(made.nonce))
    made.save()
    return made


def score(who: Juror, number: int, *points: float, done: bool = True, **more: Any) -> Sheet:
    """A sheet with these points in the order of the criteria."""
    criteria = list(who.panel.criteria.all())
    values = {row.pk: f"{value:g}" for row, value in zip(criteria, points, strict=False)}
    return save_sheet(
        who, who.panel.works.get(number=number), values=values, comment=more.pop("comment", ""), is_done=done, **more
    )
