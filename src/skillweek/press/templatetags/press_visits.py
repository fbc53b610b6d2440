"""When a visit takes place, for templates: ``{% load press_visits %}``."""

from __future__ import annotations

from django import template

from skillweek.press.models import SchoolVisit
from skillweek.press.telling_visits import span, when

register = template.Library()


@register.simple_tag
def visit_when(visit: SchoolVisit) -> str:
    """2023-05-15 09:00–11:00 in the edition's zone."""
    return when(visit)


@register.simple_tag
def proposed_when(visit: SchoolVisit) -> str:
    """The time that the school suggested."""
    if visit.proposed_starts_at is None or visit.proposed_ends_at is None:
        return ""
    return span(visit.proposed_starts_at, visit.proposed_ends_at, visit.edition.zone)
