"""Meetings of enterprises with schools or students: slots, tables, who comes, whom they wish for, who meets when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.participation.models import Participant
from skillweek.partnerships.models.enterprises import Enterprise


class Meeting(Timestamped):
    """A meeting that a bureau or school holds (对接会、沙龙、面对面). Changed only by the verbs in ``domain``."""

    class Guests(models.TextChoices):
        SCHOOLS = "schools", _("学校")
        PEOPLE = "people", _("学生和市民")

    class Mode(models.TextChoices):
        WISHES = "wishes", _("先填志愿，再统一排日程")
        DIRECT = "direct", _("直接选时段，先到先得")

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        OPEN = "open", _("报名中")
        PUBLISHED = "published", _("日程已公布")
        CANCELLED = "cancelled", _("已取消")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="partner_meetings")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="partner_meetings")
    title = models.CharField(_("名称"), max_length=120)
    about = models.TextField(_("说明"), max_length=4000, blank=True)
    guests = models.CharField(_("企业与谁见面"), max_length=8, choices=Guests, default=Guests.SCHOOLS)
    mode = models.CharField(_("怎么安排"), max_length=8, choices=Mode, default=Mode.WISHES)
    day = models.DateField(_("日期"))
    place = models.CharField(_("地点"), max_length=200)
    apply_until = models.DateTimeField(_("报名和填志愿截止"))
    #: How many guests sit with one enterprise in one slot.
    seats = models.PositiveSmallIntegerField(_("每桌每段人数"), default=1)
    most_wishes = models.PositiveSmallIntegerField(_("最多选几个志愿"), default=5)
    #: How many talks one person books; the slots of a day limit schools.
    most_talks = models.PositiveSmallIntegerField(_("每人最多几场面谈"), default=3)
    asks_consent = models.BooleanField(_("未成年人须监护人同意"), default=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    reason = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("对接会")
        ordering = ["-day", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(seats__gte=1), name="meeting_seats")]
        indexes = [models.Index(fields=["edition", "state", "day"], name="meeting_list")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_direct(self) -> bool:
        """Whether guests choose their slots themselves."""
        return self.mode == self.Mode.DIRECT

    @property
    def is_public(self) -> bool:
        """Whether the public sees it."""
        return self.state != self.State.DRAFT


class Slot(models.Model):
    """A span of time in which every table holds one talk."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "starts_at"], name="slot_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_span"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M}"


class Table(models.Model):
    """Where one enterprise sits."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="tables")
    room = models.CharField(_("房间"), max_length=60)
    label = models.CharField(_("桌号"), max_length=20)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "room", "label"], name="table_once")]

    def __str__(self) -> str:
        return f"{self.room} {self.label}"


class Party(Timestamped):
    """Who comes: an enterprise, a school or a person. Exactly one of the three."""

    class State(models.TextChoices):
        APPLIED = "applied", _("待确认")
        ACCEPTED = "accepted", _("参加")
        DECLINED = "declined", _("未接受")
        WITHDRAWN = "withdrawn", _("已退出")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="parties")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, null=True, blank=True, related_name="parties")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="partner_parties"
    )
    participant = models.ForeignKey(Participant, models.CASCADE, null=True, blank=True, related_name="partner_parties")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.APPLIED)
    #: An enterprise's table for the whole day.
    table = models.OneToOneField(Table, models.SET_NULL, null=True, blank=True, related_name="party")
    #: Meets only whom it wished for itself.
    is_choosy = models.BooleanField(_("只见我选的"), default=False)
    #: A person's name, school and what the call asks of minors. Erased when due.
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    grade = models.CharField(_("学校和年级"), max_length=60, blank=True)
    is_minor = models.BooleanField(_("未满 18 周岁"), default=False)
    guardian_name = models.CharField(_("监护人姓名"), max_length=60, blank=True)
    has_consent = models.BooleanField(_("监护人同意"), default=False)
    #: What they would like to talk about.
    note = models.CharField(_("想谈什么"), max_length=500, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "enterprise"], name="party_enterprise"),
            models.UniqueConstraint(fields=["meeting", "organisation"], name="party_school"),
            models.UniqueConstraint(fields=["meeting", "participant"], name="party_person"),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False, organisation=None, participant=None)
                | Q(enterprise=None, organisation__isnull=False, participant=None)
                | Q(enterprise=None, organisation=None, participant__isnull=False),
                name="party_is_one",
            ),
        ]

    def __str__(self) -> str:
        # For the audit trail, which is never erased: a person's name is not in it.
        return str(self.enterprise or self.organisation or f"#{self.pk}")

    @property
    def label(self) -> str:
        """Who they are, for people."""
        return str(self.enterprise or self.organisation or self.name or "—")

    @property
    def is_enterprise(self) -> bool:
        """Whether it sits at a table and others come to it."""
        return self.enterprise_id is not None


class Wish(models.Model):
    """``party`` would like to meet ``other``; ``rank`` 1 is the dearest."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="wishes")
    other = models.ForeignKey(Party, models.CASCADE, related_name="wished_by")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["party", "other"], name="wish_once"),
            models.UniqueConstraint(fields=["party", "rank"], name="wish_rank"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} → {self.other_id}"


class Pairing(Timestamped):
    """An enterprise and a guest talk in one slot. The constraints hold what no verb may break: nobody sits in two
    places at once, no seat is given twice.
    """

    class Source(models.TextChoices):
        MATCHED = "matched", _("按志愿排")
        HAND = "hand", _("人工安排")
        BOOKED = "booked", _("自己预约")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="pairings")
    enterprise = models.ForeignKey(Party, models.CASCADE, related_name="talks_held")
    guest = models.ForeignKey(Party, models.CASCADE, related_name="talks")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="pairings")
    seat = models.PositiveSmallIntegerField(default=1)
    source = models.CharField(max_length=8, choices=Source, default=Source.MATCHED)
    #: Moved or kept by a person: computing again leaves it where it is.
    is_kept = models.BooleanField(default=False)
    came = models.BooleanField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["slot__starts_at", "enterprise", "seat"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "guest"], name="pairing_once"),
            models.UniqueConstraint(fields=["slot", "guest"], name="pairing_guest_once"),
            models.UniqueConstraint(fields=["slot", "enterprise", "seat"], name="pairing_seat_once"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.guest}"
