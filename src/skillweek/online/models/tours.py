"""Panorama tours (线上逛校园) and their pictures (B11)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.online.models.base import Work
from skillweek.uploads.models import StoredFile


class Tour(Work):
    """A walk through scenes. ``draft`` and ``live`` also hold ``scenes``: see ``tour_shape.TourShape``."""

    kind = "tour"

    class Meta:
        verbose_name = _("全景导览")
        indexes = [models.Index(fields=["edition", "organisation", "state"], name="tour_list")]

    def assets_in(self, content: dict[str, Any]) -> list[Any]:
        """Pictures and films of its hotspots too."""
        spots = [spot for scene in content.get("scenes") or [] for spot in scene.get("hotspots") or []]
        return [content.get("cover"), [spot.get("asset") for spot in spots]]


class Panorama(Timestamped):
    """An equirectangular picture of a tour. Its original is never served in public."""

    class State(models.TextChoices):
        WAITING = "waiting", _("正在处理")
        READY = "ready", _("可以使用")
        REFUSED = "refused", _("不能使用")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tour = models.ForeignKey(Tour, models.CASCADE, related_name="panoramas")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="panorama")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    #: Why it cannot be used, for its owner.
    problem = models.CharField(max_length=300, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.file.name


class PanoramaCopy(models.Model):
    """A copy for the public in one width: half as high, sRGB, no metadata, GPS least of all."""

    panorama = models.ForeignKey(Panorama, models.CASCADE, related_name="copies")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    key = models.CharField(max_length=255, unique=True)
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["width"]
        constraints = [models.UniqueConstraint(fields=["panorama", "width"], name="panorama_copy_once")]

    def __str__(self) -> str:
        return f"{self.panorama_id} {self.width}"
