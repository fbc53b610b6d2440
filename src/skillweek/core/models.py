"""Base models, the audit trail and the record of scheduled runs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Timestamped(models.Model):
    """Adds when a row was made and last changed."""

    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    class Meta:
        abstract = True


class HandedIn(models.Model):
    """What somebody handed in, exactly as it was, each time: what the reviewer decides on."""

    number = models.PositiveIntegerField()
    snapshot: Any = models.JSONField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["-number"]


class Remark(models.Model):
    """What the reviewer or the organisation says about something under review; resolved when it is dealt with."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("意见"))
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


class AuditEvent(models.Model):
    """One decision: who did what to which object, when, by which way, and why. Never changed, never deleted.

    The erasure of personal data takes words out of it (``audit.forget_words``), never a decision.
    """

    class Channel(models.TextChoices):
        WEB = "web", _("网页")
        CLI = "cli", _("命令行")
        TASK = "task", _("后台任务")
        MAIL = "mail", _("邮件")

    at = models.DateTimeField(_("时间"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, blank=True, db_constraint=False, related_name="+"
    )
    #: The actor's name at that moment, kept when the account is erased or renamed.
    actor_label = models.CharField(_("操作人"), max_length=150, blank=True)
    #: The organisation the event belongs to, as a plain number: core knows no higher room.
    organisation_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.WEB)
    verb = models.CharField(_("操作"), max_length=60, db_index=True)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    object_label = models.CharField(_("对象"), max_length=200, blank=True)
    reason = models.TextField(_("理由"), blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["object_type", "object_id", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.verb} {self.object_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("audit events are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("audit events are never deleted")


class ScheduledRun(models.Model):
    """One slot of one periodic job; the unique row makes sure that only one worker starts it."""

    name = models.CharField(max_length=80)
    slot = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="scheduled_run_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.slot:%Y-%m-%d %H:%M}"


class WorkerBeat(models.Model):
    """A background worker that says it lives. Its tasks go back to the queue when it falls silent or is gone.

    Times are real ones even when the demo's clock is shifted.
    """

    worker_id = models.CharField(max_length=64, primary_key=True)
    #: Machine and process namespace; within it ``pid`` tells at once whether the process is there.
    place = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    queues = models.CharField(max_length=200)
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.place} {self.pid} {self.queues}"
