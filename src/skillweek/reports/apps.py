from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "skillweek.reports"
    label = "reports"
