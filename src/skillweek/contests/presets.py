"""Prefilled calls to start from: one for each of the notice's ideas and the usual collections (E1, E7, E11)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from skillweek.contests.models import Call

_F = Call.Face
TERMS: Final = _(
    "1. 作品应为本人或本校创作，内容真实，没有水印和二维码。\n"
    "2. 作品里能认出的人都同意公开；有未成年人出镜的，已取得监护人同意。\n"
    "3. 主办单位可以在活动周的页面、展览和公益宣传中使用作品，并注明作者。\n"
    "4. 审核通过后才会展示。您可以随时撤回作品，撤回后展示、投票和奖项一并取消。\n"
    "5. 手机号码或邮箱只用于联系您，不公开，活动周结束后按期清除。"
)


@dataclass(frozen=True)
class Preset:
    """``label`` and ``teaser`` for the choice; ``values`` are first values of the form, texts lazy."""

    code: str
    face: str
    label: Any
    teaser: Any
    values: dict[str, Any] = field(default_factory=dict)


PRESETS: Final = (
    Preset(
        "snap", _F.CONTEST, _("全民美拍"), _("照片和短视频，评委评审加公众投票。"),
        {
            "title": _("我镜头里的技能之美"), "theme": _("用照片和短视频记录身边的劳动者和技能瞬间"),
            "text": _("拿起手机，拍下身边的技能之美：车间里的专注，厨房里的刀工，课堂上的第一次成功。"),
            "groups": [_("市民组"), _("学生组"), _("教师组")], "photos_max": 9, "takes_video": True,
        },
    ),
    Preset(
        "relay", _F.RELAY, _("技能接力"), _("每段短视频点名下一位，连成一条线。"),
        {
            "title": _("技能接力，为职教点赞"), "theme": _("展示一项技能，点名下一位"),
            "text": _("用一段一分钟左右的短视频展示一项技能，再点名下一位老师、同学或学校接力。看看这条线能走多远。"),
            "photos_max": 0, "takes_video": True, "video_seconds": 90, "per_person": 1,
        },
    ),
    Preset(
        "films", _F.COLLECTION, _("短视频征集"), _("征集职业教育主题的短视频。"),
        {
            "title": _("职教短视频征集"), "theme": _("讲一个职业教育的故事"),
            "text": _("征集三分钟以内的短视频：一位老师，一门手艺，一次比赛，一个毕业生的故事。"),
            "photos_max": 0, "takes_video": True, "video_seconds": 180, "groups": [_("学校组"), _("个人组")],
        },
    ),
    Preset(
        "reading", _F.COLLECTION, _("读书活动"), _("读后感文字和朗读录音。"),
        {
            "title": _("读一本技能的书"), "theme": _("读书感言和朗读"),
            "text": _("分享一本和技能、劳动、工匠有关的书：可以写读后感，也可以录一段朗读。"),
            "photos_max": 3, "takes_video": False, "takes_audio": True, "takes_text": True, "text_max": 1500,
        },
    ),
    Preset(
        "people", _F.COLLECTION, _("风采展示"), _("学校报送学生、教师、工匠的图文。"),
        {
            "title": _("职教风采展示"), "theme": _("身边的技能榜样"),
            "text": _("由学校报送学生、教师和校友的图文与短视频，审核后分组展示。"),
            "open_to": Call.OpenTo.SCHOOLS, "photos_min": 1, "photos_max": 6, "text_max": 800, "per_person": 20,
            "groups": [_("学生风采"), _("名师风采"), _("校友风采")],
        },
    ),
)  # fmt: skip


def preset(code: str) -> Preset:
    """The preset of this code, or the first."""
    return next((each for each in PRESETS if each.code == code), PRESETS[0])
