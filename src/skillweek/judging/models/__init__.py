"""Juries (评审): panels, criteria, jurors, works, score sheets (E1, E10)."""

from skillweek.judging.models.panels import Criterion, Juror, Panel, Work
from skillweek.judging.models.sheets import Declared, Score, Sheet

__all__ = ["Criterion", "Declared", "Juror", "Panel", "Score", "Sheet", "Work"]
