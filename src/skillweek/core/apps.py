from datetime import timedelta

from django.apps import AppConfig
from django.conf import settings


class CoreConfig(AppConfig):
    name = "skillweek.core"
    label = "core"

    def ready(self) -> None:
        from skillweek.core import clock, schedule
        from skillweek.core.tables.sweeping import forget_tables

        if settings.CLOCK_OFFSET_SECONDS:
            clock.shift(timedelta(seconds=settings.CLOCK_OFFSET_SECONDS))
        schedule.every(60, "core.tables", forget_tables.enqueue)
