"""The school's URLs. A report is named by school and day, so that it can be written before it has a row."""

from __future__ import annotations

from datetime import date

from django.urls import path, register_converter

from skillweek.reports.views import filing, filing_api


class IsoDay:
    """A calendar day such as ``2023-05-14``; a day that no calendar has is no address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """The day. Raises ValueError, which Django answers with 404."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """The day as it stands in the address."""
        return value if isinstance(value, str) else value.isoformat()


register_converter(IsoDay, "isoday")
_SCHOOL = "school/<int:organisation_id>/<isoday:day>/"

urlpatterns = [
    path("", filing.mine, name="mine"),
    path("<isoday:day>/", filing.day, name="day"),
    path("edit/<int:pk>/", filing.edit, name="edit"),
    path(_SCHOOL, filing.file, name="file"),
    path(f"{_SCHOOL}history/", filing.history, name="history"),
    path(f"{_SCHOOL}state/", filing_api.state, name="state"),
    path(f"{_SCHOOL}save/", filing_api.save, name="save"),
    path(f"{_SCHOOL}submit/", filing_api.submit, name="submit"),
    path(f"{_SCHOOL}withdraw/", filing_api.withdraw, name="withdraw"),
    path(f"{_SCHOOL}ask/", filing_api.ask, name="ask"),
    path(f"{_SCHOOL}comment/", filing_api.comment, name="comment"),
    path(f"{_SCHOOL}detach/", filing_api.detach, name="detach"),
]
