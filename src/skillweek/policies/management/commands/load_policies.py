"""``skillweek manage load_policies``: enter the catalogue of national policies into an edition (D5)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.organisations.models import Kind, Organisation
from skillweek.policies.domain.catalogue import load_catalogue


class Command(BaseCommand):
    """Loads what is not there yet, as drafts marked for checking; running it again changes nothing."""

    help = "Enter the catalogue of national policies as drafts to be checked (待核对)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The edition; the current one without it."""
        parser.add_argument("--edition", help="slug of the edition; the current one without it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many."""
        slug = options["edition"]
        edition = Edition.objects.filter(slug=slug).first() if slug else Edition.objects.current()
        host = Organisation.objects.filter(kind=Kind.HOST, is_active=True).order_by("path").first()
        if edition is None or host is None:
            raise CommandError("There is no such edition, or no host organisation yet. Set the platform up first.")
        try:
            made = load_catalogue(edition, host, actor=None)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{len(made)} policies entered as drafts to be checked.")
