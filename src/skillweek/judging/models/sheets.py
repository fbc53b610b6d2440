"""What jurors say: scores, comments, and whom they do not judge (E1, E10)."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.judging.models.panels import Criterion, Juror, Work


class Declared(models.Model):
    """A conflict of interest that a juror declared: the work is not for them."""

    juror = models.ForeignKey(Juror, models.CASCADE, related_name="declared")
    work = models.ForeignKey(Work, models.CASCADE, related_name="declared")
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    declared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["juror", "work"], name="conflict_once")]

    def __str__(self) -> str:
        return f"{self.juror_id} {self.work_id}"


class Sheet(Timestamped):
    """One juror's scores for one work; counts once it is done."""

    class State(models.TextChoices):
        DRAFT = "draft", _("未完成")
        DONE = "done", _("已完成")

    juror = models.ForeignKey(Juror, models.CASCADE, related_name="sheets")
    work = models.ForeignKey(Work, models.CASCADE, related_name="sheets")
    state = models.CharField(max_length=5, choices=State, default=State.DRAFT)
    #: For the organiser, not for the public.
    comment = models.TextField(_("评语"), max_length=2000, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["juror", "work"], name="sheet_once")]

    def __str__(self) -> str:
        return f"{self.juror_id} {self.work_id} {self.state}"


class Score(models.Model):
    """The points for one criterion."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="scores")
    value = models.DecimalField(max_digits=4, decimal_places=1, validators=[MinValueValidator(0)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="score_once"),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="score_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id} {self.value}"
