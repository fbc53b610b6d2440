"""The operator's way out when nobody above can reset a lost second factor (A6)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from skillweek.core import audit
from skillweek.core.errors import DomainError
from skillweek.core.models import AuditEvent
from skillweek.organisations.domain.people import reset_second_factor
from skillweek.organisations.models import User
from skillweek.organisations.phones import normalise_phone


class Command(BaseCommand):
    help = (
        "Remove the second factor of an account whose phone and recovery codes are lost. Make sure first that the "
        "request really comes from that person. Bureau accounts set up a new one at their next visit. "
        "Example: skillweek manage reset_second_factor --login boss@example.org --reason 手机遗失，已当面核实"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--login", required=True, help="E-mail address or mobile number of the account.")
        parser.add_argument("--reason", required=True, help="Why; kept in the audit trail.")

    def handle(self, *args: Any, **options: Any) -> None:
        login = options["login"].strip().lower()
        try:
            phone = normalise_phone(login)
        except ValueError:
            phone = ""
        match = Q(email=login) | Q(phone=phone) if phone else Q(email=login)
        user = User.objects.filter(match).first()
        if user is None:
            raise CommandError(f"No account signs in with {login}.")
        token = audit.channel.set(AuditEvent.Channel.CLI)
        try:
            reset_second_factor(None, user, reason=options["reason"])
        except DomainError as error:
            raise CommandError(error.message) from error
        finally:
            audit.channel.reset(token)
        self.stdout.write(f"The second factor of {user.name} is removed.")
