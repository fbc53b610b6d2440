"""Mails to the week's mailbox, from arrival to what became of them (C8)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.reports.models import DailyReport, PackageImport


class InboundMail(Timestamped):
    """One mail. The id follows from its content: the same mail taken in again is the same row."""

    class State(models.TextChoices):
        #: Stored; not looked at yet, or being filed. A worker that died leaves it here, another goes on.
        RECEIVED = "received", _("处理中")
        FILED = "filed", _("已归入报送")
        WAITING = "waiting", _("待人工处理")
        IGNORED = "ignored", _("自动邮件")
        REJECTED = "rejected", _("已退回")
        SPAM = "spam", _("垃圾邮件")
        #: Its material was taken out of the report again.
        UNDONE = "undone", _("已撤销")
        #: Another mail of the same sender said what was missing, or a person dealt with it elsewhere.
        SETTLED = "settled", _("已了结")

    class Reason(models.TextChoices):
        NO_EDITION = "no_edition", _("现在没有开放填报的活动周")
        UNKNOWN_SENDER = "unknown_sender", _("发件邮箱不是平台上的填报人员")
        NOT_FILING = "not_filing", _("发件人不是学校的填报人员")
        FORGED = "forged", _("发件人身份没有通过邮件服务器的验证")
        WHICH_SCHOOL = "which_school", _("发件人负责几所学校，看不出是哪一所")
        WHICH_DAY = "which_day", _("看不出是哪一天的材料")
        REPORT_CLOSED = "report_closed", _("这一天的报告已经提交或通过，不能自动修改")
        NO_MATERIAL = "no_material", _("邮件里没有可以报送的材料")
        TOO_LARGE = "too_large", _("邮件超过大小上限，只收下了邮件头")
        REFUSED = "refused", _("材料没有放进报告")
        NO_LIAISON = "no_liaison", _("这所学校还没有填报人员")
        AUTOMATIC = "automatic", _("自动回复、退信或群发邮件")
        BROKEN = "broken", _("处理时出错，需要重试")

    class Source(models.TextChoices):
        IMAP = "imap", "IMAP"
        SMTP = "smtp", "SMTP"
        FILE = "file", _("文件")

    class Proof(models.TextChoices):
        """What the trusted mail server said of the sender (SPF, DKIM, DMARC)."""

        PASS = "pass", _("已验证")
        FAIL = "fail", _("验证不通过")
        UNKNOWN = "unknown", _("未验证")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.RECEIVED)
    reason = models.CharField(_("原因"), max_length=16, choices=Reason, blank=True)
    #: A sentence more about the reason, for people.
    detail = models.TextField(blank=True)
    source = models.CharField(max_length=4, choices=Source)
    #: Where it lay in the IMAP folder: UIDVALIDITY and UID.
    imap_validity = models.BigIntegerField(null=True, blank=True)
    imap_uid = models.BigIntegerField(null=True, blank=True)
    #: Where the raw mail is kept; empty once erased.
    key = models.CharField(max_length=255, blank=True)
    size = models.BigIntegerField(_("字节数"), default=0)
    message_id = models.CharField(max_length=250, blank=True, db_index=True)
    #: When the mailbox got it, by our server's clock: never the sender's Date.
    received_at = models.DateTimeField(_("收到时间"), db_index=True)
    sender_email = models.CharField(_("发件邮箱"), max_length=254, blank=True, db_index=True)
    sender_name = models.CharField(_("发件人"), max_length=100, blank=True)
    subject = models.CharField(_("主题"), max_length=300, blank=True)
    proof = models.CharField(_("发件人验证"), max_length=8, choices=Proof, default=Proof.UNKNOWN)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="mails")
    day = models.DateField(_("活动日期"), null=True, blank=True)
    report = models.ForeignKey(DailyReport, models.SET_NULL, null=True, related_name="mails")
    package = models.ForeignKey(PackageImport, models.SET_NULL, null=True, related_name="+")
    #: It handed the report in, too.
    submitted = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    #: ``[{"name": path, "size": bytes}]``.
    attachments = models.JSONField(default=list, blank=True)
    #: ``[{"name": name, "code": code, "detail": sentence}]``: what could not be read.
    problems = models.JSONField(default=list, blank=True)
    #: ``[{"store": name, "url": address}]``: large files elsewhere.
    links = models.JSONField(default=list, blank=True)
    #: A person said which school and day.
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    handled_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: When something was written back last; what is counted against floods.
    replied_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("来信")
        ordering = ["-received_at", "-created_at"]
        indexes = [
            models.Index(fields=["state", "-received_at"], name="mail_queue"),
            models.Index(fields=["imap_validity", "imap_uid"], name="mail_imap"),
            models.Index(fields=["organisation", "state"], name="mail_organisation"),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender_email or str(self.pk)
