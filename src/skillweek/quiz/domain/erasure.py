"""Taking names and traces of devices out of this room's tables when the edition's day has come (A9)."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat

from skillweek.editions.models import Edition
from skillweek.quiz.models import Attempt, LivePlayer

#: Stands before a player's number where the nickname was.
ERASED: Final = "#"


@transaction.atomic
def erase_edition(edition: Edition) -> int:
    """Forget nicknames, device and network keys; results stay without them. Returns how many rows; safe to repeat."""
    known = ~Q(nickname="") | ~Q(device_key="") | ~Q(network_key="")
    attempts = Attempt.objects.filter(known, quiz__edition=edition)
    changed = attempts.update(nickname="", device_key="", network_key="")
    number = Concat(Value(ERASED), Cast(F("pk"), CharField()))
    players = LivePlayer.objects.filter(game__edition=edition).exclude(nickname=number)
    return changed + players.update(nickname=number)
