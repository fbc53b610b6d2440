from django.apps import AppConfig


class JudgingConfig(AppConfig):
    name = "skillweek.judging"
    label = "judging"
