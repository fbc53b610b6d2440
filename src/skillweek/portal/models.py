"""The number that says how new the public pages are."""

from __future__ import annotations

from django.db import models


class ContentRevision(models.Model):
    """One row. Its number grows after every change that strangers can see; kept pages carry the number they show."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)
