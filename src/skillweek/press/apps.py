from django.apps import AppConfig


class PressConfig(AppConfig):
    name = "skillweek.press"
    label = "press"

    def ready(self) -> None:
        from skillweek.core import schedule
        from skillweek.notifications.kinds import declare
        from skillweek.organisations.light_accounts import account_in_use
        from skillweek.press import kinds, receivers, tasks, texts
        from skillweek.reports.signals import report_state_changed
        from skillweek.uploads.signals import file_releasing

        declare(*kinds.KINDS)
        texts.register()
        report_state_changed.connect(receivers.report_moved, dispatch_uid="press.report_moved")
        file_releasing.connect(receivers.holds_file, dispatch_uid="press.holds_file")
        account_in_use.connect(receivers.needs_account, dispatch_uid="press.needs_account")
        schedule.every(60, "press.register", tasks.register_reports.enqueue)
        schedule.every(24 * 60, "press.tidy", tasks.tidy_journalists.enqueue)
