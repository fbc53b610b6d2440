"""Background entries of this room. They take ids, call a verb, and are safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.core import audit
from skillweek.core.models import AuditEvent
from skillweek.reports.domain.importing import give_up_lost_imports, run_import
from skillweek.reports.domain.items import purge_removed_items as purge
from skillweek.reports.texts import follow_texts as follow


@task(queue_name="media")
def import_package(package_id: int) -> None:
    """Take one package apart (C7)."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    try:
        run_import(package_id)
    finally:
        audit.channel.reset(token)


@task(queue_name="default")
def close_lost_imports() -> None:
    """End imports that no worker could finish (C7)."""
    give_up_lost_imports()


@task(queue_name="default")
def purge_removed_items() -> None:
    """Forget items that were removed days ago, so that their files can be erased."""
    purge()


@task(queue_name="default")
def follow_texts(report_id: int) -> None:
    """Have one report's texts compared as they are now (C14)."""
    follow(report_id)
