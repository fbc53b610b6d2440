"""Background entries of this room; safe to run twice (C8)."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from skillweek.core import audit
from skillweek.core.models import AuditEvent


@task(queue_name="media")
def file_mail(mail_id: str) -> None:
    """Understand one mail, file it, answer it."""
    from skillweek.mailbox.domain.filing import process

    token = audit.channel.set(AuditEvent.Channel.MAIL)
    try:
        process(UUID(mail_id))
    finally:
        audit.channel.reset(token)


@task(queue_name="mail")
def fetch_mails() -> None:
    """Look into the mailbox by IMAP."""
    from skillweek.mailbox.intake.imap import fetch_once

    token = audit.channel.set(AuditEvent.Channel.MAIL)
    try:
        fetch_once()
    finally:
        audit.channel.reset(token)


@task()
def resume_mails() -> None:
    """Queue mails again whose task was lost."""
    from skillweek.mailbox.domain.filing import resume

    resume()


@task()
def erase_mails() -> None:
    """Erase raw mails whose time has come."""
    from skillweek.mailbox.domain.erasing import erase_due

    erase_due()
