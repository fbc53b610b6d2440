"""Likeness of texts: what manuscripts share with each other and with what the media published (C14)."""

from django.apps import AppConfig


class SimilarityConfig(AppConfig):
    name = "skillweek.similarity"
    label = "similarity"

    def ready(self) -> None:
        from skillweek.core import schedule
        from skillweek.similarity.tasks import count_lost

        schedule.every(10, "similarity.lost", count_lost.enqueue)
