"""The coverage register, leads for journalists, and visits to schools (D3, D4, E9)."""

from skillweek.press.models.coverage import Coverage, CoverageUpload, MediaOutlet
from skillweek.press.models.leads import Claim, Journalist, Lead, Question, Visit
from skillweek.press.models.visits import SchoolVisit, VisitOffer, VisitStop

__all__ = [
    "Claim",
    "Coverage",
    "CoverageUpload",
    "Journalist",
    "Lead",
    "MediaOutlet",
    "Question",
    "SchoolVisit",
    "Visit",
    "VisitOffer",
    "VisitStop",
]
