"""For whom a class is meant: what its organiser says beside the activity (E5, E6)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from skillweek.activities.models import Activity
from skillweek.core.models import Timestamped

_GRADES = [MinValueValidator(1), MaxValueValidator(12)]


class ClassSetting(Timestamped):
    """The grades of one class, where they differ from its preset's, and what to bring."""

    activity = models.OneToOneField(Activity, models.CASCADE, related_name="class_setting")
    grade_from = models.PositiveSmallIntegerField(_("最低年级"), validators=_GRADES)
    grade_to = models.PositiveSmallIntegerField(_("最高年级"), validators=_GRADES)
    bring = models.CharField(_("请带"), max_length=200, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(grade_to__gte=F("grade_from")), name="class_grades_in_order")]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.grade_from}–{self.grade_to}"
