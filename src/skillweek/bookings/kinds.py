"""The messages of this room; the city may write its own words for each (B8)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.bookings import telling
from skillweek.notifications.kinds import Kind, Urgency, declare

_GROUP = _("预约")
_VARIABLES = {
    "activity": _("活动名称"),
    "time": _("时间"),
    "place": _("地点"),
    "people": _("人数"),
    "code": _("取票码"),
    "number": _("排队号"),
    "phone": _("咨询电话"),
}
_SAMPLE = {
    "activity": "茶艺体验",
    "time": "5月14日 周日 09:00–10:30",
    "place": "实训楼一楼茶艺室（示例路 1 号）",
    "people": "2 人",
    "code": "204816",
    "number": "12",
    "phone": "0592-1234567",
}
_CHANGE = {
    "old_time": _("原定时间"),
    "new_time": _("新的时间"),
    "old_place": _("原定地点"),
    "new_place": _("新的地点"),
    "reason": _("说明"),
}
_CHANGE_SAMPLE = {
    "old_time": "5月14日 周日 09:00–10:30",
    "new_time": "5月15日 周一 14:00–15:30",
    "old_place": "实训楼一楼茶艺室",
    "new_place": "图书馆报告厅",
    "reason": "因天气原因调整。",
}


def _kind(code: str, label: object, title: str, body: str, **more: object) -> Kind:
    variables = {**_VARIABLES, **more.pop("variables", {})}  # type: ignore[dict-item]
    sample = {**_SAMPLE, **more.pop("sample", {})}  # type: ignore[dict-item]
    return Kind(
        code=code,
        label=label,  # type: ignore[arg-type]
        title=title,
        body=body,
        group=_GROUP,
        variables=variables,
        sample=sample,
        audiences=("contact",),
        mandatory=True,
        **more,  # type: ignore[arg-type]
    )


def declare_all() -> None:
    """Make the kinds known; called when the room is ready."""
    declare(
        _kind(
            telling.CONFIRMED,
            _("预约成功"),
            gettext_noop("预约成功：{activity}"),
            gettext_noop(
                "{recipient}，您已预约成功。\n时间：{time}\n地点：{place}\n人数：{people}\n排队号：{number}\n取票码：{code}\n"
                "咨询电话：{phone}\n到场时请出示预约页面上的二维码，或报取票码。来不了请早点取消，把名额让给别人。"
            ),
            sms=gettext_noop("预约成功：{activity}，{time}，{place}，取票码{code}。查看和取消：{link}"),
            urgency=Urgency.URGENT,
        ),
        _kind(
            telling.WAITING,
            _("进入候补"),
            gettext_noop("已进入候补：{activity}"),
            gettext_noop(
                "{recipient}，这一场名额已满，您已进入候补。\n时间：{time}\n地点：{place}\n人数：{people}\n"
                "有人取消时按先后次序通知您，收到后请在规定时间内确认。不想等了，可以在预约页面取消。"
            ),
            sms=gettext_noop("已进入候补：{activity}，{time}。有名额时会通知您。查看和取消：{link}"),
            urgency=Urgency.URGENT,
        ),
        _kind(
            telling.OFFERED,
            _("候补到名额"),
            gettext_noop("候补到名额了，请在{until}前确认：{activity}"),
            gettext_noop(
                "{recipient}，有人取消，名额轮到您了。请在{until}前打开预约页面确认；过时会让给下一位。\n"
                "时间：{time}\n地点：{place}\n人数：{people}"
            ),
            sms=gettext_noop("候补到名额：{activity}，{time}。请在{until}前确认，过时让给下一位：{link}"),
            variables={"until": _("确认截止时间")},
            sample={"until": "5月13日 20:00"},
            urgency=Urgency.URGENT,
            sms_too=True,
        ),
        _kind(
            telling.MOVED_UP,
            _("候补直接转正"),
            gettext_noop("候补成功：{activity}"),
            gettext_noop(
                "{recipient}，有人取消，名额轮到您了。活动快要开始，已直接为您预约成功，不用再确认。\n"
                "时间：{time}\n地点：{place}\n人数：{people}\n排队号：{number}\n取票码：{code}\n来不了请马上取消，还有人在等。"
            ),
            sms=gettext_noop("候补成功：{activity}，{time}，{place}，取票码{code}。来不了请马上取消：{link}"),
            urgency=Urgency.URGENT,
            sms_too=True,
        ),
        _kind(
            telling.EXPIRED,
            _("逾期未确认"),
            gettext_noop("候补的名额没有确认，已让给下一位：{activity}"),
            gettext_noop("{recipient}，候补到的名额没有在规定时间内确认，已让给下一位。还想参加，可以重新预约或候补。"),
            sms=gettext_noop("候补的名额没有确认，已让给下一位：{activity}。可以重新预约：{link}"),
        ),
        _kind(
            telling.CANCELLED,
            _("预约已取消"),
            gettext_noop("预约已取消：{activity}"),
            gettext_noop(
                "{recipient}，您的预约已取消。\n说明：{reason}\n时间：{time}\n地点：{place}\n人数：{people}\n咨询电话：{phone}"
            ),
            sms=gettext_noop("预约已取消：{activity}，{time}。{reason}"),
            variables={"reason": _("说明")},
            sample={"reason": "本人取消"},
        ),
        _kind(
            telling.CHANGED,
            _("预约已修改"),
            gettext_noop("预约已改为{people}：{activity}"),
            gettext_noop("{recipient}，您的预约已修改。\n时间：{time}\n地点：{place}\n人数：{people}\n取票码：{code}"),
            sms=gettext_noop("预约已改为{people}：{activity}，{time}，取票码{code}。查看：{link}"),
        ),
        _kind(
            telling.REMINDER,
            _("参加前提醒"),
            gettext_noop("请记得参加：{activity}（{time}）"),
            gettext_noop(
                "{recipient}，您预约的活动快到了。\n时间：{time}\n地点：{place}\n人数：{people}\n排队号：{number}\n取票码：{code}\n"
                "咨询电话：{phone}\n来不了请取消预约，把名额让给别人。"
            ),
            sms=gettext_noop("请记得参加：{activity}，{time}，{place}，取票码{code}。来不了请取消：{link}"),
        ),
        _kind(
            telling.SESSION_CHANGED,
            _("活动时间地点调整"),
            gettext_noop("您预约的活动有调整：{activity}"),
            gettext_noop(
                "{recipient}，您预约的活动有调整。\n原定时间：{old_time}\n新的时间：{new_time}\n原定地点：{old_place}\n"
                "新的地点：{new_place}\n说明：{reason}\n您的预约仍然有效。新的安排来不了，请在预约页面取消。\n咨询电话：{phone}"
            ),
            sms=gettext_noop("您预约的{activity}有调整：{new_time}，{new_place}。来不了请取消：{link}"),
            variables=_CHANGE,
            sample=_CHANGE_SAMPLE,
            urgency=Urgency.URGENT,
            sms_too=True,
        ),
        _kind(
            telling.SESSION_CANCELLED,
            _("活动取消"),
            gettext_noop("您预约的活动取消了：{activity}"),
            gettext_noop(
                "{recipient}，很抱歉，您预约的活动取消了，请不要前往。\n原定时间：{old_time}\n原定地点：{old_place}\n"
                "说明：{reason}\n您的预约已自动取消。打开预约页面可以看看别的场次。\n咨询电话：{phone}"
            ),
            sms=gettext_noop("很抱歉，{old_time}的{activity}取消了，请不要前往。看看别的场次：{link}"),
            variables=_CHANGE,
            sample=_CHANGE_SAMPLE,
            urgency=Urgency.URGENT,
            sms_too=True,
        ),
        _kind(
            telling.SESSION_RESTORED,
            _("活动恢复举行"),
            gettext_noop("活动恢复举行，欢迎重新预约：{activity}"),
            gettext_noop(
                "{recipient}，先前取消的活动恢复举行。原来的预约已经失效，想参加请重新预约。\n时间：{new_time}\n地点：{new_place}\n"
                "说明：{reason}"
            ),
            sms=gettext_noop("{activity}恢复举行：{new_time}。想参加请重新预约：{link}"),
            variables=_CHANGE,
            sample=_CHANGE_SAMPLE,
        ),
        _kind(
            telling.LINK,
            _("找回预约"),
            gettext_noop("您的预约链接：{activity}"),
            gettext_noop(
                "{recipient}，这是您要找的预约。\n时间：{time}\n地点：{place}\n人数：{people}\n取票码：{code}"
            ),
            sms=gettext_noop("您的预约：{activity}，{time}。查看和取消：{link}"),
            urgency=Urgency.URGENT,
        ),
    )
