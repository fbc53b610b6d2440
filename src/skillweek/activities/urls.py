"""Addresses of this room, below ``/w/activities/``: each subject keeps its own list."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from skillweek.activities import urls_activities, urls_plans, urls_review

app_name = "activities"

urlpatterns: list[Any] = [*urls_plans.urlpatterns, *urls_activities.urlpatterns, *urls_review.urlpatterns]

for _subject in ("coverage", "changes", "transfer", "partners"):
    if find_spec(f"skillweek.activities.urls_{_subject}"):
        urlpatterns += import_module(f"skillweek.activities.urls_{_subject}").urlpatterns
