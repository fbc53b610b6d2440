from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "skillweek.activities"
    label = "activities"

    def ready(self) -> None:
        """Make this room's kinds of messages known."""
        from skillweek.activities import kinds_running
        from skillweek.notifications.kinds import declare

        declare(*kinds_running.KINDS)
