"""Enterprises that take part in one edition (E3, E4)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.links import new_nonce
from skillweek.organisations.models import Organisation


class Profile(models.Model):
    """What an enterprise says of itself and the public reads once a person verified it."""

    class Industry(models.TextChoices):
        AGRICULTURE = "agriculture", _("农林牧渔")
        MANUFACTURING = "manufacturing", _("制造")
        ENERGY = "energy", _("能源与环保")
        CONSTRUCTION = "construction", _("建筑与房地产")
        TRADE = "trade", _("批发零售与商务")
        TRANSPORT = "transport", _("交通运输与物流")
        HOSPITALITY = "hospitality", _("住宿餐饮与旅游")
        INFORMATION = "information", _("信息技术")
        FINANCE = "finance", _("金融")
        HEALTH = "health", _("健康与养老")
        EDUCATION = "education", _("教育")
        CULTURE = "culture", _("文化、传媒与体育")
        SERVICES = "services", _("居民与公共服务")
        OTHER = "other", _("其他")

    class Scale(models.TextChoices):
        MICRO = "micro", _("20 人以下")
        SMALL = "small", _("20–299 人")
        MEDIUM = "medium", _("300–999 人")
        LARGE = "large", _("1000 人以上")

    name = models.CharField(_("企业名称"), max_length=120)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18)
    industry = models.CharField(_("行业"), max_length=16, choices=Industry)
    scale = models.CharField(_("规模"), max_length=8, choices=Scale)
    place = models.CharField(_("所在地"), max_length=120, blank=True)
    website = models.URLField(_("网站"), max_length=300, blank=True)
    profile = models.TextField(_("企业介绍"), max_length=4000, blank=True)
    #: A small picture that we drew anew from what was sent, so that nothing hides in it.
    logo = models.BinaryField(_("标志"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Enterprise(Timestamped, Profile):
    """An enterprise with the account of the person who speaks for it. Changed only by the verbs in ``domain``.

    The person's name, number and address are erased when they are due; what the enterprise is stays.
    """

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("待确认邮箱")
        APPLIED = "applied", _("待核验")
        VERIFIED = "verified", _("已核验")
        REFUSED = "refused", _("未通过")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="enterprises")
    #: The bureau or school that invited it and verifies it; the host does so for every one.
    home = models.ForeignKey(Organisation, models.PROTECT, related_name="enterprises")
    #: None until the address is confirmed, and after erasure.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="enterprises"
    )
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    phone = models.CharField(_("手机号码"), max_length=20, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
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
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("企业")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "email"], condition=~Q(email=""), name="enterprise_address"),
            models.UniqueConstraint(fields=["edition", "user"], name="enterprise_account"),
            models.UniqueConstraint(
                fields=["edition", "credit_code"], condition=Q(state="verified"), name="enterprise_once"
            ),
        ]
        indexes = [models.Index(fields=["edition", "state"], name="enterprise_list")]

    @property
    def is_verified(self) -> bool:
        """Whether it may offer, apply and record."""
        return self.state == self.State.VERIFIED


class ProfileChange(Timestamped, Profile):
    """What a verified enterprise wants to say of itself instead. Until a person accepts it, the old profile is shown.

    ``logo`` is None where the shown one stays. The row goes when it is accepted or taken back.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待审核")
        REFUSED = "refused", _("未通过")

    enterprise = models.OneToOneField(Enterprise, models.CASCADE, related_name="change")
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    remark = models.CharField(_("说明"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("企业资料的修改")

    @property
    def is_waiting(self) -> bool:
        """Whether a person has to look at it."""
        return self.state == self.State.WAITING

    @property
    def is_another_subject(self) -> bool:
        """Whether name or code differ from what was verified, so that the licence has to be checked again."""
        owner = self.enterprise
        return (self.name, self.credit_code) != (owner.name, owner.credit_code)
