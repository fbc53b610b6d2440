"""Messages to people, contacts and groups, and their delivery by channels (A2, A3, B8, C9, C10)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from skillweek.core.clock import now
from skillweek.core.models import Timestamped
from skillweek.organisations.models import Organisation


class Message(models.Model):
    """One thing one person should know.

    To somebody with an account it is always in the inbox. To a contact (someone without an account, e.g. a visitor who
    booked) or to a group (robots of an organisation) there is no inbox: only the deliveries.
    """

    class Audience(models.TextChoices):
        PERSON = "person", _("平台用户")
        CONTACT = "contact", _("预约人等没有账号的人")
        GROUP = "group", _("工作群")

    audience = models.CharField(max_length=7, choices=Audience, default=Audience.PERSON)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="messages"
    )
    #: Contacts: a keyed hash of their addresses. Groups: the organisation. Empty for people.
    contact_key = models.CharField(max_length=64, blank=True)
    #: Contacts only; gone with the erasure.
    name = models.CharField(max_length=60, blank=True)
    #: On whose behalf the person gets it; null for matters of their own account.
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="+")
    #: What happened, dotted: ``report.returned``.
    kind = models.CharField(max_length=40, db_index=True)
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"), blank=True)
    #: The language it was written in.
    language = models.CharField(max_length=10, blank=True)
    #: The values of the kind's variables as text, for channels that are written when they are sent.
    context = models.JSONField(default=dict, blank=True)
    #: Path on this site to go to.
    url = models.CharField(max_length=300, blank=True)
    #: The same key never makes two messages for one person.
    dedupe_key = models.CharField(max_length=160)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "dedupe_key"], name="message_once"),
            models.UniqueConstraint(
                fields=["contact_key", "dedupe_key"], condition=Q(recipient=None), name="message_contact_once"
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "read_at"], name="message_unread"),
            models.Index(fields=["recipient", "-created_at", "-id"], name="message_inbox"),
            models.Index(fields=["created_at"], name="message_age"),
            models.Index(fields=["audience", "dedupe_key"], name="message_by_key"),
        ]

    def __str__(self) -> str:
        return self.title


class GroupChannel(Timestamped):
    """A group robot (群机器人) of an organisation: an address that posts into one chat."""

    class Kind(models.TextChoices):
        WECOM = "wecom", _("企业微信")
        DINGTALK = "dingtalk", _("钉钉")
        FEISHU = "feishu", _("飞书")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="group_channels")
    kind = models.CharField(_("平台"), max_length=8, choices=Kind)
    name = models.CharField(_("群名称"), max_length=60)
    #: Whoever has it can post into the group: shown to nobody once saved, in no log and no history.
    url = models.CharField(max_length=500)
    #: The signing secret of DingTalk (加签) and Feishu (签名校验); empty when the robot uses keywords instead.
    secret = models.CharField(max_length=200, blank=True)
    #: Kinds of messages that go there; empty means all.
    kinds = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    #: The minute being counted, for the platform's limit.
    window_at = models.DateTimeField(null=True, blank=True)
    window_count = models.PositiveSmallIntegerField(default=0)
    #: When a test or a message last went through.
    worked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["organisation__path", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "url"], name="group_channel_once")]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message's way through one channel; the delivery log."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("电子邮件")
        SMS = "sms", _("短信")
        WECOM = "wecom", _("企业微信群")
        DINGTALK = "dingtalk", _("钉钉群")
        FEISHU = "feishu", _("飞书群")

    class State(models.TextChoices):
        QUEUED = "queued", _("待发送")
        #: Waits for the next bundle; with ``bundle`` set it goes out with that delivery.
        HELD = "held", _("等待汇总")
        #: Claimed by a worker; falls back to the queue when ``next_attempt_at`` passes without an outcome.
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")
        SKIPPED = "skipped", _("未发送")

    class Reason(models.TextChoices):
        NO_ADDRESS = "no_address", _("本人没有登记邮箱，消息在站内查看")
        INACTIVE = "inactive", _("账号已停用，没有发送")
        OPTED_OUT = "opted_out", _("对方选择不接收这类消息")
        REFUSED = "refused", _("邮箱地址被对方邮件服务器拒绝，请核对邮箱")
        TOO_MANY = "too_many", _("同一号码一天内的短信已到上限，没有再发")
        BAD_ADDRESS = "bad_address", _("号码或群地址被拒绝，请核对后重新发送")
        BUSY = "busy", _("对方邮件服务器暂时不接收，会自动重试")
        LIMITED = "limited", _("发送太频繁，稍后自动重试")
        UNREACHABLE = "unreachable", _("连不上邮件服务器，会自动重试")
        NO_ANSWER = "no_answer", _("连不上对方平台，会自动重试")
        UNKNOWN = "unknown", _("对方平台没有回答，不知道是否发出；为了不重复发送没有再发")
        GAVE_UP = "gave_up", _("多次重试仍未发出，请检查邮件服务器后重新发送")
        REJECTED = "rejected", _("对方平台拒绝了这条消息，请把返回码告诉运维人员")
        SIGNATURE = "signature", _("密钥、签名或关键词不对，请核对设置")
        NO_DRIVER = "no_driver", _("没有配置这个渠道，请联系运维人员")
        NO_TEMPLATE = "no_template", _("短信平台要求的模板编号还没有填写，请在消息模板里补上")
        EXPIRED = "expired", _("等待太久，内容已经过时，没有发送")
        ERASED = "erased", _("个人信息已按规定清除，没有发送")
        BROKEN = "broken", _("邮件没有生成成功，请联系运维人员")

    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel)
    group_channel = models.ForeignKey(GroupChannel, models.SET_NULL, null=True, blank=True, related_name="deliveries")
    address = models.CharField(max_length=254, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: Queued: not before then. Held: when the bundle is due. Sending: when another worker may take over.
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    #: The delivery whose mail carries this one too.
    bundle = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="bundled")
    #: Why the last attempt failed or none was made: a code of ``Reason``, never an address or a server's sentence.
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    #: The other side's number: a mail server's three digits, a platform's errcode; 0 when there was none.
    reply_code = models.IntegerField(default=0)
    #: The other side's code in words (``isv.BUSINESS_LIMIT_CONTROL``) or the receipt's number; never a sentence.
    reply_note = models.CharField(max_length=80, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    #: When it began, or began again by hand.
    queued_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "channel"], condition=Q(channel__in=["email", "sms"]), name="delivery_once"
            ),
            models.UniqueConstraint(fields=["message", "group_channel"], name="delivery_group_once"),
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="delivery_due"),
            models.Index(fields=["channel", "address", "sent_at"], name="delivery_address"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} #{self.message_id} {self.state}"


class MessageTemplate(Timestamped):
    """The city's own words for one kind in one language. What is empty stays as the product says it."""

    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    title = models.CharField(_("标题（邮件主题）"), max_length=200, blank=True)
    body = models.TextField(_("正文（邮件和站内消息）"), max_length=4000, blank=True)
    sms = models.CharField(_("短信"), max_length=500, blank=True)
    markdown = models.TextField(_("群消息"), max_length=3000, blank=True)
    #: The number of the text approved by the SMS platform; its variables are those of ``sms``, in their order.
    sms_code = models.CharField(_("短信平台的模板编号"), max_length=60, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "language"], name="message_template_once")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"


class ReaderSettings(models.Model):
    """When one person wants to be reached."""

    class Digest(models.TextChoices):
        OFF = "off", _("不汇总，逐条发送")
        HOURLY = "hourly", _("每小时汇总一次")
        DAILY = "daily", _("每天汇总一次")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="reader_settings"
    )
    quiet_from = models.TimeField(_("免打扰开始"), null=True, blank=True)
    quiet_until = models.TimeField(_("免打扰结束"), null=True, blank=True)
    digest = models.CharField(_("一般消息"), max_length=6, choices=Digest, default=Digest.OFF)
    digest_at = models.TimeField(_("每天汇总的时间"), null=True, blank=True)

    def __str__(self) -> str:
        return str(self.user_id)


class Preference(models.Model):
    """How one person wants one kind; no row means the kind's default."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="message_preferences")
    kind = models.CharField(max_length=40)
    email = models.BooleanField(default=True)
    sms = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class OptOut(models.Model):
    """An address that wants no more optional messages; kept as a keyed hash, so that it says nothing by itself."""

    address_key = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.address_key[:8]
