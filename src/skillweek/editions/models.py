"""An edition (届): one year's week of one city, with everything of its notice as data (A4)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.clock import deadline_at
from skillweek.core.models import Timestamped
from skillweek.editions import viewing
from skillweek.materials.rules import MaterialRules

if TYPE_CHECKING:
    from skillweek.editions.schema import EditionDocument


class EditionManager(models.Manager["Edition"]):
    """Finds the edition people work in."""

    def current(self) -> Edition | None:
        """The open edition that starts last, or None before the first one is opened.

        On a workspace page of somebody who looks at a past edition: that one (``viewing``).
        """
        if (past := viewing.chosen.get()) is not None:
            found = self.filter(pk=past, state=Edition.State.CLOSED).first()
            if found is not None:
                return found
        return self.filter(state=Edition.State.OPEN).order_by("-starts_on", "-pk").first()

    def shown(self) -> Edition | None:
        """The current edition, else the latest that is not a draft."""
        return self.current() or self.exclude(state=Edition.State.DRAFT).first()


class Edition(Timestamped):
    """The columns are copies of what queries need; ``document`` is the whole truth."""

    class State(models.TextChoices):
        DRAFT = "draft", _("筹备中")
        OPEN = "open", _("进行中")
        CLOSED = "closed", _("已归档")

    slug = models.SlugField(_("届次代码"), max_length=60, unique=True)
    title = models.CharField(_("名称"), max_length=200)
    theme = models.CharField(_("主题"), max_length=200)
    city = models.CharField(_("城市"), max_length=60)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    zone = models.CharField(_("时区"), max_length=60)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    document = models.JSONField(_("数据"))
    revision = models.PositiveIntegerField(default=1)

    objects: ClassVar[EditionManager] = EditionManager()

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("届次")

    def __str__(self) -> str:
        return self.title

    @cached_property
    def doc(self) -> EditionDocument:
        """The document as typed data; frozen, and shared by editions with an equal document."""
        from skillweek.editions.typed import document_of

        return document_of(self.document)

    @property
    def days(self) -> list[date]:
        """Every day of the week, first to last."""
        return [self.starts_on + timedelta(days=n) for n in range((self.ends_on - self.starts_on).days + 1)]

    @property
    def material_rules(self) -> MaterialRules:
        """What material is judged by (C2–C5)."""
        return self.doc.material_rules

    def report_deadline(self, day: date) -> datetime:
        """Until when the report about ``day`` is on time, aware (C1)."""
        rule = self.doc.report_deadline
        return deadline_at(day, days_after=rule.days_after, at=rule.time, zone=self.zone)


class EditionRevision(models.Model):
    """One state of an edition's document, kept for comparison and restoring."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="edition_revision_once")]

    def __str__(self) -> str:
        return f"{self.edition_id} r{self.number}"
