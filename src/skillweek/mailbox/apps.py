from django.apps import AppConfig


class MailboxConfig(AppConfig):
    name = "skillweek.mailbox"
    label = "mailbox"

    def ready(self) -> None:
        from django.conf import settings

        from skillweek.core import schedule
        from skillweek.mailbox import kinds
        from skillweek.mailbox.tasks import erase_mails, fetch_mails, resume_mails

        kinds.declare_kinds()
        if settings.MAILBOX_IMAP_HOST:
            schedule.every(1, "mailbox.fetch", fetch_mails.enqueue)
        schedule.every(5, "mailbox.resume", resume_mails.enqueue)
        schedule.every(24 * 60, "mailbox.erase", erase_mails.enqueue)
