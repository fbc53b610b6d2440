"""Visits to schools (媒体探校): what a school offers, who asks to come, the itinerary (E9)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.participation.models import Participant
from skillweek.press.models.leads import Journalist


class VisitOffer(Timestamped):
    """That an organisation welcomes journalists and creators, and what they should know before they ask."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="visit_offers")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="visit_offers")
    is_open = models.BooleanField(_("接受探校申请"), default=True)
    what = models.TextField(_("看点"), max_length=2000, help_text=_("有什么可看、可拍、可采访的人。"))
    rules = models.TextField(_("进校须知"), max_length=2000, blank=True)
    max_people = models.PositiveSmallIntegerField(
        _("每次最多人数"), default=10, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    days_before = models.PositiveSmallIntegerField(_("至少提前几天申请"), default=1, validators=[MaxValueValidator(60)])
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("探校安排")
        constraints = [models.UniqueConstraint(fields=["edition", "organisation"], name="visit_offer_once")]

    def __str__(self) -> str:
        return f"{self.organisation}"


class SchoolVisit(Timestamped):
    """One application to visit: by an accredited journalist, or by a creator whose contact was proved.

    Changed only by the verbs in ``domain``. Personal data goes with the edition's erasure.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待答复")
        PROPOSED = "proposed", _("学校建议改时间")
        APPROVED = "approved", _("已同意")
        REFUSED = "refused", _("不能接待")
        CANCELLED = "cancelled", _("已取消")

    class Platform(models.TextChoices):
        CHANNELS = "channels", _("视频号")
        ACCOUNT = "account", _("公众号")
        DOUYIN = "douyin", _("抖音")
        KUAISHOU = "kuaishou", _("快手")
        RED = "red", _("小红书")
        BILIBILI = "bilibili", _("哔哩哔哩")
        WEIBO = "weibo", _("微博")
        OTHER = "other", _("其他平台")

    #: States in which it may still come about.
    LIVE = (State.WAITING, State.PROPOSED, State.APPROVED)

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="school_visits")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="school_visits")
    journalist = models.ForeignKey(
        Journalist, models.PROTECT, null=True, blank=True, related_name="school_visits"
    )  # fmt: skip
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="school_visits"
    )  # fmt: skip
    #: Made before sending: the same application sent twice is one.
    client_id = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(_("联系人"), max_length=60, blank=True)
    phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    platform = models.CharField(_("平台"), max_length=10, choices=Platform, blank=True)
    handle = models.CharField(_("账号名称"), max_length=80, blank=True)
    account_url = models.URLField(_("账号主页"), max_length=300, blank=True)
    followers = models.PositiveIntegerField(_("粉丝数"), null=True, blank=True)

    starts_at = models.DateTimeField(_("到校时间"))
    ends_at = models.DateTimeField(_("离校时间"))
    people = models.PositiveSmallIntegerField(_("人数"), default=1, validators=[MinValueValidator(1)])
    crew = models.CharField(_("同行人员"), max_length=300, blank=True)
    wishes = models.TextField(_("想看什么、采访谁"), max_length=1000, blank=True)
    equipment = models.CharField(_("设备"), max_length=300, blank=True)

    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    proposed_starts_at = models.DateTimeField(null=True, blank=True)
    proposed_ends_at = models.DateTimeField(null=True, blank=True)
    #: What the school writes with its answer.
    words = models.CharField(_("学校的答复"), max_length=500, blank=True)
    #: What everybody should know on the day: gate, parking, clothes.
    guide = models.TextField(_("到校提示"), max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True)
    #: Grows with every change; whoever answers names the one they read.
    version = models.PositiveIntegerField(default=1)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("探校申请")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(journalist__isnull=True) ^ Q(participant__isnull=True), name="school_visit_by_one"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="school_visit_ends_later"),
        ]
        indexes = [models.Index(fields=["edition", "organisation", "state"], name="school_visit_list")]

    def __str__(self) -> str:
        # For the audit trail, which is never erased: no name.
        return f"{self.organisation} #{self.pk}"

    @property
    def is_creator(self) -> bool:
        """Whether a creator (达人) asks, not a journalist."""
        return self.participant_id is not None

    @property
    def label(self) -> str:
        """Who comes, for people."""
        if self.journalist is not None:
            return self.journalist.label
        where = f"{self.get_platform_display()} {self.handle}".strip()
        return f"{self.name or '—'}（{where}）" if where else self.name or "—"


class VisitStop(models.Model):
    """One stop of a visit's itinerary."""

    visit = models.ForeignKey(SchoolVisit, models.CASCADE, related_name="stops")
    at = models.DateTimeField(_("时间"))
    place = models.CharField(_("地点"), max_length=120)
    person = models.CharField(_("接待人"), max_length=120, blank=True)
    what = models.CharField(_("内容"), max_length=200, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.place}"
