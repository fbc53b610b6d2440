"""What came of a meeting: intentions and how they are followed up (E3)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.partnerships.models.enterprises import Enterprise
from skillweek.partnerships.models.meetings import Meeting


def default_days() -> list[int]:
    """After how many days an intention is followed up where nobody said otherwise."""
    return [30, 90, 180]


class FollowDays(models.Model):
    """After how many days this organisation follows up, for all editions."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="follow_days")
    days = models.JSONField(default=default_days)

    def __str__(self) -> str:
        return f"{self.organisation}: {self.days}"


class Intention(Timestamped):
    """An enterprise and a school mean to do something together. A record of its edition, frozen with it; how it went
    on afterwards stands in its follow-ups.
    """

    class Kind(models.TextChoices):
        EMPLOYMENT = "employment", _("接收毕业生就业")
        INTERNSHIP = "internship", _("接收学生实习")
        ORDER_CLASS = "order", _("订单班")
        COURSE = "course", _("共建课程")
        BASE = "base", _("共建实训基地")
        TEACHERS = "teachers", _("教师互聘")
        RESEARCH = "research", _("技术研发")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        NOTED = "noted", _("已记录")
        SIGNED = "signed", _("已签约")
        UNDER_WAY = "under_way", _("进行中")
        FULFILLED = "fulfilled", _("已落实")
        DROPPED = "dropped", _("已终止")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="intentions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="intentions")
    #: None once the row of the enterprise is gone (another installation, an archive).
    enterprise = models.ForeignKey(Enterprise, models.SET_NULL, null=True, blank=True, related_name="intentions")
    enterprise_name = models.CharField(_("企业"), max_length=120)
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, blank=True, related_name="intentions")
    kind = models.CharField(_("类型"), max_length=12, choices=Kind)
    text = models.TextField(_("内容"), max_length=2000)
    number = models.PositiveIntegerField(_("人数或数量"), null=True, blank=True)
    planned_on = models.DateField(_("计划完成日期"), null=True, blank=True)
    #: As it was while its edition was open.
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.NOTED)
    noted_on = models.DateField(_("记录日期"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    client_id = models.UUIDField(null=True, blank=True, unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("合作意向")
        ordering = ["-noted_on", "-pk"]
        indexes = [models.Index(fields=["edition", "organisation", "state"], name="intention_list")]

    def __str__(self) -> str:
        return f"{self.enterprise_name} · {self.organisation}"

    def latest(self) -> FollowUp | None:
        """The last follow-up that was answered."""
        answered = [row for row in self.follow_ups.all() if row.done_at is not None]
        return max(answered, key=lambda row: (row.done_at, row.pk), default=None)

    @property
    def now_state(self) -> str:
        """How it stands today: the last follow-up's word, else what its edition says."""
        found = self.latest()
        return found.state if found is not None and found.state else self.state

    def get_now_state_display(self) -> Any:
        """``now_state`` in words."""
        return self.State(self.now_state).label


class FollowUp(Timestamped):
    """A day on which somebody asks how it went, and the answer. Belongs to no edition: it goes on after the week."""

    intention = models.ForeignKey(Intention, models.CASCADE, related_name="follow_ups")
    due_on = models.DateField(_("跟进日期"))
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=Intention.State, blank=True)
    number = models.PositiveIntegerField(_("落实的人数或数量"), null=True, blank=True)
    note = models.TextField(_("进展"), max_length=1000, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["intention", "due_on"], condition=Q(done_at=None), name="follow_up_planned_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.intention} {self.due_on}"
