"""Addresses of this room, below ``/w/reports/``: the school's and the bureau's."""

from skillweek.reports import urls_filing, urls_importing, urls_review

app_name = "reports"

urlpatterns = [*urls_filing.urlpatterns, *urls_importing.urlpatterns, *urls_review.urlpatterns]
