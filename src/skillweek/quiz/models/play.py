"""Ranked attempts, question by question, and how much was practised (E2)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.organisations.models import Organisation
from skillweek.participation.models import Certificate, Participant
from skillweek.quiz.models.bank import Question
from skillweek.quiz.models.quizzes import Quiz


class Attempt(Timestamped):
    """One person's ranked round of one day. There is never a second one: the database says so."""

    class State(models.TextChoices):
        RUNNING = "running", _("进行中")
        FINISHED = "finished", _("已完成")

    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="quiz_attempts")
    #: In the edition's zone.
    day = models.DateField()
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    #: What is unanswered then counts as wrong.
    deadline_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    nickname = models.CharField(_("昵称"), max_length=12, blank=True)
    #: The school for which the person plays, if any.
    school = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("学校")
    )
    district = models.CharField(_("区"), max_length=30, blank=True)
    total = models.PositiveSmallIntegerField(default=0)
    correct = models.PositiveSmallIntegerField(default=0)
    #: 0 to 100.
    score = models.PositiveSmallIntegerField(_("得分"), default=0)
    passed = models.BooleanField(_("合格"), default=False)
    #: Time between showing and answering, all questions together.
    milliseconds = models.PositiveIntegerField(default=0)
    device_key = models.CharField(max_length=64, blank=True)
    network_key = models.CharField(max_length=64, blank=True)
    #: Codes of what looks odd: ``device``, ``network``, ``fast``. For the organiser's eyes; nothing follows by itself.
    flags: Any = models.JSONField(default=list, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    hidden_reason = models.CharField(_("原因"), max_length=200, blank=True)
    certificate = models.ForeignKey(Certificate, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("答题")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "participant", "day"], name="attempt_once_a_day"),
            models.CheckConstraint(condition=models.Q(correct__lte=models.F("total")), name="attempt_correct_of_total"),
        ]
        indexes = [
            models.Index(fields=["quiz", "state", "-score", "milliseconds"], name="attempt_board"),
            models.Index(fields=["quiz", "day", "device_key"], name="attempt_device"),
            models.Index(fields=["state", "deadline_at"], name="attempt_overdue"),
        ]

    def __str__(self) -> str:
        return f"{self.quiz} {self.day} #{self.pk}"


class Turn(models.Model):
    """One question of an attempt. The answer taken is the first that arrived in time."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="turns")
    question = models.ForeignKey(Question, models.PROTECT, related_name="turns")
    position = models.PositiveSmallIntegerField()
    #: The options' letters in the order in which this person sees them.
    order = models.CharField(max_length=6)
    shown_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    #: The question's own letters; empty when nothing was chosen or time was over.
    given = models.CharField(max_length=6, blank=True)
    is_late = models.BooleanField(default=False)
    is_correct = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="turn_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id}.{self.position}"


class PracticeDay(models.Model):
    """How many rounds of practice were finished on a day. Nobody is known in it."""

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="practice_days")
    day = models.DateField()
    rounds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["quiz", "day"], name="practice_day_once")]

    def __str__(self) -> str:
        return f"{self.quiz_id} {self.day}: {self.rounds}"
