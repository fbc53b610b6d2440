"""A ballot and what people vote for (E10)."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from skillweek.core.clock import now
from skillweek.core.models import Timestamped
from skillweek.core.tables.kept import KeptTable
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.participation.handed import Contestant


def new_salt() -> str:
    """What voters' pseudonyms in the audit file are derived from; never shown."""
    return secrets.token_hex(32)


class Ballot(Timestamped):
    """A vote of the public (评选). Changed only by the verbs in ``domain``; shown after the line above agreed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审核")
        RETURNED = "returned", _("已退回")
        PUBLISHED = "published", _("已公开")
        CLOSED = "closed", _("投票已结束")
        ANNOUNCED = "announced", _("结果已公布")
        TAKEN_DOWN = "down", _("已下架")

    class Results(models.TextChoices):
        DURING = "during", _("投票期间就公开票数")
        AFTER = "after", _("公布结果时才公开票数")

    class Watch(models.TextChoices):
        LOW = "low", _("宽松")
        NORMAL = "normal", _("一般")
        HIGH = "high", _("严格")

    #: What its organisation may still change freely.
    WRITABLE = (State.DRAFT, State.RETURNED)
    #: What the public may see.
    PUBLIC = (State.PUBLISHED, State.CLOSED, State.ANNOUNCED)

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="ballots")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="ballots")
    title = models.CharField(_("标题"), max_length=120)
    teaser = models.CharField(_("一句话介绍"), max_length=200, blank=True)
    rules = models.TextField(_("评选规则"), max_length=6000, blank=True)
    opens_at = models.DateTimeField(_("投票开始"))
    closes_at = models.DateTimeField(_("投票截止"))
    #: Names of the groups, in order; empty for none.
    groups: Any = models.JSONField(_("组别"), default=list, blank=True)
    per_ballot = models.PositiveSmallIntegerField(
        _("每人共几票"), default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    #: 0: no limit for a day.
    per_day = models.PositiveSmallIntegerField(_("每人每天最多几票"), default=0, validators=[MaxValueValidator(100)])
    needs_phone = models.BooleanField(_("只接受手机号码验证的人投票"), default=False)
    is_shuffled = models.BooleanField(_("打乱候选的显示顺序"), default=True)
    results = models.CharField(_("票数何时公开"), max_length=8, choices=Results, default=Results.AFTER)
    watch = models.CharField(_("刷票检查"), max_length=8, choices=Watch, default=Watch.NORMAL)

    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    #: What the line above wrote when it returned it or took it down.
    note = models.CharField(_("审核意见"), max_length=500, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    #: What is said with the results (E10).
    announcement = models.TextField(_("结果说明"), max_length=4000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: Last link of the audit file's chain and how many lines it has; set when the results are announced.
    audit_head = models.CharField(max_length=64, blank=True)
    audit_lines = models.PositiveIntegerField(default=0)
    #: Once the results are out: how many voted, how many votes count and how many were refused.
    final_voters = models.PositiveIntegerField(default=0)
    final_votes = models.PositiveIntegerField(default=0)
    final_refused = models.PositiveIntegerField(default=0)
    salt = models.CharField(max_length=64, default=new_salt, editable=False)
    #: Made by a room above (a contest), which names it; empty for one made by hand.
    source_key = models.CharField(max_length=80, blank=True)
    #: While what it belongs to is taken down: the state in which that found it. Empty otherwise.
    state_before = models.CharField(max_length=10, choices=State, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("网络评选")
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="ballot_closes_after_opening"),
            models.CheckConstraint(condition=Q(per_ballot__gte=1), name="ballot_gives_a_vote"),
            models.UniqueConstraint(
                fields=["edition", "source_key"], condition=~Q(source_key=""), name="ballot_source_once"
            ),
        ]
        indexes = [models.Index(fields=["edition", "state", "opens_at"], name="ballot_list")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_writable(self) -> bool:
        """Whether its organisation may change text, rules and candidates."""
        return self.state in self.WRITABLE

    @property
    def is_public(self) -> bool:
        """Whether the public sees it."""
        return self.state in self.PUBLIC

    @property
    def waits_for_source(self) -> bool:
        """Whether what it belongs to is taken down: it cannot become public before that is back."""
        return self.state_before != ""

    @property
    def is_final(self) -> bool:
        """Whether its results were announced, also while it is taken down: nothing that counts changes any more."""
        return self.announced_at is not None

    @property
    def phase(self) -> str:
        """For the public: ``soon``, ``open``, ``counting`` (closed, results to come) or ``over``."""
        if self.state == self.State.ANNOUNCED:
            return "over"
        if self.state == self.State.CLOSED or now() >= self.closes_at:
            return "counting"
        return "soon" if now() < self.opens_at else "open"

    @property
    def is_voting(self) -> bool:
        """Whether a vote counts now."""
        return self.state == self.State.PUBLISHED and self.phase == "open"

    @property
    def shows_totals(self) -> bool:
        """Whether the public sees how many votes each has."""
        if self.state == self.State.ANNOUNCED:
            return True
        return self.results == self.Results.DURING and self.is_public and self.phase != "soon"


class Candidate(Contestant):
    """Who or what one votes for."""

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="candidates")
    credit = models.CharField(_("单位或作者"), max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="voting_candidates"
    )
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    award = models.CharField(_("奖项"), max_length=60, blank=True)
    #: Set when the results are announced.
    final_votes = models.PositiveIntegerField(null=True, blank=True)
    final_rank = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("候选")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "number"], name="candidate_number_once"),
            models.UniqueConstraint(
                fields=["ballot", "source_key"], condition=~Q(source_key=""), name="candidate_source_once"
            ),
        ]

    @property
    def certificate_key(self) -> str:
        """What the certificate of this candidate is issued for."""
        return f"voting:candidate:{self.pk}"

    @property
    def audit_label(self) -> str:
        """For the audit trail, which is kept for ever: people are named by their number."""
        return f"{self.ballot_id} #{self.number}"


class CandidateUpload(KeptTable):
    """An uploaded table of candidates."""

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="+")
