from django.apps import AppConfig


class EditionsConfig(AppConfig):
    name = "skillweek.editions"
    label = "editions"
