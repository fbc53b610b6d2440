"""What the public writes and nobody shows unread: questions in live rooms, guestbooks of halls."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped


class Said(Timestamped):
    """A few words of somebody without an account. Shown only once a person has let them through."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待审核")
        SHOWN = "shown", _("已显示")
        HIDDEN = "hidden", _("不显示")

    #: As typed, empty once erased or for who gave none.
    nickname = models.CharField(_("称呼"), max_length=20, blank=True)
    text = models.CharField(_("内容"), max_length=500)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    #: Made by the browser before sending: the same form sent twice is one.
    client_id = models.UUIDField(default=uuid.uuid4, unique=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        # For the audit trail, which is never erased: none of their words.
        return f"{self._meta.verbose_name} #{self.pk}"
