"""A call for entries: a contest, a collection or a relay (E1, E7, E11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skillweek.core.clock import now
from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


class CallQuerySet(models.QuerySet["Call"]):
    """Filters that pages and figures share."""

    def public(self) -> CallQuerySet:
        """What strangers may see."""
        return self.filter(state__in=Call.PUBLIC).exclude(edition__state=Edition.State.DRAFT)


class Call(Timestamped):
    """What people are asked to send in. Changed only by the verbs in ``domain``; public once the line above agreed."""

    class Face(models.TextChoices):
        CONTEST = "contest", _("美拍")
        COLLECTION = "collection", _("征集展示")
        RELAY = "relay", _("技能接力")

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审核")
        RETURNED = "returned", _("已退回")
        PUBLISHED = "published", _("已公开")
        CLOSED = "closed", _("已结束")
        TAKEN_DOWN = "down", _("已下架")

    class OpenTo(models.TextChoices):
        ALL = "all", _("市民和学校都可以")
        PUBLIC = "public", _("只收市民个人的作品")
        SCHOOLS = "schools", _("只收学校报送的作品")

    #: What its organisation may still change freely.
    WRITABLE = (State.DRAFT, State.RETURNED)
    PUBLIC = (State.PUBLISHED, State.CLOSED)

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="calls")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="calls")
    face = models.CharField(_("形式"), max_length=10, choices=Face)
    title = models.CharField(_("活动名称"), max_length=80)
    theme = models.CharField(_("主题"), max_length=120, blank=True)
    text = models.TextField(_("活动说明"), max_length=6000, blank=True)
    enter_from = models.DateTimeField(_("投稿开始"))
    enter_until = models.DateTimeField(_("投稿截止"))
    show_from = models.DateTimeField(_("开始展示"), null=True, blank=True)
    vote_from = models.DateTimeField(_("投票开始"), null=True, blank=True)
    vote_until = models.DateTimeField(_("投票截止"), null=True, blank=True)
    #: Names of the groups, in order; empty for none.
    groups: Any = models.JSONField(_("组别"), default=list, blank=True)
    open_to = models.CharField(_("谁可以投稿"), max_length=8, choices=OpenTo, default=OpenTo.ALL)
    per_person = models.PositiveSmallIntegerField(
        _("每人最多几件"), default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )

    photos_min = models.PositiveSmallIntegerField(_("照片最少几张"), default=0, validators=[MaxValueValidator(20)])
    photos_max = models.PositiveSmallIntegerField(_("照片最多几张"), default=9, validators=[MaxValueValidator(20)])
    photo_side = models.PositiveIntegerField(
        _("照片长边至少几像素"), default=1000, validators=[MaxValueValidator(8000)]
    )
    photo_mb = models.PositiveSmallIntegerField(
        _("每张照片最大几 MB"), default=30, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    takes_video = models.BooleanField(_("可以交短视频"), default=True)
    video_seconds = models.PositiveSmallIntegerField(
        _("视频最长几秒"), default=180, validators=[MinValueValidator(5), MaxValueValidator(3600)]
    )
    video_mb = models.PositiveSmallIntegerField(
        _("视频最大几 MB"), default=200, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    takes_audio = models.BooleanField(_("可以交音频"), default=False)
    audio_seconds = models.PositiveSmallIntegerField(
        _("音频最长几秒"), default=600, validators=[MinValueValidator(5), MaxValueValidator(7200)]
    )
    takes_text = models.BooleanField(_("可以只交文字"), default=False)
    text_max = models.PositiveIntegerField(
        _("文字最多几字"), default=500, validators=[MinValueValidator(20), MaxValueValidator(20_000)]
    )

    terms = models.TextField(_("投稿须知"), max_length=4000, blank=True)
    needs_portrait = models.BooleanField(_("要求确认肖像授权"), default=True)
    takes_minors = models.BooleanField(_("未成年人可以投稿（需监护人同意）"), default=True)
    keeps_shown = models.BooleanField(_("活动周结束后继续展示作品和署名"), default=True)

    #: How much the jury and the public's votes weigh in the joint ranking; they need not come to 100.
    jury_weight = models.PositiveSmallIntegerField(_("评委权重"), default=60, validators=[MaxValueValidator(100)])
    vote_weight = models.PositiveSmallIntegerField(_("投票权重"), default=40, validators=[MaxValueValidator(100)])
    announced_at = models.DateTimeField(null=True, blank=True)
    announcement = models.TextField(_("获奖说明"), max_length=4000, blank=True)

    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    #: What the line above wrote when it returned it or took it down.
    note = models.CharField(_("审核意见"), max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    #: Since when its organisation takes no more entries; kept while it is taken down.
    closed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("征集活动")
        ordering = ["-enter_from", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(enter_until__gt=F("enter_from")), name="call_ends_after_beginning"),
            models.CheckConstraint(condition=Q(photos_max__gte=F("photos_min")), name="call_photos_in_order"),
        ]
        indexes = [models.Index(fields=["edition", "state", "enter_from"], name="call_list")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("contests_public:call", args=[self.pk])

    @property
    def is_writable(self) -> bool:
        """Whether its organisation may change everything."""
        return self.state in self.WRITABLE

    @property
    def is_public(self) -> bool:
        """Whether strangers see it."""
        return self.state in self.PUBLIC

    @property
    def is_relay(self) -> bool:
        """Whether entries name the next."""
        return self.face == self.Face.RELAY

    @property
    def phase(self) -> str:
        """For the public: ``soon``, ``open`` or ``over``."""
        moment = now()
        if self.state == self.State.CLOSED or moment >= self.enter_until:
            return "over"
        return "soon" if moment < self.enter_from else "open"

    @property
    def takes_entries(self) -> bool:
        """Whether somebody may enter now."""
        return self.state == self.State.PUBLISHED and self.phase == "open"

    @property
    def is_showing(self) -> bool:
        """Whether approved entries are public now."""
        return self.is_public and (self.show_from is None or self.show_from <= now())

    @property
    def shows_from(self) -> datetime | None:
        """When the gallery opens, while it has not."""
        return None if self.show_from is None or self.show_from <= now() else self.show_from
