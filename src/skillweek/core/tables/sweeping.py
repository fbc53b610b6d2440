"""Uploaded tables that nobody confirmed do not stay: they hold people's names and numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.apps import apps
from django_tasks import task

from skillweek.core.clock import now
from skillweek.core.tables.kept import KeptTable

_KEEP: Final = timedelta(days=2)


@task()
def forget_tables() -> int:
    """Throw away the rows that nobody entered for two days, whichever room they are of. Returns how many tables."""
    gone = 0
    for model in apps.get_models():
        if issubclass(model, KeptTable):
            old = model._default_manager.filter(confirmed_at=None, created_at__lt=now() - _KEEP)
            gone += old.delete()[1].get(model._meta.label, 0)
    return gone
