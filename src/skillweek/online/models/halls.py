"""Online exhibitions (网上展厅) with their guestbooks (B11)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.online.models.base import Work
from skillweek.online.models.said import Said


class Hall(Work):
    """Exhibits in the order a person gave them.

    ``draft`` and ``live`` also hold ``exhibits``: a list of ``{"kind", "ref", "caption"}`` (see ``online.exhibits``),
    and ``has_guestbook``.
    """

    kind = "hall"

    class Meta:
        verbose_name = _("网上展厅")
        indexes = [models.Index(fields=["edition", "organisation", "state"], name="hall_list")]

    def assets_in(self, content: dict[str, Any]) -> list[Any]:
        """Pictures hung in it too."""
        rows = content.get("exhibits") or []
        return [content.get("cover"), [row.get("ref") for row in rows if row.get("kind") == "picture"]]


class GuestEntry(Said):
    """A line in a hall's guestbook (留言簿)."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="entries")

    class Meta:
        verbose_name = _("留言")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["hall", "state"], name="guest_queue")]
