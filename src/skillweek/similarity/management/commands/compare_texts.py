"""Put every text again and compare what changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from skillweek.similarity.domain import count_text, forget_counts, rebuild
from skillweek.similarity.models import Text
from skillweek.similarity.sources import all_kinds


class Command(BaseCommand):
    """``skillweek manage compare_texts``: once after an update that brought the comparison, or after an import."""

    help = "Compare the texts of all manuscripts, stories and coverage that have not been compared yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="compare everything anew, not only what changed")

    def handle(self, *args: Any, **options: Any) -> None:
        for kind in all_kinds():
            put, forgotten = rebuild(kind)
            self.stdout.write(f"{kind.kind}: {put} texts, {forgotten} forgotten")
        if options["again"]:
            forget_counts()
        due = list(Text.objects.filter(is_due=True).order_by("pk").values_list("pk", flat=True))
        for pk in due:
            count_text(pk)
        self.stdout.write(f"{len(due)} compared")
