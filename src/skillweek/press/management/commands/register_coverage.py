"""``skillweek manage register_coverage``: enter the coverage of reports handed in before the register existed (D4)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from skillweek.editions.models import Edition
from skillweek.press.domain.following import register_missing


class Command(BaseCommand):
    """Safe to repeat; the worker does the same every hour."""

    help = "Register media coverage of daily reports that are not in the register yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many for each edition."""
        for edition in Edition.objects.all():
            self.stdout.write(f"{edition.slug}: {register_missing(edition)} registered")
