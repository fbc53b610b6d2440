"""What enterprises look for: positions and ways to work together (E4)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.partnerships.models.enterprises import Enterprise


class Need(Timestamped):
    """A position or a wish to work together. Public once somebody has read it and it is in its dates."""

    class Kind(models.TextChoices):
        POSITION = "position", _("招聘岗位")
        INTERNSHIP = "internship", _("实习岗位")
        ORDER_CLASS = "order", _("订单班")
        COURSE = "course", _("共建课程")
        BASE = "base", _("实训基地")
        TEACHERS = "teachers", _("教师实践和兼职教师")
        RESEARCH = "research", _("技术研发")
        OTHER = "other", _("其他合作")

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        WAITING = "waiting", _("待审核")
        PUBLIC = "public", _("已公开")
        REFUSED = "refused", _("未通过")
        CLOSED = "closed", _("已结束")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="needs")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="needs")
    title = models.CharField(_("标题"), max_length=120)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind)
    text = models.TextField(_("要求和说明"), max_length=4000)
    number = models.PositiveIntegerField(_("人数"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=120, blank=True)
    pay = models.CharField(_("待遇"), max_length=120, blank=True)
    starts_on = models.DateField(_("有效期开始"), null=True, blank=True)
    ends_on = models.DateField(_("有效期截止"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    reason = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: The form's own number: the same form sent twice makes one row.
    client_id = models.UUIDField(null=True, blank=True, unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("需求")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="need_dates"
            )
        ]
        indexes = [models.Index(fields=["edition", "state", "kind"], name="need_list")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_position(self) -> bool:
        """Whether single people apply, not schools."""
        return self.kind in (self.Kind.POSITION, self.Kind.INTERNSHIP)


class NeedField(models.Model):
    """A field the need is about: a major category (06), a class (0603) or a major (460301) of the catalogue."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="fields")
    code = models.CharField(max_length=6)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["need", "code"], name="need_field_once")]

    def __str__(self) -> str:
        return self.code
