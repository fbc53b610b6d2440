"""Counting visits without following anybody (B11, ADR 0217)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


class DaySalt(models.Model):
    """The day's random salt. With it gone, nobody can tell who was behind a mark of that day."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.day)


class VisitMark(models.Model):
    """That somebody saw a subject on this day. Deleted with the day's salt."""

    day = models.DateField()
    subject = models.CharField(max_length=40)
    #: Hash of network and browser under the day's salt.
    visitor = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "subject", "visitor"], name="visit_mark_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.subject}"


class VisitCount(models.Model):
    """How many came and how often something was opened on one day: all that is kept."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="online_visits")
    #: None for pages of the whole week.
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="online_visits")
    day = models.DateField(_("日期"))
    #: ``tour:12``, ``room:3``, ``hall:5`` or ``home:2``.
    subject = models.CharField(max_length=40)
    #: Its title when it was last counted.
    label = models.CharField(max_length=200, blank=True)
    visitors = models.PositiveIntegerField(_("访客"), default=0)
    views = models.PositiveIntegerField(_("浏览"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "subject"], name="visit_count_once")]
        indexes = [models.Index(fields=["edition", "organisation", "day"], name="visit_count_list")]

    def __str__(self) -> str:
        return f"{self.day} {self.subject}"
