"""A panel with what it judges by, who judges and what is judged (E1, E10)."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from skillweek.bookings.tokens import fresh_nonce
from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.participation.handed import Contestant


class Panel(Timestamped):
    """A jury of an organisation. Changed only by the verbs in ``domain``; nothing of it is public."""

    class State(models.TextChoices):
        DRAFT = "draft", _("准备中")
        OPEN = "open", _("评审中")
        CLOSED = "closed", _("已结束")

    class Method(models.TextChoices):
        ZSCORE = "zscore", _("标准分（消除评委松紧）")
        RANK = "rank", _("名次分（只看每位评委的先后）")
        MEAN = "mean", _("平均分（不调整）")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="panels")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="panels")
    title = models.CharField(_("标题"), max_length=120)
    instructions = models.TextField(_("给评委的说明"), max_length=4000, blank=True)
    due_at = models.DateTimeField(_("评分截止"))
    is_blind = models.BooleanField(_("盲评：不显示作者和单位"), default=True)
    method = models.CharField(_("计分办法"), max_length=8, choices=Method, default=Method.ZSCORE)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.DRAFT)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: Made by a room above (a contest), which names it; empty for one made by hand.
    source_key = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("评审")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "source_key"], condition=~Q(source_key=""), name="panel_source_once"
            )
        ]
        indexes = [models.Index(fields=["edition", "state", "due_at"], name="panel_list")]

    def __str__(self) -> str:
        return self.title


class Criterion(models.Model):
    """One thing that is scored, from 0 to ``maximum``; ``weight`` is its share against the others."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("评分项"), max_length=40)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    maximum = models.PositiveSmallIntegerField(
        _("满分"), default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    weight = models.PositiveSmallIntegerField(
        _("权重"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "name"], name="criterion_once"),
            models.CheckConstraint(condition=Q(maximum__gte=1) & Q(weight__gte=1), name="criterion_counts"),
        ]

    def __str__(self) -> str:
        return self.name


class Juror(Timestamped):
    """Somebody who judges: a person with an account, or one who was sent a personal link."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="jurors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="juries")
    name = models.CharField(_("姓名"), max_length=60)
    email = models.EmailField(_("邮箱"), blank=True)
    unit = models.CharField(_("所在单位"), max_length=120, blank=True)
    #: The unit where it is one of this site: its works are not for this juror.
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="+")
    #: What the personal link is derived from; a new one makes old links useless.
    nonce = models.CharField(max_length=64, blank=True, default=fresh_nonce)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    first_seen_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("评委")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "user"], name="juror_account_once"),
            models.UniqueConstraint(fields=["panel", "email"], condition=~Q(email=""), name="juror_address_once"),
        ]

    def __str__(self) -> str:
        # For the audit trail, which is never erased: no name.
        return f"{self.panel_id} #{self.pk}"


class Work(Contestant):
    """What is judged."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="works")
    #: Author and unit; hidden from jurors while the panel is blind.
    credit = models.CharField(_("作者和单位"), max_length=120, blank=True)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="+")
    #: Set when the panel is closed.
    final_score = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    final_rank = models.PositiveIntegerField(null=True, blank=True)
    final_mean = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    final_jurors = models.PositiveIntegerField(default=0)
    final_expected = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("作品")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "number"], name="work_number_once"),
            models.UniqueConstraint(
                fields=["panel", "source_key"], condition=~Q(source_key=""), name="work_source_once"
            ),
        ]

    @property
    def audit_label(self) -> str:
        """For the audit trail, which is kept for ever: works are named by their number."""
        return f"{self.panel_id} #{self.number}"
