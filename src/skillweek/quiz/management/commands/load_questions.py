"""``skillweek manage load_questions``: enter the questions that come with an edition (E2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from skillweek.core import audit
from skillweek.core.errors import DomainError
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.organisations.models import Kind, Organisation
from skillweek.quiz.domain.catalogue import load_questions


class Command(BaseCommand):
    """Loads what is not there yet, waiting to be checked; running it again changes nothing."""

    help = "Enter the questions that come with the edition, to be checked by the city (待核对)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The edition; the current one without it. The file; the edition's own without it."""
        parser.add_argument("--edition", help="slug of the edition; the current one without it")
        parser.add_argument("--file", type=Path, help="questions.csv; the edition's own without it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many."""
        slug = options["edition"]
        edition = Edition.objects.filter(slug=slug).first() if slug else Edition.objects.current()
        host = Organisation.objects.filter(kind=Kind.HOST, is_active=True).order_by("path").first()
        if edition is None or host is None:
            raise CommandError("There is no such edition, or no host organisation yet. Set the platform up first.")
        token = audit.channel.set(AuditEvent.Channel.CLI)
        try:
            made = load_questions(edition, host, actor=None, path=options["file"])
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        finally:
            audit.channel.reset(token)
        self.stdout.write(f"{len(made)} questions entered, to be checked.")
