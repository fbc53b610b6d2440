"""A live round in a hall: what stands on the host's screen, who plays, what they answered (E2)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.quiz.models.bank import Question
from skillweek.quiz.models.quizzes import Quiz


class LiveGame(Timestamped):
    """Its state follows from few columns and the clock: ``phase``, ``position`` and when the question opens."""

    class Phase(models.TextChoices):
        LOBBY = "lobby", _("等待加入")
        #: The question opens at ``opens_at`` and shuts at ``shuts_at``; then its answer shows. Nobody presses anything.
        QUESTION = "question", _("答题")
        BOARD = "board", _("排名")
        OVER = "over", _("结束")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="live_games")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="live_games")
    #: Whose rules its questions were drawn by.
    quiz = models.ForeignKey(Quiz, models.SET_NULL, null=True, blank=True, related_name="live_games")
    title = models.CharField(_("名称"), max_length=80)
    #: Six digits; free again when the round is over.
    code = models.CharField(max_length=6)
    seconds = models.PositiveSmallIntegerField(_("每题秒数"), default=20)
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.LOBBY)
    #: From 1; 0 in the lobby.
    position = models.PositiveSmallIntegerField(default=0)
    opens_at = models.DateTimeField(null=True, blank=True)
    shuts_at = models.DateTimeField(null=True, blank=True)
    is_locked = models.BooleanField(default=False)
    #: Grows with everything the host does; browsers compare it.
    stamp = models.PositiveIntegerField(default=1)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("现场竞答")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~models.Q(phase="over"), name="live_code_once")
        ]

    def __str__(self) -> str:
        return self.title


class LiveQuestion(models.Model):
    """A question of the round, drawn when it was made."""

    game = models.ForeignKey(LiveGame, models.CASCADE, related_name="questions")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["game", "position"], name="live_question_once")]

    def __str__(self) -> str:
        return f"{self.game_id}.{self.position}"


class LivePlayer(models.Model):
    """Somebody in the hall under a nickname; nobody asks who they are."""

    game = models.ForeignKey(LiveGame, models.CASCADE, related_name="players")
    nickname = models.CharField(max_length=24)
    joined_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["game", "nickname"], name="live_nickname_once")]

    def __str__(self) -> str:
        return self.nickname


class LiveAnswer(models.Model):
    """The first answer of a player to a question; a second one is not taken."""

    player = models.ForeignKey(LivePlayer, models.CASCADE, related_name="answers")
    game = models.ForeignKey(LiveGame, models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField()
    given = models.CharField(max_length=6)
    milliseconds = models.PositiveIntegerField()
    is_correct = models.BooleanField()
    points = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["player", "position"], name="live_answer_once")]
        indexes = [models.Index(fields=["game", "position"], name="live_answer_count")]

    def __str__(self) -> str:
        return f"{self.player_id}.{self.position}: {self.given}"
