"""What can be found: one row for each public thing, whatever room it belongs to (B7)."""

from __future__ import annotations

from django.db import models


class Document(models.Model):
    """A public thing as the search sees it. Written only by ``domain``, which keeps the index beside it in step.

    The index is made by the migration: an FTS5 table ``search_index`` on SQLite, the columns ``vector`` and ``head`` of
    this table on PostgreSQL. Short columns come first, so that ranking thousands of rows never reads their texts.
    """

    kind = models.CharField(max_length=20)
    #: The row's key in its room, as text.
    object_id = models.CharField(max_length=64)
    #: Plain number: this room knows no editions. Null belongs to every edition.
    edition_id = models.BigIntegerField(null=True, blank=True)
    #: What the city wants to stand higher: each point adds a tenth to the rank.
    weight = models.SmallIntegerField(default=0)
    url = models.CharField(max_length=300)
    title = models.CharField(max_length=300)
    keywords = models.TextField(blank=True)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_document_once")]
        # Counting and ranking thousands of rows reads this alone: the rows themselves hold whole texts.
        indexes = [models.Index(fields=["id", "kind", "edition_id", "weight"], name="search_document_facts")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.title}"
