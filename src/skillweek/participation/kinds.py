"""Messages of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind, Urgency

CODE = Kind(
    code="participation.code",
    label=_("验证码"),
    group=_("互动参与"),
    title=gettext_noop("您的验证码是 {code}"),
    body=gettext_noop("验证码：{code}，{minutes} 分钟内有效。请勿告诉他人。不是您本人操作的，请忽略这条消息。"),
    sms=gettext_noop("验证码{code}，{minutes}分钟内有效，请勿告诉他人。"),
    variables={"code": _("验证码"), "minutes": _("有效分钟数")},
    sample={"code": "204816", "minutes": "10"},
    audiences=("contact",),
    mandatory=True,
    urgency=Urgency.URGENT,
)
