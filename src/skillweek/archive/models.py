"""Which editions came from another installation's archive (A8)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.editions.models import Edition


class ArchiveImport(models.Model):
    """One archive that was read in. Its digest tells that the same one is there already."""

    edition = models.OneToOneField(Edition, models.CASCADE, related_name="archive_import")
    #: SHA-256 of the archive's list of checksums.
    digest = models.CharField(max_length=64, unique=True)
    #: Name of the host that exported it, as the archive says.
    source = models.CharField(_("来源"), max_length=200, blank=True)
    exported_at = models.DateTimeField(null=True, blank=True)
    imported_at = models.DateTimeField(auto_now_add=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: What differs from the archive, in sentences; empty when everything is equal.
    notes = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("导入的归档")

    def __str__(self) -> str:
        return self.digest[:12]
