from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "skillweek.content"
    label = "content"
