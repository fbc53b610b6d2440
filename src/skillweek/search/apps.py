from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "skillweek.search"
    label = "search"
