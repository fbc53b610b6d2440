from datetime import timedelta

from django.apps import AppConfig
from django.conf import settings


class CoreConfig(AppConfig):
    name = "skillweek.core"
    label = "core"

    def ready(self) -> None:
        from skillweek.core import clock

        if settings.CLOCK_OFFSET_SECONDS:
            clock.shift(timedelta(seconds=settings.CLOCK_OFFSET_SECONDS))
