from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "skillweek.content"
    label = "content"

    def ready(self) -> None:
        from skillweek.content.tasks import publish_due
        from skillweek.core import schedule

        schedule.every(1, "content.publish_due", publish_due.enqueue)
