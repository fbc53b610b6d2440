"""The coverage register, and leads for journalists (D3, D4)."""

from skillweek.press.models.coverage import Coverage, CoverageUpload, MediaOutlet
from skillweek.press.models.leads import Claim, Journalist, Lead, Question, Visit

__all__ = ["Claim", "Coverage", "CoverageUpload", "Journalist", "Lead", "MediaOutlet", "Question", "Visit"]
