"""Leads that organisations offer, and the journalists who take them (D3)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from skillweek.activities.models import Activity, Session
from skillweek.core.clock import now
from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.links import new_nonce
from skillweek.organisations.models import Organisation
from skillweek.uploads.models import StoredFile


class Journalist(Timestamped):
    """Somebody who asked to be accredited in one edition. Erased when the edition's visitors are."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("待确认邮箱")
        APPLIED = "applied", _("待核验")
        ACCREDITED = "accredited", _("已核验")
        REFUSED = "refused", _("未通过")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="journalists")
    #: None until the address is confirmed, and after erasure.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="journalists"
    )
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    outlet = models.CharField(_("所在媒体"), max_length=120)
    phone = models.CharField(_("手机号码"), max_length=20, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    card_number = models.CharField(_("记者证号"), max_length=40, blank=True)
    #: A picture of the press card, or the outlet's letter. Belongs to the host, who reads it.
    card = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="press_cards")
    language = models.CharField(max_length=10, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.UNCONFIRMED)
    remark = models.CharField(_("说明"), max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    nonce = models.CharField(max_length=64, blank=True, default=new_nonce)
    #: What the link in the mail is found by; empty once it was used.
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    link_until = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("记者")
        constraints = [
            models.UniqueConstraint(fields=["edition", "email"], condition=~Q(email=""), name="journalist_address"),
            models.UniqueConstraint(fields=["edition", "user"], name="journalist_account"),
        ]

    def __str__(self) -> str:
        # For the audit trail, which is never erased: no name.
        return f"{self.outlet} #{self.pk}"

    @property
    def label(self) -> str:
        """Name and outlet, for people."""
        return f"{self.name or '—'}（{self.outlet}）"

    @property
    def is_accredited(self) -> bool:
        """Whether they see contacts and may ask, claim, visit and hand in."""
        return self.state == self.State.ACCREDITED


class Lead(Timestamped):
    """Something worth reporting, offered by an organisation (宣传线索). Changed only by the verbs in ``domain``."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        OFFERED = "offered", _("已发布")
        TAKEN_DOWN = "down", _("已撤下")
        CLOSED = "closed", _("已结束")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="leads")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="leads")
    title = models.CharField(_("标题"), max_length=120)
    what = models.TextField(_("看点"), max_length=4000)
    day = models.DateField(_("日期"), null=True, blank=True)
    hours = models.CharField(_("时间"), max_length=60, blank=True)
    place = models.CharField(_("地点"), max_length=200, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    #: Code of one of the edition's focus topics (宣传重点).
    topic = models.CharField(_("宣传重点"), max_length=60, blank=True)
    #: Nothing about it may be published before.
    embargo_until = models.DateTimeField(_("解禁时间"), null=True, blank=True)
    activity = models.ForeignKey(Activity, models.SET_NULL, null=True, blank=True, related_name="leads")
    session = models.ForeignKey(Session, models.SET_NULL, null=True, blank=True, related_name="leads")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    #: Why it was taken down.
    reason = models.CharField(max_length=500, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("宣传线索")
        ordering = ["-offered_at", "-pk"]
        indexes = [models.Index(fields=["edition", "state", "day"], name="lead_list")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_embargoed(self) -> bool:
        """Whether nothing may be published yet."""
        until: datetime | None = self.embargo_until
        return until is not None and until > now()


class Question(Timestamped):
    """What a journalist asks about a lead, and the answer."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="questions")
    journalist = models.ForeignKey(Journalist, models.PROTECT, related_name="questions")
    text = models.TextField(_("问题"), max_length=1000)
    answer = models.TextField(_("回答"), max_length=2000, blank=True)
    #: Every accredited journalist reads it, not only who asked.
    is_shared = models.BooleanField(_("所有记者可见"), default=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:40]


class Claim(Timestamped):
    """A journalist means to report on it (我来报道). Several may."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="claims")
    journalist = models.ForeignKey(Journalist, models.PROTECT, related_name="claims")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["lead", "journalist"], name="claim_once")]

    def __str__(self) -> str:
        return f"{self.journalist} · {self.lead}"


class Visit(Timestamped):
    """A journalist asks to come."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待答复")
        ACCEPTED = "accepted", _("同意")
        DECLINED = "declined", _("婉拒")
        CANCELLED = "cancelled", _("已取消")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="visits")
    journalist = models.ForeignKey(Journalist, models.PROTECT, related_name="visits")
    at = models.DateTimeField(_("到访时间"))
    people = models.PositiveSmallIntegerField(_("人数"), default=1)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    #: What the organisation says to it.
    words = models.CharField(_("答复"), max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.journalist} · {self.lead}"
