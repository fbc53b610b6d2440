from django.apps import AppConfig


class SummariesConfig(AppConfig):
    name = "skillweek.summaries"
    label = "summaries"
