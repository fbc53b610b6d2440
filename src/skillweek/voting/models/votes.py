"""Votes as rows, the sheets they came on, and those held back (E10, ADR 0195)."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.participation.models import Participant
from skillweek.voting.models.ballots import Ballot, Candidate


class VoteSheet(models.Model):
    """What one person sent at once. Never changed; the keys of network and device go with the erasure."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="sheets")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="+")
    #: Made before sending: the same sheet sent twice is one.
    client_id = models.UUIDField(default=uuid.uuid4, unique=True)
    #: With it the voter finds the sheet in the audit file.
    receipt = models.CharField(max_length=20, unique=True)
    network_key = models.CharField(max_length=64, blank=True)
    device_key = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["ballot", "sent_at"], name="sheet_time")]

    def __str__(self) -> str:
        return f"{self.ballot_id} {self.sent_at:%Y-%m-%d %H:%M}"


class Hold(Timestamped):
    """Votes that look stuffed, with the evidence; a person of the organisation decides. Nothing is ever deleted."""

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        CONFIRMED = "confirmed", _("确认不计")
        RELEASED = "released", _("恢复计票")

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="holds")
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="holds")
    #: What it was found by (``device:…``), so that later votes of the same kind join it.
    key = models.CharField(max_length=120)
    #: Codes of the signals, the strongest first; ``hand`` for one made by a person.
    signals: Any = models.JSONField(default=list)
    #: Numbers only: persons, votes, minutes, shares. No contact, no key.
    evidence: Any = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    #: How many votes it held when it was decided.
    votes_decided = models.PositiveIntegerField(default=0)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("可疑票")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "key"], condition=Q(state="open"), name="hold_open_once")
        ]

    def __str__(self) -> str:
        return f"{self.ballot_id} #{self.pk}"


class Vote(models.Model):
    """One vote. Totals are counts of these rows, so that none is lost or double whatever process dies (ADR 0195).

    ``slot`` and ``day_slot`` number the person's votes in the ballot and on one day; they are unique, so that two
    processes at once never give a person more votes than the rules.
    """

    class State(models.TextChoices):
        COUNTED = "counted", _("计票")
        HELD = "held", _("暂不计")
        REFUSED = "refused", _("不计")
        #: The candidate was withdrawn; the voter has the vote back.
        VOID = "void", _("候选已退出")

    sheet = models.ForeignKey(VoteSheet, models.PROTECT, related_name="votes")
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="+")
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="votes")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="+")
    #: The day in the edition's zone, and the numbers on it.
    day = models.DateField()
    slot = models.PositiveSmallIntegerField()
    day_slot = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.COUNTED)
    hold = models.ForeignKey(Hold, models.PROTECT, null=True, blank=True, related_name="votes")
    #: A person looked at it and let it count: not held again by the same means.
    is_cleared = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidate", "participant"], name="vote_candidate_once"),
            models.UniqueConstraint(
                fields=["ballot", "participant", "slot"], condition=~Q(state="void"), name="vote_slot_once"
            ),
            models.UniqueConstraint(
                fields=["ballot", "participant", "day", "day_slot"], condition=~Q(state="void"), name="vote_day_once"
            ),
        ]
        indexes = [models.Index(fields=["ballot", "state", "candidate"], name="vote_totals")]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.state}"
