from django.apps import AppConfig


class PressConfig(AppConfig):
    name = "skillweek.press"
    label = "press"
