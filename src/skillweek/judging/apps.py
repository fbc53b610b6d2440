from django.apps import AppConfig


class JudgingConfig(AppConfig):
    name = "skillweek.judging"
    label = "judging"

    def ready(self) -> None:
        from skillweek.core import schedule
        from skillweek.judging import hooks, kinds, tasks
        from skillweek.notifications.kinds import declare
        from skillweek.participation import erasing, switches

        declare(*kinds.KINDS)
        switches.register(hooks.SWITCH)
        erasing.register(hooks.erase)
        schedule.every(60, "judging.remind", tasks.remind_jurors.enqueue)
