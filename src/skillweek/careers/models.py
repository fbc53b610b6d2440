"""Where the questionnaire is open, and how many answered: numbers only, nobody's answers (E11)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


class Opening(Timestamped):
    """That an organisation offers the questionnaire in its week."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="career_openings")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="career_openings")
    is_open = models.BooleanField(_("开通"), default=True)

    class Meta:
        verbose_name = _("兴趣测评")
        constraints = [models.UniqueConstraint(fields=["edition", "organisation"], name="career_opening_once")]

    def __str__(self) -> str:
        return f"{self.organisation}"


class Tally(models.Model):
    """How many people had a type as their first on one day."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="career_tallies")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="career_tallies")
    day = models.DateField()
    #: One of R, I, A, S, E, C; "-" where none leads.
    type = models.CharField(max_length=1)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "organisation", "day", "type"], name="career_tally_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.day} {self.type}: {self.number}"
