from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "skillweek.activities"
    label = "activities"

    def ready(self) -> None:
        """Make this room's kinds of messages known, and what runs by the clock."""
        from skillweek.activities import indexing, kinds_planning, kinds_running
        from skillweek.activities.publishing_tasks import publish_due_activities
        from skillweek.core import schedule
        from skillweek.notifications.kinds import declare

        declare(*kinds_planning.KINDS, *kinds_running.KINDS)
        schedule.every(5, "activities.publish", publish_due_activities.enqueue)
        indexing.connect()
