"""Every sentence of the integrity rules, in Chinese and English (B13).

Placeholders: ``{subject}`` the activity or session as its reader knows it, ``{value}`` what was found, ``{limit}`` what
is asked for.
"""

from __future__ import annotations

from typing import Any, Final

from skillweek.materials.findings import Finding, Severity
from skillweek.materials.messages import Message

E, W = Severity.ERROR, Severity.WARNING

# fmt: off
MESSAGES: Final[dict[str, Message]] = {
    "activity.no_title": Message(
        E, "活动还没有名称。", "The activity has no name yet.",
        "请在“基本信息”中填写活动名称。", "Fill in its name under “Basics”."),
    "activity.description_short": Message(
        E, "活动介绍共 {value} 字，要求不少于 {limit} 字。",
        "The description has {value} words (字数); at least {limit} are asked for.",
        "请写明活动内容、参加对象和看点，让市民看得懂、愿意来。",
        "Say what happens, for whom it is and what is worth seeing."),
    "activity.no_session": Message(
        E, "活动还没有场次。", "The activity has no session yet.",
        "请在“场次”中至少添加一场；时间或地点未定的，可以选“另行通知”。",
        "Add at least one session; time or place may be “to be announced”."),
    "activity.not_free": Message(
        E, "活动填写为向参加者收费，活动周的活动一律不得收费。",
        "The activity charges its participants; activities of the week must be free of charge.",
        "请取消收费并改选“不收费”；确需收费的项目不能列入活动周。",
        "Drop the charge and choose “free of charge”; what must be paid for cannot be part of the week."),
    "activity.fee_unanswered": Message(
        E, "还没有说明活动是否收费。", "Nobody has said yet whether the activity is free of charge.",
        "请在“规范管理”中选择“不收费”。", "Choose “free of charge” under “Order and integrity”."),
    "activity.no_person": Message(
        E, "还没有填写活动负责人。", "No person in charge is named.",
        "请在“规范管理”中填写负责人姓名。", "Name the person in charge under “Order and integrity”."),
    "activity.no_phone": Message(
        E, "还没有填写负责人电话。", "The person in charge has no phone number.",
        "请填写活动当天能接通的电话，例如手机号码。",
        "Give a number that is answered on the day, such as a mobile phone."),
    "activity.phone": Message(
        E, "负责人电话“{value}”不像电话号码。", "“{value}” does not look like a phone number.",
        "请填写手机号码，或带区号的固定电话，例如 0592-1234567。",
        "Give a mobile number, or a landline with area code such as 0592-1234567."),
    "activity.safety_short": Message(
        E, "安全预案共 {value} 字，要求不少于 {limit} 字。",
        "The safety plan has {value} words (字数); at least {limit} are asked for.",
        "请写明安全责任人、现场秩序、应急处置和联系电话。",
        "Say who is responsible, how order is kept, and what is done in an emergency."),
    "activity.crowd_safety": Message(
        E, "单场人数达到 {value} 人，安全预案共 {words} 字，要求不少于 {limit} 字。",
        "{value} people are expected at one session; "
        "the safety plan has {words} words (字数), at least {limit} are asked for.",
        "请补充人员疏导、出入口、医疗和消防保障、应急撤离路线；或减少单场人数。",
        "Add how crowds, entrances, first aid, fire safety and evacuation are handled; or make the session smaller."),
    "activity.no_funding": Message(
        E, "还没有写明经费来源。", "The source of funding is not named.",
        "请在“规范管理”中写明，例如“学校年度活动经费”；没有花费的写“无需经费”。",
        "Name it under “Order and integrity”; write “none needed” where nothing is spent."),
    "activity.no_public_benefit": Message(
        E, "还没有作公益承诺。", "The public-benefit declaration has not been made.",
        "请确认活动与活动周主题相关、不借机开展商业或其他无关活动，再勾选“公益承诺”。",
        "Make sure the activity serves the week and nothing else, then tick the declaration."),
    "activity.commercial": Message(
        W, "{where}中出现“{value}”，可能与商业推广有关。",
        "“{value}” in {where_en} may speak of commerce.",
        "请确认没有商业推广或招生营销；与活动无关的内容请删去。",
        "Make sure nothing is advertised or sold; take out what has nothing to do with the activity."),
    "activity.outside_week": Message(
        W, "场次《{subject}》在 {value}，不在活动周（{limit}）内。",
        "Session “{subject}” is on {value}, outside the week ({limit}).",
        "请核对日期；确需提前或延后举行的，可以保留。", "Check the date; keep it if that is meant."),
    "activity.time_open": Message(
        W, "场次《{subject}》的时间待另行通知。", "The time of session “{subject}” is to be announced.",
        "时间确定后请尽快补充，已公开的会自动通知预约者。",
        "Add it as soon as it is settled; those who booked are told."),
    "activity.end_open": Message(
        W, "场次《{subject}》没有写结束时间。", "Session “{subject}” has no end.",
        "请补充大致的结束时间，方便市民安排行程。", "Add about when it ends, so that people can plan."),
    "activity.place_open": Message(
        W, "场次《{subject}》的地点待另行通知。", "The place of session “{subject}” is to be announced.",
        "地点确定后请尽快补充，已公开的会自动通知预约者。",
        "Add it as soon as it is settled; those who booked are told."),
    "activity.no_link": Message(
        W, "线上场次《{subject}》还没有链接。", "Online session “{subject}” has no link yet.",
        "请在开始前补充直播间或会议的网址。", "Add the address of the stream or meeting before it begins."),
    "activity.capacity": Message(
        W, "场次《{subject}》需要预约，但没有设名额，来多少人都能预约。",
        "Session “{subject}” takes bookings without a limit of places.",
        "请按场地容量填写名额；确实不限的可以保留。",
        "Set the places that the room holds; keep it if there is no limit."),
}
# fmt: on


def make_finding(code: str, subject: str, **values: Any) -> Finding:
    """The finding ``code`` about ``subject`` in both languages. KeyError for an unknown code or value."""
    message = MESSAGES[code]
    words = {"subject": subject, **values}
    return Finding(
        code=code,
        severity=message.severity,
        subject=subject,
        message=message.zh.format_map(words),
        message_en=message.en.format_map(words),
        todo=message.todo.format_map(words),
        todo_en=message.todo_en.format_map(words),
    )
