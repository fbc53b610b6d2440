"""Texts as they are compared, the keys under which they are found, and the pairs that share passages (C14)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


class Text(Timestamped):
    """A copy of one text of another room, put by ``domain.put_text``. Goes with its original."""

    #: A kind registered in ``sources``, and the key of the row that it is the text of.
    kind = models.CharField(max_length=24)
    object_id = models.BigIntegerField()
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    #: None for what no unit handed in, such as an article found on the web.
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    #: What a manuscript names as its source beside the text itself.
    source = models.CharField(max_length=300, blank=True)
    #: Coverage: the medium, and the article's public address.
    outlet = models.CharField(max_length=120, blank=True)
    link = models.URLField(max_length=500, blank=True)
    #: The day it is about, or was published on.
    dated = models.DateField(null=True, blank=True)
    #: SHA-256 of what was counted last; empty before.
    counted = models.CharField(max_length=64, blank=True)
    #: It changed and a task is on its way.
    is_due = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="similarity_text_once")]
        indexes = [models.Index(fields=["updated_at"], condition=Q(is_due=True), name="similarity_due")]

    def __str__(self) -> str:
        return self.title or f"{self.kind} {self.object_id}"


class Key(models.Model):
    """One band of one window's MinHash. The edition is hashed into ``value``, so texts of two editions share none."""

    pk = models.CompositePrimaryKey("value", "text_id")
    value = models.BigIntegerField()
    text = models.ForeignKey(Text, models.CASCADE, related_name="keys")

    def __str__(self) -> str:
        return f"{self.value:x}"


class Pair(models.Model):
    """Two texts that share passages, ``first`` put before ``second``. Evidence, never a verdict."""

    first = models.ForeignKey(Text, models.CASCADE, related_name="pairs_with_later")
    second = models.ForeignKey(Text, models.CASCADE, related_name="pairs_with_earlier")
    #: Equal characters in their passages, punctuation left out, and the share of each text that they make up, 0 to 1.
    equal = models.PositiveIntegerField()
    first_share = models.FloatField()
    second_share = models.FloatField()
    #: Of the two texts as a whole, 0 to 1.
    jaccard = models.FloatField()
    #: ``[[start, end, start, end], …]`` in the first and second text as they were put, in the first's order.
    passages = models.JSONField()
    counted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="similarity_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="similarity_pair_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} – {self.second_id}"
