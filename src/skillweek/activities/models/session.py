"""Sessions (场次) of an activity, patterns of slots, and changes that people are told (A3, B8, B10)."""

from __future__ import annotations

import uuid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from skillweek.activities.models.activity import Activity
from skillweek.core.models import Timestamped
from skillweek.notices.models import Notice


class SessionSeries(Timestamped):
    """A pattern from which many short sessions are made: service slots at a community or village (B10)."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="series")
    #: ``{"days": ["2023-05-14", …], "from": "09:00", "to": "11:30", "minutes": 20, "pause": 0, "capacity": 2,
    #: "lunch": ["12:00", "14:00"] or null}`` in the edition's zone.
    pattern = models.JSONField()

    def __str__(self) -> str:
        return f"{self.activity} #{self.pk}"


class Session(Timestamped):
    """One time and place of an activity. Times are aware; either may still be "to be announced" (B2)."""

    class State(models.TextChoices):
        PLANNED = "planned", _("照常举行")
        POSTPONED = "postponed", _("延期，时间另行通知")
        CANCELLED = "cancelled", _("已取消")

    class Booking(models.TextChoices):
        NONE = "none", _("无需预约，直接参加")
        OPEN = "open", _("需要预约")
        GROUPS = "groups", _("只接受团体预约")

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="sessions")
    series = models.ForeignKey(SessionSeries, models.SET_NULL, null=True, blank=True, related_name="sessions")
    #: Stable name for calendars (iCal UID) and QR codes.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    label = models.CharField(_("场次名称"), max_length=60, blank=True)
    #: Null: to be announced (另行通知).
    starts_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    ends_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    #: The calendar day in the edition's zone, kept with ``starts_at`` for queries by day; null with it.
    day = models.DateField(null=True, blank=True, editable=False)
    is_online = models.BooleanField(_("线上"), default=False)
    online_url = models.URLField(_("线上链接"), max_length=500, blank=True)
    #: Empty: to be announced.
    place = models.CharField(_("地点名称"), max_length=120, blank=True)
    address = models.CharField(_("详细地址"), max_length=200, blank=True)
    #: The room or hall, for the warning about two at once.
    room = models.CharField(_("教室或场地"), max_length=60, blank=True)
    #: Code of the edition's district.
    district = models.CharField(_("所在区"), max_length=60, blank=True)
    #: WGS-84 degrees.
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    longitude = models.FloatField(_("经度"), null=True, blank=True)

    booking = models.CharField(_("预约方式"), max_length=8, choices=Booking, default=Booking.NONE)
    #: Places to book; null is without limit.
    capacity = models.PositiveIntegerField(_("名额"), null=True, blank=True)
    booking_opens_at = models.DateTimeField(_("预约开始"), null=True, blank=True)
    #: Null: until the session starts.
    booking_closes_at = models.DateTimeField(_("预约截止"), null=True, blank=True)
    #: People in one booking; null: the edition's limit.
    max_party = models.PositiveSmallIntegerField(_("每次预约最多人数"), null=True, blank=True)
    allows_groups = models.BooleanField(_("接受团体预约"), default=False)
    has_waiting_list = models.BooleanField(_("满额后可候补"), default=True)

    class Meta:
        verbose_name = _("场次")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="session_ends_after_it_starts",
            )
        ]
        indexes = [
            models.Index(fields=["day", "activity"], name="session_day"),
            models.Index(fields=["starts_at"], name="session_start"),
            models.Index(fields=["district", "day"], name="session_district"),
        ]

    def __str__(self) -> str:
        return f"{self.activity} · {self.label or self.starts_at or _('时间待定')}"

    @property
    def is_time_open(self) -> bool:
        """Whether the time is still to be announced."""
        return self.starts_at is None

    @property
    def is_place_open(self) -> bool:
        """Whether the place is still to be announced."""
        return not self.is_online and not self.place

    def set_day(self) -> None:
        """Bring ``day`` in line with ``starts_at``; called by the verbs before saving."""
        zone = ZoneInfo(self.activity.edition.zone)
        self.day = self.starts_at.astimezone(zone).date() if self.starts_at else None


class SessionChange(models.Model):
    """What was changed about a session after it was public: the old and the new value stay visible (A3)."""

    class Kind(models.TextChoices):
        #: Settled what was "to be announced", by a supplement (另行通知).
        SETTLED = "settled", _("另行通知")
        MOVED = "moved", _("时间地点调整")
        POSTPONED = "postponed", _("延期")
        CANCELLED = "cancelled", _("取消")
        #: Takes place after all.
        RESTORED = "restored", _("恢复举行")

    session = models.ForeignKey(Session, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    #: The supplement that ordered it, if one did.
    notice = models.ForeignKey(Notice, models.SET_NULL, null=True, blank=True, related_name="session_changes")
    #: ``{"starts_at": iso or null, "ends_at": …, "place": …, "address": …, "is_online": …}`` before and after.
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.session_id} {self.kind}"
