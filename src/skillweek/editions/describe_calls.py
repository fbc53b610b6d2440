"""How the presets of calls for works are called and written on the edition's pages (E1, E7, E11)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from skillweek.editions.specs import ListSpec, Spec

_FACES: Final = (("contest", _("评选")), ("relay", _("接力")), ("collection", _("征集和展示")))
_OPEN_TO: Final = (
    ("all", _("市民和学校都可以")),
    ("public", _("只收市民个人的作品")),
    ("schools", _("只收学校报送的作品")),
)

CALLS: Final = ListSpec(
    _("征集活动的模板"),
    _("模板"),
    "camera",
    ("call_presets",),
    {
        "face": Spec(_("形式"), "choice", "", _FACES),
        "name": Spec(_("名称")),
        "teaser": Spec(_("一句话介绍"), required=False),
        "title": Spec(_("活动名称")),
        "theme": Spec(_("主题"), required=False),
        "text": Spec(_("活动说明"), "text", required=False),
        "groups": Spec(_("组别"), help=_("用空格分开，不分组就留空。"), required=False),
        "takes": Spec(
            _("除照片外还收什么"), help=_("video 短视频、audio 音频、text 纯文字，用空格分开。"), required=False
        ),
        "open_to": Spec(_("谁可以投稿"), "choice", "", _OPEN_TO),
        "photos_min": Spec(_("照片最少几张"), "number"),
        "photos_max": Spec(_("照片最多几张"), "number", _("填 0 表示不收照片。")),
        "video_seconds": Spec(_("视频最长几秒"), "number"),
        "text_max": Spec(_("文字最多几字"), "number"),
        "per_person": Spec(_("每人最多几件"), "number"),
    },
    _("学校和部门发起征集时从这些模板开始，文字和限制都可以再改。"),
)
