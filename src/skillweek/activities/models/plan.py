"""An organisation's plan (方案) for its week (B3)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import HandedIn, Remark, Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


class ReviewState(models.TextChoices):
    """How far a plan or an activity is on its way through the line above."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待审核")
    RETURNED = "returned", _("已退回")
    APPROVED = "approved", _("已通过")


class Plan(Timestamped):
    """What one organisation means to do in the week. Changed only by the verbs in ``domain``."""

    State = ReviewState

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="plans")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="plans")
    state = models.CharField(_("状态"), max_length=10, choices=ReviewState, default=ReviewState.DRAFT)
    #: Grows with every saved change; a writer names the version they started from.
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(_("方案名称"), max_length=200, blank=True)
    goals = models.TextField(_("总体目标"), blank=True)
    #: 组织领导: who leads and who does what, one a line.
    leaders = models.TextField(_("组织领导"), blank=True)
    leader_name = models.CharField(_("总负责人"), max_length=60, blank=True)
    leader_phone = models.CharField(_("总负责人电话"), max_length=40, blank=True)
    #: Arrangements by day: ``{"2023-05-14": "…"}``.
    arrangements = models.JSONField(_("每日安排"), default=dict, blank=True)
    publicity = models.TextField(_("宣传安排"), blank=True)
    safety = models.TextField(_("安全保障"), blank=True)

    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_late = models.BooleanField(_("逾期"), default=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decision_note = models.TextField(_("审核意见"), blank=True)

    class Meta:
        verbose_name = _("方案")
        constraints = [models.UniqueConstraint(fields=["edition", "organisation"], name="one_plan_per_organisation")]
        indexes = [models.Index(fields=["edition", "state", "submitted_at"], name="plan_queue")]

    def __str__(self) -> str:
        return self.title or f"{self.organisation} · {self.edition}"

    @property
    def is_editable(self) -> bool:
        """Whether its organisation may still change it: drafts and returned ones."""
        return self.state in (ReviewState.DRAFT, ReviewState.RETURNED)


class PlanVersion(HandedIn):
    """The plan exactly as it was handed in, with its activities, each time."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="versions")

    class Meta(HandedIn.Meta):
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once")]

    def __str__(self) -> str:
        return f"{self.plan} v{self.number}"


class PlanComment(Remark):
    """A remark of the reviewer or of the organisation about the plan as a whole or one part of it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="comments")
    #: Name of the plan's field it is about; empty for the whole.
    part = models.CharField(max_length=30, blank=True)
