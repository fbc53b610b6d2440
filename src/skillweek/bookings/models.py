"""Registration (报名), waiting list, check-in (签到) and feedback (B8–B10)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from skillweek.activities.models import Session
from skillweek.core.models import Timestamped


class Seats(models.Model):
    """How many places of a session are taken. Every booking changes this row under its lock: never oversold."""

    session = models.OneToOneField(Session, models.CASCADE, primary_key=True, related_name="seats")
    #: Places of confirmed bookings and of places offered to the waiting list.
    taken = models.PositiveIntegerField(default=0)
    #: People on the waiting list.
    waiting = models.PositiveIntegerField(default=0)
    #: The last queue number given out (便民服务取号).
    last_number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.session_id}: {self.taken}"


class Booking(Timestamped):
    """A place or several for one person, family or class at one session. Personal data is erased when due."""

    class Kind(models.TextChoices):
        PERSON = "person", _("个人或家庭")
        GROUP = "group", _("团体（班级）")

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("预约成功")
        WAITING = "waiting", _("候补中")
        #: A place came free; kept until ``offer_expires_at``.
        OFFERED = "offered", _("有名额，待确认")
        CANCELLED = "cancelled", _("已取消")
        #: The offer was not taken up.
        EXPIRED = "expired", _("逾期未确认")

    #: States that hold places.
    HOLDING = (State.CONFIRMED, State.OFFERED)
    LIVE = (State.CONFIRMED, State.OFFERED, State.WAITING)

    session = models.ForeignKey(Session, models.PROTECT, related_name="bookings")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.PERSON)
    state = models.CharField(max_length=10, choices=State)
    #: Random seed of the personal link; the token is derived from it and the secret key and found by its hash.
    nonce = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    #: Made by the browser before sending: the same booking sent twice is one.
    client_id = models.UUIDField(default=uuid.uuid4, unique=True)
    #: Short code to say at the door, unique within the session.
    code = models.CharField(_("取票码"), max_length=8)
    number = models.PositiveIntegerField(_("排队号"), null=True, blank=True)

    name = models.CharField(_("姓名"), max_length=60, blank=True)
    phone = models.CharField(_("手机号码"), max_length=20, blank=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    #: Keyed hashes of phone and e-mail, for limits per person without reading them; gone with the erasure.
    phone_key = models.CharField(max_length=64, blank=True, db_index=True)
    email_key = models.CharField(max_length=64, blank=True, db_index=True)
    party_size = models.PositiveSmallIntegerField(_("人数"), default=1, validators=[MinValueValidator(1)])
    children = models.PositiveSmallIntegerField(_("其中未成年人"), default=0)
    guardian_name = models.CharField(_("监护人姓名"), max_length=60, blank=True)
    guardian_consent = models.BooleanField(_("监护人同意"), default=False)
    #: What they agreed to, word for word, and when: the evidence, until it is erased (E6).
    consent_text = models.TextField(_("监护人同意的内容"), blank=True)
    consent_at = models.DateTimeField(_("监护人同意的时间"), null=True, blank=True)
    #: What a class's preset asks more: ``{"grade": 1–12, "school": …, "class": …, "arrival": …}`` (E5, E6).
    details = models.JSONField(default=dict, blank=True)
    needs = models.CharField(_("特殊需要"), max_length=300, blank=True)
    group_name = models.CharField(_("学校和班级"), max_length=120, blank=True)
    language = models.CharField(max_length=10, blank=True)
    agreed_at = models.DateTimeField(_("同意个人信息说明"), null=True, blank=True)

    offer_expires_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    #: "self", "organiser", "session" (the session was cancelled) or "" while live.
    cancelled_by = models.CharField(max_length=10, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("预约")
        constraints = [
            models.CheckConstraint(condition=Q(children__lte=F("party_size")), name="booking_children_within_party"),
            models.UniqueConstraint(fields=["session", "code"], name="booking_code_once"),
        ]
        indexes = [
            # The order of the waiting list is the order of the rows, which are written under the seats' lock.
            models.Index(fields=["session", "state", "id"], name="booking_list"),
            models.Index(fields=["state", "offer_expires_at"], name="booking_offers"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.code}"


class UsedProof(models.Model):
    """A proof of work that a form was sent with; the unique row makes sure that it serves once (B8)."""

    challenge = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.challenge[:12]


class CheckIn(models.Model):
    """People who came through the door: with a booking, or walk-ins without one (B9). Sent by phones, also later."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="check_ins")
    booking = models.OneToOneField(Booking, models.SET_NULL, null=True, blank=True, related_name="check_in")
    #: Made by the phone at the door, so that what is sent twice counts once.
    client_id = models.UUIDField(unique=True)
    people = models.PositiveSmallIntegerField(default=1)
    #: Walk-ins by audience code of the edition, "" unknown.
    audience = models.CharField(max_length=60, blank=True)
    #: When it happened at the door, by the phone's clock as corrected by the server's.
    at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: Set when it was a mistake; the count ignores it.
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["session", "undone_at"], name="check_in_count")]

    def __str__(self) -> str:
        return f"{self.session_id} +{self.people}"


class Feedback(Timestamped):
    """What a visitor says afterwards, by the ticket's link, once (B6)."""

    booking = models.OneToOneField(Booking, models.CASCADE, null=True, blank=True, related_name="feedback")
    session = models.ForeignKey(Session, models.CASCADE, related_name="feedback")
    stars = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    #: Codes of what was gained (收获); words are the product's.
    gains = models.JSONField(default=list, blank=True)
    comment = models.CharField(_("一句话"), max_length=200, blank=True)
    #: The organiser's choice to show the comment on the portal.
    is_shown = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["session", "stars"], name="feedback_session")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.stars}★"
