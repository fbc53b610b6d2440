"""Live rooms (网上开放日) with the public's questions (B11)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.online.models.base import Work
from skillweek.online.models.said import Said
from skillweek.participation.models import Participant


class LiveRoom(Work):
    """An hour to which the public comes online.

    ``draft`` and ``live`` also hold ``starts_at``, ``ends_at`` (ISO, aware), ``hosts`` (who speaks), ``link`` (opened
    in a new tab), ``stream`` (HLS), ``replay_link``, ``replay`` (an asset's id) and ``takes_questions``.
    """

    kind = "room"

    #: Stable name for calendars.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: Of what is public, else of the draft.
    starts_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    ends_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    #: Why it does not take place; empty while it does. Takes effect at once.
    cancel_reason = models.CharField(_("取消原因"), max_length=300, blank=True)
    #: Since when no more questions are taken. Takes effect at once.
    questions_closed_at = models.DateTimeField(null=True, blank=True)
    #: How often its hour changed: the SEQUENCE of its calendar entry.
    moves = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("直播间")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="room_ends_later"
            )
        ]
        indexes = [models.Index(fields=["edition", "starts_at"], name="room_hours")]

    def take_columns(self, content: dict[str, Any]) -> None:
        """Title and hours."""
        super().take_columns(content)
        self.starts_at, self.ends_at = moment(content.get("starts_at")), moment(content.get("ends_at"))

    def assets_in(self, content: dict[str, Any]) -> list[Any]:
        """Cover and replay."""
        return [content.get("cover"), content.get("replay")]


def moment(text: Any) -> datetime | None:
    """The aware moment that stands in a draft, None for nothing or nonsense."""
    try:
        found = parse_datetime(str(text or ""))
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


class Question(Said):
    """What somebody of the public asks in a live room, and the host's answer."""

    room = models.ForeignKey(LiveRoom, models.CASCADE, related_name="questions")
    answer = models.TextField(_("回答"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: Kept equal to the number of its ``QuestionVote`` rows.
    votes = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("提问")
        ordering = ["-votes", "pk"]
        indexes = [models.Index(fields=["room", "state"], name="question_queue")]


class QuestionVote(models.Model):
    """That one device wants to know it too. Deleted when the edition's personal data is due."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="vote_rows")
    #: Keyed hash of a random cookie.
    device = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "device"], name="question_vote_once")]

    def __str__(self) -> str:
        return f"#{self.question_id}"


class RoomReminder(Timestamped):
    """That somebody of the public wants a message before it begins. Deleted when personal data is due."""

    room = models.ForeignKey(LiveRoom, models.CASCADE, related_name="reminders")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="room_reminders")
    #: For which hour it was sent; another hour means another message.
    sent_for = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "participant"], name="room_reminder_once")]

    def __str__(self) -> str:
        return f"#{self.room_id}"
