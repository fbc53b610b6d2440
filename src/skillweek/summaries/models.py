"""The summary (情况总结) of a school's or a bureau's week, with its photos and versions (C11)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.reports.models import ReportItem


class Summary(Timestamped):
    """One organisation's summary of one edition. Changed only by the verbs in ``domain``."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审核")
        RETURNED = "returned", _("已退回")
        ACCEPTED = "accepted", _("已通过")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="summaries")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="summaries")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    #: Grows with every saved change; a writer names the version they started from.
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(_("标题"), max_length=200)
    #: Sanitised HTML of the shared editor. Figures are links to where they come from (``figures.references``).
    body = models.TextField(_("正文"), blank=True)
    composed_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_late = models.BooleanField(_("逾期"), default=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decision_note = models.TextField(_("审核意见"), blank=True)

    class Meta:
        verbose_name = _("情况总结")
        constraints = [models.UniqueConstraint(fields=["edition", "organisation"], name="one_summary_per_organisation")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_editable(self) -> bool:
        """Whether its organisation may still change it."""
        return self.state in (self.State.DRAFT, self.State.RETURNED)


class SummaryPhoto(models.Model):
    """A photo of accepted material that the summary shows, with its caption."""

    summary = models.ForeignKey(Summary, models.CASCADE, related_name="photos")
    item = models.ForeignKey(ReportItem, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField(default=0)
    caption = models.CharField(_("文字说明"), max_length=500, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["summary", "item"], name="summary_photo_once")]

    def __str__(self) -> str:
        return self.caption


class SummaryVersion(models.Model):
    """The summary as it was handed in, or before something replaced what people wrote."""

    class Why(models.TextChoices):
        SUBMITTED = "submitted", _("提交")
        REPLACED = "replaced", _("重新生成前")
        FIGURES = "figures", _("更新数字前")
        PHOTOS = "photos", _("改照片前")

    summary = models.ForeignKey(Summary, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    why = models.CharField(max_length=10, choices=Why)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    #: ``[{"item": id, "caption": text}]``
    photos = models.JSONField(default=list, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["summary", "number"], name="summary_version_once")]

    def __str__(self) -> str:
        return f"{self.summary_id} v{self.number}"
