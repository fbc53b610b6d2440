"""People, the tree of organisations, and who holds which role where (A5, A6)."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from skillweek.core.clock import now
from skillweek.core.models import Timestamped
from skillweek.core.tables.kept import KeptTable


class UserManager(BaseUserManager["User"]):
    """Makes accounts by e-mail, by phone number, or both."""

    def create_user(
        self, email: str | None = None, password: str | None = None, *, phone: str | None = None, name: str = ""
    ) -> User:
        """Return a saved user. At least one of ``email`` and ``phone`` is needed; raises ValueError otherwise."""
        if not email and not phone:
            raise ValueError("a user needs an e-mail address or a phone number")
        user = self.model(email=email.strip().lower() if email else None, phone=phone or None, name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person. ``email`` and ``phone`` both serve to sign in; what they may do comes from memberships."""

    email = models.EmailField(_("电子邮箱"), unique=True, null=True, blank=True)
    phone = models.CharField(_("手机号码"), max_length=20, unique=True, null=True, blank=True)
    name = models.CharField(_("姓名"), max_length=60)
    is_active = models.BooleanField(_("可登录"), default=True)
    is_superuser = models.BooleanField(_("运维人员"), default=False)
    language = models.CharField(_("语言"), max_length=10, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("人员")
        constraints = [
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(phone__isnull=False), name="user_has_email_or_phone"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or f"#{self.pk}"

    def get_full_name(self) -> str:
        """The name as shown to others."""
        return str(self)


class Kind(models.TextChoices):
    """What an organisation is in the lines of authority (A5)."""

    HOST = "host", _("市级主办单位")
    CITY_BUREAU = "city_bureau", _("市级部门")
    DISTRICT_BUREAU = "district_bureau", _("区级部门")
    SCHOOL = "school", _("学校")


class Line(models.TextChoices):
    """The line of authority an organisation belongs to."""

    EDUCATION = "education", _("教育")
    HUMAN_RESOURCES = "human_resources", _("人社")
    SOCIETY = "society", _("中华职教社")


class SchoolType(models.TextChoices):
    """The kinds of vocational schools."""

    SECONDARY = "secondary", _("中职学校")
    HIGHER = "higher", _("高职院校")
    TECHNICAL = "technical", _("技工院校")


class OrganisationQuerySet(MP_NodeQuerySet):  # type: ignore[misc]
    """Filters that boards and rosters share."""

    def schools(self) -> OrganisationQuerySet:
        """Active schools: the organisations that owe a daily report."""
        query: OrganisationQuerySet = self.filter(kind=Kind.SCHOOL, is_active=True)
        return query


class OrganisationManager(MP_NodeManager.from_queryset(OrganisationQuerySet)):  # type: ignore[misc]
    """Keeps the tree's order."""

    def get_queryset(self) -> OrganisationQuerySet:
        query: OrganisationQuerySet = OrganisationQuerySet(self.model, using=self._db).order_by("path")
        return query


class Organisation(MP_Node):  # type: ignore[misc]
    """One node of the tree: host → city bureaus → district bureaus → schools.

    Make, move and rename through ``domain``; ``path`` (treebeard) carries the line of authority, so a
    subtree is one prefix query.
    """

    code = models.CharField(_("单位代码"), max_length=40, unique=True)
    name = models.CharField(_("单位名称"), max_length=120)
    short_name = models.CharField(_("简称"), max_length=30, blank=True)
    kind = models.CharField(_("单位性质"), max_length=20, choices=Kind)
    line = models.CharField(_("条线"), max_length=20, choices=Line, blank=True)
    school_type = models.CharField(_("学校类型"), max_length=20, choices=SchoolType, blank=True)
    district = models.CharField(_("所在区"), max_length=30, blank=True, db_index=True)
    contact_note = models.CharField(_("对外联系方式"), max_length=120, blank=True)
    is_active = models.BooleanField(_("参加活动周"), default=True)
    is_sample = models.BooleanField(_("示例数据"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    node_order_by: ClassVar[list[str]] = []
    objects = OrganisationManager()

    class Meta:
        verbose_name = _("单位")
        indexes = [models.Index(fields=["kind", "is_active", "path"], name="organisation_kind_path")]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def is_school(self) -> bool:
        """Whether it files daily reports."""
        return self.kind == Kind.SCHOOL


class Role(models.TextChoices):
    """What a person does for an organisation (A6). One person may hold several."""

    MEMBER = "member", _("填报员")
    LIAISON = "liaison", _("联络员")
    REVIEWER = "reviewer", _("审核员")
    MANAGER = "manager", _("管理员")


class Membership(Timestamped):
    """A person's role in an organisation. Ended ones stay for the record."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField(_("角色"), max_length=12, choices=Role)
    is_active = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], condition=Q(is_active=True), name="membership_once"
            )
        ]
        indexes = [models.Index(fields=["organisation", "is_active", "role"], name="membership_people")]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.get_role_display()}"


def invitation_nonce() -> str:
    """A fresh random seed for an invitation's link."""
    return secrets.token_hex(16)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """What lists of invitations share."""

    def pending(self) -> InvitationQuerySet:
        """Invitations that wait for an answer, expired ones too: they can be sent again."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(Timestamped):
    """A link that gives a person a role once.

    The link's token is neither stored nor queued: it is derived from ``nonce`` and the installation's secret key, and
    found again by its hash. So the mail task needs only the id, and the database alone opens no door.
    """

    class Mail(models.TextChoices):
        NONE = "none", _("未发邮件，请复制链接")
        QUEUED = "queued", _("邮件等待发送")
        SENT = "sent", _("邮件已发出")
        FAILED = "failed", _("邮件没有发出")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    role = models.CharField(_("角色"), max_length=12, choices=Role)
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    phone = models.CharField(_("手机号码"), max_length=20, blank=True)
    nonce = models.CharField(max_length=32, default=invitation_nonce)
    token_hash = models.CharField(max_length=64, unique=True)
    mail_state = models.CharField(_("邮件"), max_length=8, choices=Mail, default=Mail.NONE)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    accepted_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    #: A liaison's invitation that replaces this membership when it is accepted (hand-over).
    replaces = models.ForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="handovers")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.name or self.email or self.phone}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    @property
    def is_expired(self) -> bool:
        """Whether the link's time is over."""
        return self.expires_at <= now()

    @property
    def is_open(self) -> bool:
        """Whether the link still gives the role."""
        return self.accepted_at is None and self.revoked_at is None and not self.is_expired


class RosterUpload(KeptTable):
    """An uploaded roster."""

    user = models.ForeignKey(User, models.CASCADE, related_name="roster_uploads")
    #: Digest of the outcome that the person last saw; only exactly that is applied.
    seen_digest = models.CharField(max_length=64, blank=True)
    result = models.JSONField(default=dict, blank=True)
