"""Chinese full-text search over what is public. It stands right above core, so that every room can feed it."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "skillweek.search"
    label = "search"
