"""Drawing questions by lot, none twice, as many of each topic and difficulty as the quiz says (E2)."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from skillweek.core.errors import Conflict
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.quiz.access import usable_for
from skillweek.quiz.models import Question

_lots = random.SystemRandom()


@dataclass(frozen=True)
class Rule:
    """So many of one topic and difficulty; empty stands for any."""

    topic: str
    difficulty: str
    count: int


class Drawable(Protocol):
    """What a rule looks at."""

    topic: str
    difficulty: str


def fits(rule: Rule, question: Drawable) -> bool:
    """Whether the question may be drawn for this rule."""
    return rule.topic in ("", question.topic) and rule.difficulty in ("", question.difficulty)


def choose(rules: Sequence[Rule], pool: Sequence[Drawable], lots: random.Random = _lots) -> list[int] | None:
    """Places in ``pool`` that fulfil all rules together, shuffled; None where that cannot be.

    Rules may overlap (“any topic” beside “teachers”): places are matched to questions along augmenting paths, so that
    a choice is found whenever there is one.
    """
    slots = [rule for rule in rules for _number in range(rule.count)]
    holder: dict[int, int] = {}
    options: list[list[int]] = []
    for rule in slots:
        fitting = [place for place, question in enumerate(pool) if fits(rule, question)]
        lots.shuffle(fitting)
        options.append(fitting)
    for slot in range(len(slots)):
        if not _place(slot, options, holder, set()):
            return None
    found = list(holder)
    lots.shuffle(found)
    return found


def _place(slot: int, options: list[list[int]], holder: dict[int, int], seen: set[int]) -> bool:
    for place in options[slot]:
        if place not in holder:
            holder[place] = slot
            return True
    for place in options[slot]:
        if place not in seen:
            seen.add(place)
            if _place(holder[place], options, holder, seen):
                holder[place] = slot
                return True
    return False


def shortage(rules: Iterable[Rule], pool: Sequence[Drawable]) -> list[tuple[Rule, int]]:
    """The rules that alone ask for more than there is, with what there is."""
    counted = [(rule, sum(fits(rule, question) for question in pool)) for rule in rules]
    return [(rule, there) for rule, there in counted if there < rule.count]


def can_fulfil(rules: Sequence[Rule], pool: Sequence[Drawable]) -> bool:
    """Whether the pool holds enough for all rules together."""
    return choose(rules, pool) is not None


def draw_for(organisation: Organisation, edition: Edition, rules: Sequence[Rule]) -> list[Question]:
    """Questions for a round of this unit in the order of asking. Raises Conflict when too few are left."""
    pool = list(usable_for(organisation, edition))
    found = choose(rules, pool)
    if not found:
        raise Conflict(_("题库正在调整，题目暂时不够。请稍后再来。"), code="too_few")
    return [pool[place] for place in found]
