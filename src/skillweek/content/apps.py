from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "skillweek.content"
    label = "content"

    def ready(self) -> None:
        from skillweek.content import intake
        from skillweek.content.tasks import find_lost_copies, publish_due
        from skillweek.core import schedule
        from skillweek.uploads.signals import file_checked, upload_completed, upload_requested

        upload_requested.connect(intake.may_upload, dispatch_uid="content.may_upload")
        upload_completed.connect(intake.take_file, dispatch_uid="content.take_file")
        file_checked.connect(intake.judged, dispatch_uid="content.judged")
        schedule.every(1, "content.publish_due", publish_due.enqueue)
        schedule.every(15, "content.lost_copies", find_lost_copies.enqueue)
