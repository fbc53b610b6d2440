from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "skillweek.activities"
    label = "activities"
