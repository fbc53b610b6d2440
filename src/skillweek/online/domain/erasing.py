"""Taking the public's personal data out when it is due (B11)."""

from __future__ import annotations

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.online.models import GuestEntry, Question, QuestionVote, RoomReminder, Said


def erase(edition: Edition) -> int:
    """Take names, unread and hidden words, guestbook lines and devices out of the edition; return how many rows.

    Questions that everybody read stay with their answers, without a name. Safe to repeat.
    """
    questions = Question.objects.filter(room__edition=edition, erased_at=None)
    count = questions.exclude(state=Said.State.SHOWN).update(nickname="", text="", answer="", erased_at=now())
    count += questions.filter(state=Said.State.SHOWN).update(nickname="", erased_at=now())
    count += GuestEntry.objects.filter(hall__edition=edition, erased_at=None).update(
        nickname="", text="", erased_at=now()
    )
    devices, _more = QuestionVote.objects.filter(question__room__edition=edition).delete()
    reminders, _more = RoomReminder.objects.filter(room__edition=edition).delete()
    return count + devices + reminders
