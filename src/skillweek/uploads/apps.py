from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "skillweek.uploads"
    label = "uploads"

    def ready(self) -> None:
        from skillweek.core import schedule
        from skillweek.uploads.tasks import sweep_uploads

        schedule.every(15, "uploads.sweep", sweep_uploads.enqueue)
