"""Majors: what the city changed in the national catalogue, and what each school teaches (E3)."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.core.tables.kept import KeptTable
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation

_CODE = RegexValidator(r"^\d{6}$")


class CityMajor(Timestamped):
    """A major that the city added to the catalogue, renamed or took out. The same for all editions."""

    code = models.CharField(_("专业代码"), max_length=6, unique=True, validators=[_CODE])
    name = models.CharField(_("专业名称"), max_length=60)
    is_dropped = models.BooleanField(_("停用"), default=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("专业目录的更新")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class MajorUpload(KeptTable):
    """An uploaded table of majors."""


class SchoolMajor(Timestamped):
    """A major that a school teaches in this edition."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="school_majors")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="majors")
    code = models.CharField(_("专业代码"), max_length=6, validators=[_CODE])
    #: As the catalogue called it then.
    name = models.CharField(_("专业名称"), max_length=60)
    students = models.PositiveIntegerField(_("在校生人数"), null=True, blank=True)

    class Meta:
        verbose_name = _("学校专业")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["edition", "organisation", "code"], name="school_major_once")]

    def __str__(self) -> str:
        return self.name
