from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "skillweek.reports"
    label = "reports"

    def ready(self) -> None:
        from skillweek.core import schedule
        from skillweek.editions.signals import edition_changing
        from skillweek.reports import edition_guard, messages, receivers, texts
        from skillweek.reports.reminder_tasks import send_reminders
        from skillweek.reports.tasks import close_lost_imports, purge_removed_items
        from skillweek.similarity.signals import texts_counted
        from skillweek.uploads.signals import (
            file_checked,
            file_checking,
            file_releasing,
            upload_completed,
            upload_requested,
        )

        messages.declare_kinds()
        upload_requested.connect(receivers.may_upload, dispatch_uid="reports.may_upload")
        upload_completed.connect(receivers.take_file, dispatch_uid="reports.take_file")
        file_checking.connect(receivers.lock_reports, dispatch_uid="reports.lock_reports")
        file_checked.connect(receivers.judge_again, dispatch_uid="reports.judge_again")
        file_releasing.connect(receivers.holds_file, dispatch_uid="reports.holds_file")
        texts_counted.connect(receivers.likeness_changed, dispatch_uid="reports.likeness_changed")
        texts.register()
        edition_changing.connect(edition_guard.objections, dispatch_uid="reports.edition_guard")
        schedule.every(5, "reports.remind", send_reminders.enqueue)
        schedule.every(24 * 60, "reports.purge", purge_removed_items.enqueue)
        schedule.every(60, "reports.lost_imports", close_lost_imports.enqueue)
