"""The daily report (一日一报), its items, versions and comments (C1–C5, C10)."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import HandedIn, Remark, Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.uploads.models import StoredFile


class DailyReport(Timestamped):
    """What one school reports about one day. Changed only by the verbs in ``domain``."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审核")
        RETURNED = "returned", _("已退回")
        ACCEPTED = "accepted", _("已通过")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="reports")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="reports")
    day = models.DateField(_("活动日期"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    #: Grows with every saved change; a writer names the version they started from.
    version = models.PositiveIntegerField(default=1)
    #: Take-part figures by the edition's figure codes, whole numbers: ``{"students": 320}``.
    figures = models.JSONField(default=dict, blank=True)
    note = models.TextField(_("备注"), blank=True)

    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: The first submission came after the deadline. Flagged, never refused.
    is_late = models.BooleanField(_("逾期"), default=False)
    #: Why it was filed although findings of the severity "error" stood; empty when none did.
    error_reason = models.TextField(_("带问题报送的理由"), blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decision_note = models.TextField(_("审核意见"), blank=True)
    is_highlight = models.BooleanField(_("亮点"), default=False)

    class Meta:
        verbose_name = _("一日一报")
        constraints = [
            models.UniqueConstraint(fields=["edition", "organisation", "day"], name="one_report_per_school_and_day")
        ]
        indexes = [
            models.Index(fields=["edition", "day", "state"], name="report_board"),
            models.Index(fields=["edition", "state", "submitted_at"], name="report_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.day:%Y-%m-%d}"

    @property
    def deadline(self) -> datetime:
        """Until when it is on time, aware, by the edition's rule."""
        return self.edition.report_deadline(self.day)

    @property
    def is_editable(self) -> bool:
        """Whether the school may still change it: drafts and returned ones."""
        return self.state in (self.State.DRAFT, self.State.RETURNED)


class ReportItem(Timestamped):
    """One piece of material in a report. Removed ones stay for some days, so undo works."""

    class Kind(models.TextChoices):
        CASE = "case", _("典型案例")
        MANUSCRIPT = "manuscript", _("文字稿件")
        PHOTO = "photo", _("照片")
        VIDEO = "video", _("视频")
        COVERAGE = "coverage", _("媒体报道")

    report = models.ForeignKey(DailyReport, models.CASCADE, related_name="items")
    kind = models.CharField(max_length=12, choices=Kind)
    position = models.PositiveIntegerField(default=0)
    #: Made by the phone before it can reach the server; the same draft item is never stored twice.
    client_id = models.UUIDField(default=uuid.uuid4)
    title = models.CharField(_("标题"), max_length=200, blank=True)
    #: Manuscripts and cases: the text itself. Coverage: the electronic text (文稿电子版).
    text = models.TextField(_("正文"), blank=True)
    #: Photos and videos: 文字说明.
    caption = models.CharField(_("文字说明"), max_length=500, blank=True)
    source = models.CharField(_("引用来源"), max_length=300, blank=True)
    #: The photo, the video, the manuscript's file, or the coverage's scan.
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="report_items")
    #: Coverage only.
    photo_file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="coverage_photos")
    outlet = models.CharField(_("媒体名称"), max_length=120, blank=True)
    level = models.CharField(_("媒体级别"), max_length=12, blank=True)
    published_on = models.DateField(_("发布日期"), null=True, blank=True)
    link = models.URLField(_("链接"), max_length=500, blank=True)

    #: The judge's findings on the item as it stands now, as JSON.
    findings = models.JSONField(default=list, blank=True)
    word_count = models.PositiveIntegerField(default=0)
    is_highlight = models.BooleanField(_("亮点"), default=False)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["report", "client_id"], name="report_item_once")]
        indexes = [
            models.Index(fields=["report", "kind", "position"], condition=Q(removed_at=None), name="report_item_live")
        ]

    def __str__(self) -> str:
        return self.title or self.caption or (self.file.name if self.file else str(self.get_kind_display()))


class ReportVersion(HandedIn):
    """The report exactly as it was handed in, each time."""

    report = models.ForeignKey(DailyReport, models.CASCADE, related_name="versions")

    class Meta(HandedIn.Meta):
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="report_version_once")]

    def __str__(self) -> str:
        return f"{self.report} v{self.number}"


class ItemComment(Remark):
    """A reviewer's or school's remark on one item, or on the whole report when ``item`` is null."""

    report = models.ForeignKey(DailyReport, models.CASCADE, related_name="comments")
    item = models.ForeignKey(ReportItem, models.CASCADE, null=True, blank=True, related_name="comments")


class Reminder(models.Model):
    """One reminder to one school about one day. ``slot`` names a scheduled one and makes it unique."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    day = models.DateField()
    slot = models.CharField(max_length=40)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "organisation", "day", "slot"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.day} {self.slot}"


class PackageImport(Timestamped):
    """A zip that a school handed in for a day, and what became of each file in it (C7)."""

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("处理中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("无法处理")

    report = models.ForeignKey(DailyReport, models.CASCADE, related_name="imports")
    #: The zip itself; let go of when everything in it has been taken out.
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(_("文件名"), max_length=255)
    #: The zip's SHA-256: the same package handed in again makes nothing twice.
    digest = models.CharField(max_length=64, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    done_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    #: One entry per file: path, outcome, findings.
    outcome = models.JSONField(default=list, blank=True)
    message = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.report} {self.name}"
