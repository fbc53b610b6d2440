"""The coverage register, and leads for journalists (D3, D4)."""

from skillweek.press.models.coverage import Coverage, CoverageUpload, MediaOutlet

__all__ = ["Coverage", "CoverageUpload", "MediaOutlet"]
