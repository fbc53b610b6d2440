"""The rows of an uploaded table, kept between looking at them and entering them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.clock import now


class KeptTable(models.Model):
    """Rows as read from the file. Bound to the person who uploaded it; nothing else reads them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("文件名"), max_length=200)
    #: ``[{"row": 2, "cells": {column key: text}}, …]``
    rows: Any = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    def mark_entered(self) -> None:
        """Note that the rows were entered; they are never entered again."""
        self.confirmed_at = now()
        self.save()
