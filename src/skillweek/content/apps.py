from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "skillweek.content"
    label = "content"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from skillweek.content import intake, receivers, reviewing
        from skillweek.content.queries import search_entries
        from skillweek.content.signals import editorial_published, editorial_withdrawn
        from skillweek.content.tasks import find_lost_copies, publish_due
        from skillweek.core import schedule
        from skillweek.search.sources import register
        from skillweek.uploads.signals import file_checked, file_releasing, upload_completed, upload_requested

        upload_requested.connect(intake.may_upload, dispatch_uid="content.may_upload")
        upload_completed.connect(intake.take_file, dispatch_uid="content.take_file")
        file_checked.connect(intake.judged, dispatch_uid="content.judged")
        file_releasing.connect(receivers.holds_file, dispatch_uid="content.holds_file")
        editorial_published.connect(reviewing.end_review, dispatch_uid="content.end_review")
        editorial_published.connect(receivers.find_page, dispatch_uid="content.find_page")
        editorial_withdrawn.connect(receivers.forget_page, dispatch_uid="content.forget_page")
        register("page", _("新闻与专题"), search_entries, position=30)
        schedule.every(1, "content.publish_due", publish_due.enqueue)
        schedule.every(15, "content.lost_copies", find_lost_copies.enqueue)
