"""Finding leads (D3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_date

from skillweek.editions.models import Edition
from skillweek.press.models import Journalist, Lead, Question


@dataclass(frozen=True)
class LeadFilter:
    """What somebody looks for. Nonsense in the address is passed over."""

    text: str = ""
    topic: str = ""
    district: str = ""
    day: date | None = None

    @classmethod
    def from_query(cls, data: Mapping[str, str], edition: Edition) -> LeadFilter:
        """Read ``q``, ``topic``, ``district``, ``day``."""
        clean = {key: data.get(key, "").replace("\0", "").strip()[:60] for key in ("q", "district", "day", "topic")}
        try:
            day = parse_date(clean["day"])
        except ValueError:
            day = None
        topic = clean["topic"] if clean["topic"] in {row.code for row in edition.doc.topics} else ""
        return cls(clean["q"], topic, clean["district"], day)

    @property
    def is_set(self) -> bool:
        """Whether anything is asked."""
        return self != LeadFilter()

    def apply(self, rows: QuerySet[Lead]) -> QuerySet[Lead]:
        """Those of ``rows`` that fit."""
        if self.text:
            words = Q(title__icontains=self.text) | Q(what__icontains=self.text)
            rows = rows.filter(words | Q(organisation__name__icontains=self.text))
        if self.topic:
            rows = rows.filter(topic=self.topic)
        if self.district:
            rows = rows.filter(organisation__district=self.district)
        return rows.filter(day=self.day) if self.day else rows


def questions_for(lead: Lead, journalist: Journalist) -> QuerySet[Question]:
    """One's own questions, and what was answered for all."""
    own = Q(journalist=journalist)
    shared = Q(is_shared=True, answered_at__isnull=False) if journalist.is_accredited else Q(pk__in=[])
    return lead.questions.filter(own | shared).order_by("pk")
