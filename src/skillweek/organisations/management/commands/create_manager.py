"""The first manager of an empty installation (A6)."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Q

from skillweek.core import audit
from skillweek.core.errors import DomainError
from skillweek.core.models import AuditEvent
from skillweek.organisations.domain.invitations import invite, resend_invitation
from skillweek.organisations.domain.people import clean_email, clean_phone, make_user
from skillweek.organisations.domain.tree import create_host
from skillweek.organisations.mail import link_of
from skillweek.organisations.models import Invitation, Kind, Membership, Organisation, Role


class Command(BaseCommand):
    help = (
        "Make a manager of the host, the organisation that runs the week. On an empty installation the host is made "
        "first, with --host-name and --host-code. Without --password an invitation link is printed: open it in a "
        "browser, set the password, then set up the second factor. With --password - the password is asked for, or "
        "read from standard input. "
        "Example: skillweek manage create_manager --email boss@example.org --name 张三 --host-name 示例市教育局"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", default="", help="E-mail address to sign in with.")
        parser.add_argument("--phone", default="", help="Mobile number to sign in with, besides or instead of --email.")
        parser.add_argument("--name", required=True, help="The person's name.")
        parser.add_argument("--password", default=None, help="'-' asks for it; leave out to print an invitation link.")
        parser.add_argument(
            "--host-name", default="职业教育活动周办公室", help="Name of the host if there is none yet."
        )
        parser.add_argument("--host-code", default="HOST", help="Code of the host if there is none yet.")

    def handle(self, *args: Any, **options: Any) -> None:
        token = audit.channel.set(AuditEvent.Channel.CLI)
        try:
            with transaction.atomic():
                self._make(options)
        except DomainError as error:
            raise CommandError(error.message) from error
        finally:
            audit.channel.reset(token)

    def _make(self, options: dict[str, Any]) -> None:
        if not options["email"] and not options["phone"]:
            raise CommandError("Give --email, --phone, or both.")
        host = Organisation.objects.filter(kind=Kind.HOST).first()
        if host is None:
            host = create_host(code=options["host_code"], name=options["host_name"])
            self.stdout.write(f"Host made: {host.name} ({host.code})")
        person = {key: options[key] for key in ("name", "email", "phone")}
        if options["password"] is None:
            invitation = _pending(host, person) or invite(None, host, role=Role.MANAGER, send=False, **person)
            self.stdout.write(
                f"Open this link within {invitation.expires_at:%Y-%m-%d %H:%M %Z}, once:\n{link_of(invitation)}"
            )
            return
        user = make_user(**person, password=_password(options["password"]))
        membership = Membership.objects.create(user=user, organisation=host, role=Role.MANAGER)
        audit.record("membership.start", membership, organisation_id=host.pk, reason="create_manager")
        self.stdout.write(f"{user.name} is a manager of {host.name} and can sign in now.")


def _pending(host: Organisation, person: dict[str, str]) -> Invitation | None:
    """An open invitation of the same person with a fresh link, so that a lost link is no dead end."""
    email, phone = clean_email(person["email"]), clean_phone(person["phone"])
    same = Q(email=email) if email else Q(phone=phone)
    found = Invitation.objects.pending().filter(same, organisation=host, role=Role.MANAGER).first()
    return resend_invitation(None, found) if found is not None else None


def _password(given: str) -> str:
    if given != "-":
        return given
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
