"""Messages to people: the inbox, and their delivery by other channels."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.organisations.models import Organisation


class Message(models.Model):
    """One thing one person should know; always in the inbox, often by e-mail too."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages")
    #: On whose behalf the person gets it; null for matters of their own account.
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="+")
    #: What happened, dotted: ``report.returned``.
    kind = models.CharField(max_length=40, db_index=True)
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"), blank=True)
    #: Path on this site to go to.
    url = models.CharField(max_length=300, blank=True)
    #: The same key never makes two messages for one person.
    dedupe_key = models.CharField(max_length=160)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["recipient", "dedupe_key"], name="message_once")]
        indexes = [
            models.Index(fields=["recipient", "read_at"], name="message_unread"),
            models.Index(fields=["recipient", "-created_at", "-id"], name="message_inbox"),
            models.Index(fields=["created_at"], name="message_age"),
        ]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """One message's way through one channel; the delivery log."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("电子邮件")

    class State(models.TextChoices):
        QUEUED = "queued", _("待发送")
        #: Claimed by a worker; falls back to the queue when ``next_attempt_at`` passes without an outcome.
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")
        SKIPPED = "skipped", _("未发送")

    class Reason(models.TextChoices):
        NO_ADDRESS = "no_address", _("本人没有登记邮箱，消息在站内查看")
        INACTIVE = "inactive", _("账号已停用，没有发送")
        REFUSED = "refused", _("邮箱地址被对方邮件服务器拒绝，请核对邮箱")
        BUSY = "busy", _("对方邮件服务器暂时不接收，会自动重试")
        UNREACHABLE = "unreachable", _("连不上邮件服务器，会自动重试")
        GAVE_UP = "gave_up", _("多次重试仍未发出，请检查邮件服务器后重新发送")
        BROKEN = "broken", _("邮件没有生成成功，请联系运维人员")

    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel)
    address = models.CharField(max_length=254, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: Queued: not before then. Sending: when another worker may take over.
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    #: Why the last attempt failed or none was made: a code of ``Reason``, never an address or a server's sentence.
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    #: The mail server's three-digit answer, 0 when there was none.
    reply_code = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "channel"], name="delivery_once")]
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.channel} #{self.message_id} {self.state}"
