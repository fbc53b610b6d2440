from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "skillweek.notices"
    label = "notices"
