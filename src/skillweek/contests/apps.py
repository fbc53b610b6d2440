from django.apps import AppConfig


class ContestsConfig(AppConfig):
    name = "skillweek.contests"
    label = "contests"

    def ready(self) -> None:
        from skillweek.contests import intake, kinds, offering, receivers
        from skillweek.notifications.kinds import declare
        from skillweek.uploads import guests, signals

        declare(*kinds.KINDS)
        guests.register(receivers.who_uploads)
        uid = "contests.uploads"
        signals.guest_upload_requested.connect(intake.guest_asks, dispatch_uid=uid)
        signals.upload_requested.connect(intake.school_asks, dispatch_uid=uid)
        signals.guest_upload_completed.connect(intake.take_file, dispatch_uid=uid)
        signals.upload_completed.connect(intake.take_file, dispatch_uid=uid)
        signals.file_checked.connect(receivers.file_judged, dispatch_uid=uid)
        signals.file_releasing.connect(receivers.holds_file, dispatch_uid=uid)
        offering.register()
