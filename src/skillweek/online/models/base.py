"""What tours, live rooms and halls have in common: a draft, the review by the line above, what is public."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.content.models import Editorial


class Work(Editorial):
    """Base of everything a unit shows online. Changed only by the verbs in ``domain``.

    ``draft`` and ``live`` hold ``title``, ``intro`` (plain text), ``cover`` (an asset's id) and what the subclass adds.
    Schools hand in, the line above publishes; a change of what is public goes the same way and shows only then.
    """

    class Review(models.TextChoices):
        WAITING = "waiting", _("待审核")
        RETURNED = "returned", _("已退回")

    rich_fields = ()
    #: Names the kind in addresses and figures.
    kind: str = ""

    review = models.CharField(_("审核"), max_length=10, choices=Review, blank=True)
    review_note = models.TextField(_("审核意见"), blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: Whether the line above may read it: it was handed in once, or a bureau published it.
    is_handed_in = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def has_text(self, content: dict[str, Any]) -> bool:
        """What must be in it is asked by ``must_be_publishable``."""
        return True

    def must_be_publishable(self) -> None:
        """Complete, and its links lead to listed places. Raises DomainError."""
        from skillweek.online.domain.completeness import must_be_complete

        must_be_complete(self)
