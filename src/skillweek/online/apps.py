from django.apps import AppConfig


class OnlineConfig(AppConfig):
    name = "skillweek.online"
    label = "online"

    def ready(self) -> None:
        from skillweek.content.signals import editorial_published, editorial_withdrawn
        from skillweek.core import schedule
        from skillweek.notifications.kinds import declare
        from skillweek.online import finders, finding, joining, kinds, receivers, tasks
        from skillweek.online.domain.erasing import erase
        from skillweek.participation import erasing, figures, mine, offers, switches
        from skillweek.uploads.signals import file_checked, file_releasing, upload_completed, upload_requested

        declare(*kinds.KINDS)
        finders.register_own()
        finding.register_sources()
        editorial_published.connect(finding.published, dispatch_uid="online.published")
        editorial_withdrawn.connect(finding.withdrawn, dispatch_uid="online.withdrawn")
        offers.register(joining.offers_of)
        switches.register(*joining.SWITCHES)
        figures.register(*joining.FIGURES)
        erasing.register(erase)
        upload_requested.connect(receivers.may_upload, dispatch_uid="online.may_upload")
        upload_completed.connect(receivers.take_file, dispatch_uid="online.take_file")
        file_checked.connect(receivers.judged, dispatch_uid="online.judged")
        file_releasing.connect(receivers.holds_file, dispatch_uid="online.holds_file")
        mine.register(joining.mine_of)
        schedule.every(5, "online.remind", tasks.send_reminders.enqueue)
        schedule.every(60, "online.forget_visitors", tasks.forget_visitors.enqueue)
        schedule.every(30, "online.lost_panoramas", tasks.find_lost_panoramas.enqueue)
