from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "skillweek.notifications"
    label = "notifications"

    def ready(self) -> None:
        from skillweek.core import schedule
        from skillweek.notifications import checks  # noqa: F401  (registers itself)
        from skillweek.notifications.tasks import purge_messages, requeue_mail, send_bundles

        schedule.every(5, "notifications.requeue_mail", requeue_mail.enqueue)
        schedule.every(5, "notifications.bundles", send_bundles.enqueue)
        schedule.every(24 * 60, "notifications.purge", purge_messages.enqueue)
