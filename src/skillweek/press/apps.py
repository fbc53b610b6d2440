from django.apps import AppConfig


class PressConfig(AppConfig):
    name = "skillweek.press"
    label = "press"

    def ready(self) -> None:
        from skillweek.core import schedule
        from skillweek.notifications.kinds import declare
        from skillweek.organisations.light_accounts import account_in_use
        from skillweek.participation import erasing, figures, mine, offers, switches
        from skillweek.press import kinds, receivers, tasks, texts, visit_parts
        from skillweek.press.domain.itinerary import erase_visits
        from skillweek.press.queries.visits import offers_of, things_of
        from skillweek.reports.signals import report_state_changed
        from skillweek.uploads.signals import file_releasing

        declare(*kinds.KINDS)
        texts.register()
        switches.register(visit_parts.SWITCH)
        figures.register(visit_parts.FIGURE)
        offers.register(offers_of)
        mine.register(things_of)
        erasing.register(erase_visits)
        report_state_changed.connect(receivers.report_moved, dispatch_uid="press.report_moved")
        file_releasing.connect(receivers.holds_file, dispatch_uid="press.holds_file")
        account_in_use.connect(receivers.needs_account, dispatch_uid="press.needs_account")
        schedule.every(60, "press.register", tasks.register_reports.enqueue)
        schedule.every(15, "press.visits", tasks.remind_visits.enqueue)
        schedule.every(24 * 60, "press.tidy", tasks.tidy_journalists.enqueue)
