"""What the organiser sets for an edition's online part (B11)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition


class OnlineRules(Timestamped):
    """One row for an edition; without one the defaults hold."""

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="online_rules")
    #: One host a line; its subdomains are allowed with it. The operator's list (settings) counts besides.
    link_hosts = models.TextField(_("允许链接的网站"), max_length=4000, blank=True)
    min_width = models.PositiveIntegerField(
        _("全景图最小宽度"), default=4000, validators=[MinValueValidator(1000), MaxValueValidator(20000)]
    )
    max_megabytes = models.PositiveIntegerField(
        _("全景图最大体积"), default=60, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    max_scenes = models.PositiveIntegerField(
        _("每个导览最多场景"), default=30, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    def __str__(self) -> str:
        return str(self.edition)
