"""Index everything public anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from skillweek.search.domain import rebuild
from skillweek.search.sources import all_sources


class Command(BaseCommand):
    """``skillweek manage rebuild_search``: after an import into the database, or when search misses something."""

    help = "Index everything public anew, and forget what is not public any more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kinds", nargs="*", help="only these kinds, e.g. activity; all when none is named")

    def handle(self, *args: Any, **options: Any) -> None:
        sources = {source.kind: source for source in all_sources()}
        if unknown := set(options["kinds"]) - set(sources):
            raise CommandError(f"unknown kinds: {', '.join(sorted(unknown))}; known: {', '.join(sources)}")
        for kind in options["kinds"] or sources:
            indexed, forgotten = rebuild(kind, sources[kind].entries())
            self.stdout.write(f"{kind}: {indexed} indexed, {forgotten} forgotten")
