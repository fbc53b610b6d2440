"""The ``skillweek`` command. Subcommands load on demand, so ``check`` never waits for Django (C7)."""

from __future__ import annotations

import importlib
import os
import sys

import click

#: name → (module, attribute, one line of help; empty hides what only other commands start)
_COMMANDS = {
    "check": ("skillweek.site.check", "check", "Check a folder or zip of material against an edition's rules."),
    "edition": ("skillweek.site.edition_commands", "edition", "Check, load or export an edition's folder."),
    "serve": ("skillweek.site.serve", "serve", "Run the site and, unless told otherwise, a worker."),
    "worker": ("skillweek.site.worker", "worker", "Run a background worker and the scheduler."),
    "mailbox": ("skillweek.site.mailbox_commands", "mailbox", "Fetch or receive mails to the week's mailbox."),
    "archive": ("skillweek.site.archive_commands", "archive", "Export a closed edition completely, or import one."),
    "backup": ("skillweek.site.archive_commands", "backup", "Back up database, files and secret key."),
    "restore": ("skillweek.site.archive_commands", "restore", "Restore a backup into an empty installation."),
    "demo": ("skillweek.site.demo", "demo", "Load the sample edition and start everything."),
    "web": ("skillweek.site.serve", "web", ""),
    "manage": ("skillweek.site.cli", "manage", "Run a Django management command."),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, row in _COMMANDS.items() if row[2]]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module, attribute, _help = _COMMANDS[name]
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, row[2]) for name, row in _COMMANDS.items() if row[2]])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="skillweek")
def main() -> None:
    """Skillweek (职教周): from the notice to the city's summary."""


def setup_django() -> None:
    """Make the models usable; commands that need the database call this first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skillweek.site.settings")
    import django

    django.setup()


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run a Django management command, for example ``skillweek manage migrate``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skillweek.site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["skillweek manage", *arguments])


if __name__ == "__main__":
    sys.exit(main())
