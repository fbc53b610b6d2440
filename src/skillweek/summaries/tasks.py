"""Background entries of summaries: thin, safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.summaries.domain.reminders import send_due_reminders


@task()
def remind_before_due() -> int:
    """Remind units whose summary is due soon or today and not handed in; return how many got a reminder."""
    return send_due_reminders()
