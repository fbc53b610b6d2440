"""An uploaded table of activities between dry run and confirmation."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from skillweek.core.tables.kept import KeptTable
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


class ActivityUpload(KeptTable):
    """An uploaded table of activities."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="activity_uploads")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    #: Whose activities they are where a row names no unit.
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    #: Digest of the outcome that the person last saw; only exactly that is applied.
    seen_digest = models.CharField(max_length=64, blank=True)
    result = models.JSONField(default=dict, blank=True)
