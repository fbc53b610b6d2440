"""Awards of a call and who got them (E1)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.contests.models.calls import Call
from skillweek.contests.models.entries import Entry
from skillweek.core.models import Timestamped
from skillweek.participation.models import Certificate


class Award(Timestamped):
    """One kind of award: its name, how many are given, what one gets."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="awards")
    name = models.CharField(_("奖项"), max_length=40)
    places = models.PositiveSmallIntegerField(
        _("名额"), default=1, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    prize = models.CharField(_("奖品或奖励"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("奖项")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["call", "name"], name="award_name_once")]

    def __str__(self) -> str:
        return self.name


class AwardGiven(Timestamped):
    """An entry's award; one for each entry. A withdrawn one stays for the record and counts no more."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="given")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="award_given")
    certificate = models.ForeignKey(Certificate, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("获奖作品")

    def __str__(self) -> str:
        return f"{self.award} {self.entry}"

    @property
    def audit_label(self) -> str:
        """For the audit trail, which outlives the work."""
        return f"{self.award} #{self.entry_id}"
