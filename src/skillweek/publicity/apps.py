from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "skillweek.publicity"
    label = "publicity"
