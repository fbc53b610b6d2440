"""What each single value of an edition's data is called on screen, and how people write it (A4).

With ``describe_lists`` the one description behind the forms, the comparison of two revisions, the overview and the
rules page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from skillweek.editions.specs import CODECS, LEVELS, ONE_A_LINE, ORIGINS, PHOTO_FORMATS, SCAN_FORMATS, PartSpec, Spec

_RULES = "material_rules."
_ACTIVITY = "activity_rules."
_BOOKING = "booking_rules."
#: Tables of the document that keep the readings of their own fields.
_WITH_READINGS = ("material_rules", "activity_rules", "booking_rules")

PARTS: dict[str, PartSpec] = {
    "basics": PartSpec(
        _("基本信息"),
        "info-circle",
        {
            "title": Spec(_("名称"), reading=True),
            "city": Spec(_("城市")),
            "theme": Spec(_("主题"), reading=True),
            "starts_on": Spec(_("开始日期"), "date"),
            "ends_on": Spec(_("结束日期"), "date"),
            "zone": Spec(_("时区"), "zone", _("截止时间按这个时区计算。")),
            "mailbox": Spec(_("报送邮箱"), required=False),
            "erase_after_days": Spec(_("个人信息保存天数"), "days", _("活动周结束后多少天清除。"), reading=True),
        },
    ),
    "source": PartSpec(
        _("发文信息"),
        "bank",
        {
            "source.document_number": Spec(_("文号"), required=False),
            "source.issued_on": Spec(_("发文日期"), "date"),
            "source.issuers": Spec(_("发文单位"), "lines", ONE_A_LINE),
            "source.recipients": Spec(_("主送单位"), "lines", ONE_A_LINE, required=False),
            "source.legal_basis": Spec(_("依据"), "lines", ONE_A_LINE, required=False),
            "source.guiding_thought": Spec(_("指导思想"), "text", required=False),
        },
    ),
    "deadlines": PartSpec(
        _("截止时间"),
        "alarm",
        {
            "report_deadline.days_after": Spec(
                _("一日一报在几天后截止"), "days", _("0 为当天，1 为次日。"), reading=True
            ),
            "report_deadline.time": Spec(_("一日一报的截止时刻"), "time", reading=True),
            "report_reminders": Spec(
                _("自动催报时刻"),
                "times",
                _("如 10:00、11:30，到时提醒还没有报送的学校。"),
                required=False,
                reading=True,
            ),
            "plans_due_on": Spec(
                _("方案报送截止日期"), "date", _("含当天；没有规定时留空。"), required=False, reading=True
            ),
            "summary_due_on": Spec(_("情况总结截止日期"), "date", _("含当天。"), reading=True),
            "statistics_due_on": Spec(_("情况统计表截止日期"), "date", _("含当天。"), reading=True),
        },
    ),
    "notice": PartSpec(
        _("通知正文"),
        "file-earmark-text",
        {"notice": Spec(_("通知全文"), "notice", _("用 # 表示标题，空一行分段。"))},
        _("显示在规则说明里，供学校对照原文。"),
    ),
    "manuscript": PartSpec(
        _("文字稿件要求"),
        "file-earmark-word",
        {
            _RULES + "manuscript.min_words": Spec(_("最少字数"), "words", reading=True),
            _RULES + "manuscript.max_words": Spec(_("最多字数"), "words", reading=True),
            _RULES + "manuscript.tolerance": Spec(
                _("上下浮动"), "share", _("浮动以内只提醒，超出浮动不合格。"), reading=True
            ),
            _RULES + "manuscript.quotation_words": Spec(
                _("多长的引用须写来源"), "words", _("0 为不检查。"), reading=True
            ),
            _RULES + "manuscript.passage_words": Spec(
                _("相同多少字算一处"), "words", _("与其他文字比对时，连续相同不足这么多字的不算。"), reading=True
            ),
            _RULES + "manuscript.coverage_words": Spec(
                _("与媒体报道相同多少字须写来源"), "words", _("0 为不检查。"), reading=True
            ),
            _RULES + "manuscript.overlap_share": Spec(
                _("与更早的材料相同多少时提醒"), "share", _("占本稿的比例。"), reading=True
            ),
            _RULES + "manuscript.outlets": Spec(_("提到就提醒写来源的媒体"), "lines", ONE_A_LINE, required=False),
        },
    ),
    "photo": PartSpec(
        _("照片要求"),
        "camera",
        {
            _RULES + "photo.formats": Spec(
                _("允许的格式"), "choices", _("按文件内容判断，改扩展名不算。"), PHOTO_FORMATS, reading=True
            ),
            _RULES + "photo.min_width": Spec(_("最小宽度"), "pixels", reading=True),
            _RULES + "photo.min_bytes": Spec(_("最小文件"), "size", reading=True),
            _RULES + "photo.max_bytes": Spec(_("最大文件"), "size", reading=True),
            _RULES + "photo.max_pixels": Spec(_("最多像素"), "number", _("宽 × 高，超过的不打开。")),
            _RULES + "photo.caption_required": Spec(_("每张须配文字说明"), "yes", required=False),
            _RULES + "photo.min_fineness": Spec(
                _("细节少于多少时提醒是放大的图"), "share", _("0 为不检查。"), reading=True
            ),
            _RULES + "photo.taken_in_week": Spec(_("拍摄日期须在活动周内"), "yes", required=False, reading=True),
        },
    ),
    "video": PartSpec(
        _("视频要求"),
        "camera-video",
        {
            _RULES + "video.max_bytes": Spec(_("最大文件"), "size", reading=True),
            _RULES + "video.min_short_side": Spec(_("短边至少"), "pixels", reading=True),
            _RULES + "video.advised_width": Spec(_("建议宽度"), "pixels"),
            _RULES + "video.advised_height": Spec(_("建议高度"), "pixels"),
            _RULES + "video.codecs": Spec(_("允许的编码"), "choices", _("手机能直接播放的编码。"), CODECS),
        },
    ),
    "coverage": PartSpec(
        _("媒体报道要求"),
        "newspaper",
        {
            _RULES + "coverage.levels": Spec(_("计入的媒体级别"), "choices", "", LEVELS, reading=True),
            _RULES + "coverage.scan_formats": Spec(_("扫描件格式"), "choices", "", SCAN_FORMATS),
            _RULES + "coverage.scan_required": Spec(_("须有报道扫描件"), "yes", required=False),
            _RULES + "coverage.photo_required": Spec(_("须有照片"), "yes", required=False),
            _RULES + "coverage.text_required": Spec(_("须有文稿电子版"), "yes", required=False),
        },
    ),
    "activities": PartSpec(
        _("活动规范要求"),
        "shield-check",
        {
            _ACTIVITY + "free_of_charge": Spec(_("须不收费"), "yes", required=False, reading=True),
            _ACTIVITY + "person_in_charge": Spec(_("须写明负责人和电话"), "yes", required=False, reading=True),
            _ACTIVITY + "safety_plan_words": Spec(_("安全预案最少字数"), "words", _("0 为不要求。"), reading=True),
            _ACTIVITY + "crowd_size": Spec(_("大型活动的人数"), "number", _("单场达到这个人数按大型活动要求。")),
            _ACTIVITY + "crowd_safety_plan_words": Spec(_("大型活动安全预案最少字数"), "words", reading=True),
            _ACTIVITY + "funding_source": Spec(_("须写明经费来源"), "yes", required=False, reading=True),
            _ACTIVITY + "public_benefit": Spec(_("须作公益承诺"), "yes", required=False, reading=True),
            _ACTIVITY + "commercial_words": Spec(
                _("商业推广用词"), "lines", _("每行一个。出现时提醒审核员。"), required=False, reading=True
            ),
            _ACTIVITY + "description_words": Spec(_("活动介绍最少字数"), "words", reading=True),
        },
        _("每项活动发布前按这些要求检查，不符合的不能发布。"),
    ),
    "bookings": PartSpec(
        _("预约规则"),
        "ticket-perforated",
        {
            _BOOKING + "max_party": Spec(_("一次预约最多人数"), "number", reading=True),
            _BOOKING + "max_group": Spec(_("团体预约最多人数"), "number", reading=True),
            _BOOKING + "bookings_per_person": Spec(
                _("每人最多预约场次"), "number", _("按手机号或邮箱计算，团体不计。"), reading=True
            ),
            _BOOKING + "offer_hours": Spec(_("候补名额保留小时数"), "number", reading=True),
            _BOOKING + "remind_hours_before": Spec(_("提前多少小时提醒"), "number", reading=True),
            _BOOKING + "guardian_below_age": Spec(
                _("须监护人同意的年龄"), "number", _("未满这个年龄须监护人同意。"), reading=True
            ),
        },
    ),
    "statistics": PartSpec(
        _("统计表说明"),
        "table",
        {
            "statistics_form.title": Spec(_("表名")),
            "statistics_form.origin": Spec(_("字段来源"), "choice", "", ORIGINS),
            "statistics_form.explanation": Spec(_("说明"), "text", required=False),
            "statistics_form.ordinary_school_words": Spec(
                _("普通中小学的用词"),
                "lines",
                _("每行一个。合作单位的名称含有其一，计为普通中小学。"),
                required=False,
            ),
            "statistics_form.other_school_words": Spec(
                _("不算普通中小学的用词"),
                "lines",
                _("每行一个。名称含有其一的不计，例如职业中学。"),
                required=False,
            ),
        },
    ),
    "summary": PartSpec(
        _("情况总结"),
        "file-earmark-text",
        {
            "summary_template.title": Spec(_("标题"), help=_("{unit} 是单位，{edition} 是届次名称。")),
            "summary_template.origin": Spec(_("来源"), "choice", "", ORIGINS),
            "summary_template.min_words": Spec(_("建议最少字数"), "words", _("0 为不限。")),
            "summary_template.max_words": Spec(_("建议最多字数"), "words", _("0 为不限。")),
        },
    ),
}


def spec_of(path: str) -> Spec | None:
    """How the single value at this dotted path is called and written."""
    for part in PARTS.values():
        if path in part.fields:
            return part.fields[path]
    return None


def value_at(data: Mapping[str, Any], path: str | tuple[str, ...]) -> Any:
    """The value at a dotted path in a document as JSON, or None when an older document lacks it."""
    value: Any = data
    for step in path.split(".") if isinstance(path, str) else path:
        if not isinstance(value, Mapping) or step not in value:
            return None
        value = value[step]
    return value


def reading_place(path: str) -> tuple[tuple[str, ...], str]:
    """Where the reading of a field stands: the dictionary's path, and the key in it."""
    table, _dot, rest = path.partition(".")
    if table in _WITH_READINGS:
        return (table, "readings"), rest
    return ("readings",), path
