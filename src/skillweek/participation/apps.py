from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "skillweek.participation"
    label = "participation"

    def ready(self) -> None:
        from skillweek.core import schedule
        from skillweek.notifications.kinds import declare
        from skillweek.participation import counting, figures, kinds, tasks

        declare(kinds.CODE)
        figures.register(counting.CERTIFICATES)
        schedule.every(24 * 60, "participation.erase", tasks.erase_participants.enqueue)
