from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "skillweek.archive"
    label = "archive"
