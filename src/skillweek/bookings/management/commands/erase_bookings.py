"""``skillweek manage erase_bookings``: erase visitors' personal data of editions that are due (B8)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from skillweek.bookings.domain.erasure import erase_on, erase_personal_data, is_due
from skillweek.core import audit
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition


class Command(BaseCommand):
    """Names each edition, its day of erasure and what was done."""

    help = "Erase personal data of bookings, N days after the edition's end (erase_after_days of the edition)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--edition", help="slug of one edition; without it all that are due")
        parser.add_argument("--now", action="store_true", help="with --edition: also before the day has come")
        parser.add_argument("--reason", default="", help="why, for the audit trail; needed with --now")

    def handle(self, *args: Any, **options: Any) -> None:
        editions = list(self._editions(options))
        token = audit.channel.set(AuditEvent.Channel.CLI)
        try:
            for edition in editions:
                if not is_due(edition) and not options["now"]:
                    self.stdout.write(f"{edition.slug}: due on {erase_on(edition)}, nothing erased")
                    continue
                self.stdout.write(f"{edition.slug}: {self.erase(edition, options['reason'])}")
        finally:
            audit.channel.reset(token)

    def erase(self, edition: Edition, reason: str) -> str:
        """Erase, and say how much."""
        return f"{erase_personal_data(edition, reason=reason)} bookings erased"

    def _editions(self, options: dict[str, Any]) -> Any:
        if options["now"] and not (options["edition"] and options["reason"].strip()):
            raise CommandError("--now erases before the day has come: name one --edition and give a --reason")
        if not options["edition"]:
            return Edition.objects.order_by("pk")
        found = Edition.objects.filter(slug=options["edition"])
        if not found:
            raise CommandError(f"there is no edition {options['edition']}")
        return found
