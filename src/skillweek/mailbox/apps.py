from django.apps import AppConfig


class MailboxConfig(AppConfig):
    name = "skillweek.mailbox"
    label = "mailbox"
