"""Looking for questions (E2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.policies.articles import anchor_of
from skillweek.policies.queries.finding import address_of
from skillweek.quiz.access import usable_for
from skillweek.quiz.models import Question


@dataclass(frozen=True)
class BankFilter:
    """What a person looks for. Nonsense in the address is passed over."""

    text: str = ""
    state: str = ""
    kind: str = ""
    topic: str = ""
    difficulty: str = ""

    @classmethod
    def from_query(cls, data: Mapping[str, str]) -> BankFilter:
        """Read ``q``, ``state``, ``kind``, ``topic``, ``difficulty``."""
        state, kind, level = data.get("state", ""), data.get("kind", ""), data.get("difficulty", "")
        return cls(
            " ".join(data.get("q", "").replace("\0", "").split())[:60],
            state if state in Question.State.values else "",
            kind if kind in Question.Kind.values else "",
            data.get("topic", "").replace("\0", "")[:40],
            level if level in Question.Difficulty.values else "",
        )

    @property
    def is_set(self) -> bool:
        """Whether anything is asked."""
        return bool(self.text or self.state or self.kind or self.topic or self.difficulty)

    def apply(self, rows: QuerySet[Question]) -> QuerySet[Question]:
        """Those that fit; retired ones only when asked for."""
        if self.text:
            rows = rows.filter(
                Q(stem__icontains=self.text) | Q(explanation__icontains=self.text) | Q(article__icontains=self.text)
            )
        asked = {"state": self.state, "kind": self.kind, "topic": self.topic, "difficulty": self.difficulty}
        rows = rows.filter(**{name: value for name, value in asked.items() if value})
        return rows if self.state else rows.exclude(state=Question.State.RETIRED)


def topics_of(rows: QuerySet[Question]) -> list[str]:
    """The topics that occur."""
    return sorted(set(rows.exclude(topic="").order_by().values_list("topic", flat=True)))


def supply_of(organisation: Organisation, edition: Edition) -> list[dict[str, Any]]:
    """How many checked questions a quiz of this unit may draw, by topic and difficulty."""
    rows = usable_for(organisation, edition).order_by("topic", "difficulty").values("topic", "difficulty")
    return [dict(row) for row in rows.annotate(number=Count("pk"))]


def article_url(question: Question) -> str:
    """Where the cited article stands in the library; empty when it is not public."""
    policy = question.policy
    if policy is None or not policy.is_live:
        return ""
    anchor = anchor_of(question.article)
    return f"{address_of(policy)}{'#' + anchor if anchor else ''}"
