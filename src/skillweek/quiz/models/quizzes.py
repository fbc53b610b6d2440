"""Quizzes and what they draw from the bank (E2)."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.quiz.models.bank import Question


class Quiz(Timestamped):
    """What an organisation offers: practice for everybody, ranked rounds for verified people."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")
        CLOSED = "closed", _("已结束")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="quizzes")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="quizzes")
    title = models.CharField(_("名称"), max_length=80)
    intro = models.TextField(_("介绍"), max_length=1000, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    opens_at = models.DateTimeField(_("开始时间"))
    closes_at = models.DateTimeField(_("结束时间"))
    has_practice = models.BooleanField(_("开放练习"), default=True)
    has_ranked = models.BooleanField(_("开放计分答题"), default=True)
    #: For one question of a ranked round.
    seconds = models.PositiveSmallIntegerField(
        _("每题秒数"), default=20, validators=[MinValueValidator(5), MaxValueValidator(300)]
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("合格线"), default=60, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    #: So many ranked rounds may start on one device in a day; 0 sets no limit.
    device_limit = models.PositiveSmallIntegerField(_("每台设备每天最多答题"), default=3)
    shows_answers = models.BooleanField(_("答完后公布答案和解析"), default=True)
    asks_school = models.BooleanField(_("请答题人选择学校"), default=True)
    certificate_title = models.CharField(_("证书名称"), max_length=60, default="", blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("知识竞答")
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(closes_at__gt=models.F("opens_at")), name="quiz_ends_later")
        ]
        indexes = [models.Index(fields=["edition", "state", "opens_at"], name="quiz_list")]

    def __str__(self) -> str:
        return self.title

    def is_running(self, at: datetime) -> bool:
        """Whether people may answer at that moment."""
        return self.state == self.State.PUBLISHED and self.opens_at <= at < self.closes_at


class Draw(models.Model):
    """So many questions of one topic and difficulty, by lot; an empty one stands for any."""

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="draws")
    topic = models.CharField(_("主题"), max_length=40, blank=True)
    difficulty = models.CharField(_("难度"), max_length=8, choices=Question.Difficulty, blank=True)
    count = models.PositiveSmallIntegerField(
        _("题数"), default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "topic", "difficulty"], name="draw_once"),
            models.CheckConstraint(condition=models.Q(count__gte=1), name="draw_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.topic or '*'} {self.difficulty or '*'} × {self.count}"
