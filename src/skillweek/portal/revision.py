"""How new the public pages are: a number in the database that every process reads and every public change raises.

It is raised *after* the change is committed, in a statement of its own: no writer waits for another, and a page made
under the new number can only show the new state. A process that dies between the two leaves kept pages old for at most
``PUBLIC_CACHE_SECONDS``.

A process believes what it read for a fifth of a second, so that a rush of readers does not ask the database for each
page. A change that the process itself made shows with its next answer, unless another of its threads was just
reading the number; then it shows when that fifth of a second is over.
"""

from __future__ import annotations

import time
from typing import Any, Final

from django.apps import apps
from django.db import connection, transaction
from django.db.models import F, Model
from django.db.models.signals import post_delete, post_save

from skillweek.core.models import AuditEvent
from skillweek.portal.models import ContentRevision

_ROW: Final = 1
#: What public pages show. Changes by ``.update()`` come in by the audit event that each verb writes.
_SHOWN: Final = (
    "activities.Activity",
    "activities.ActivityTag",
    "activities.Partner",
    "activities.Session",
    "careers.Opening",
    "content.Asset",
    "content.Page",
    "content.Rendition",
    "contests.AwardGiven",
    "contests.Call",
    "contests.Entry",
    "editions.Edition",
    "interviews.Episode",
    "interviews.Series",
    "interviews.Sound",
    "notices.Notice",
    "online.Hall",
    "online.LiveRoom",
    "online.Tour",
    "organisations.Organisation",
    "partnerships.Enterprise",
    "partnerships.Meeting",
    "partnerships.Need",
    "policies.Policy",
    "press.VisitOffer",
    "publicity.Story",
    "quiz.Quiz",
    "statistics.OpenData",
    "voting.Ballot",
    "voting.Candidate",
)
_SHOWN_TYPES: Final = frozenset(name.lower() for name in _SHOWN)
#: Drafts are nobody's business: only what is (or was, by its audit event) public raises the number.
_HIDDEN_STATES: Final = frozenset({"draft", "submitted", "returned", "scheduled"})


#: How long a number that was read is believed, in seconds.
BELIEVED: Final = 0.2
#: The number and until when it is believed, by the monotonic clock; swapped whole, so that threads need no lock.
_known: tuple[int, float] | None = None


def recent() -> int:
    """The number as it was at most ``BELIEVED`` seconds ago."""
    global _known
    known = _known
    if known is None or time.monotonic() >= known[1]:
        until = time.monotonic() + BELIEVED
        known = _known = (current(), until)
    return known[0]


def forget() -> None:
    """Read the number from the database the next time."""
    global _known
    _known = None


def current() -> int:
    """The number as the database has it now; 0 before the first change. One indexed read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM portal_contentrevision WHERE id = %s", [_ROW])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def raise_after_commit() -> None:
    """Raise the number once the running transaction is committed; many changes in one transaction raise it once."""
    waiting = connection.run_on_commit
    if connection.in_atomic_block and waiting and any(entry[1] is _raise for entry in reversed(waiting)):
        return
    transaction.on_commit(_raise)


def _raise() -> None:
    if not ContentRevision.objects.filter(pk=_ROW).update(number=F("number") + 1):
        ContentRevision.objects.get_or_create(pk=_ROW, defaults={"number": 1})
    forget()


def _row_changed(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    if getattr(instance, "state", "") not in _HIDDEN_STATES:
        raise_after_commit()


def _decided(sender: type[Model], instance: AuditEvent, **kwargs: Any) -> None:
    if instance.object_type in _SHOWN_TYPES:
        raise_after_commit()


def listen() -> None:
    """Hear of every change to what is public; called once when Django is ready."""
    for model in apps.get_models():
        if model._meta.label_lower in _SHOWN_TYPES:
            for signal in (post_save, post_delete):
                signal.connect(_row_changed, sender=model, dispatch_uid=f"portal.{model._meta.label_lower}")
    post_save.connect(_decided, sender=AuditEvent, dispatch_uid="portal.audit")
