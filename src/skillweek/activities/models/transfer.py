"""An uploaded table of activities between dry run and confirmation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


class ActivityUpload(models.Model):
    """Rows of an uploaded table of activities. Bound to the person who uploaded it; nothing else reads them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="activity_uploads")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    #: Whose activities they are where a row names no unit.
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    name = models.CharField(_("文件名"), max_length=200)
    #: ``[{"row": 2, "cells": {column key: text}}, …]`` as read from the file.
    rows = models.JSONField(default=list)
    #: Digest of the outcome that the person last saw; only exactly that is applied.
    seen_digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
