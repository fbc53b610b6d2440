from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "skillweek.statistics"
    label = "statistics"
