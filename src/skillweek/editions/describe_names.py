"""How the edition's own names are called and written on its pages (B11, E2, E8)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from skillweek.editions.schema_names import NameKind
from skillweek.editions.specs import ListSpec, Spec, Words

#: Kind → the product's plain word for such pages.
PLAIN: Final[dict[NameKind, Words]] = {
    "online": _("线上活动周"),
    "tours": _("全景导览"),
    "rooms": _("直播间"),
    "interviews": _("访谈"),
    "quiz": _("知识竞答"),
}
NAMES: Final = ListSpec(
    _("栏目的名称"),
    _("名称"),
    "tag",
    ("own_names",),
    {
        "kind": Spec(_("哪个栏目"), "choice", "", tuple(PLAIN.items())),
        "name": Spec(_("名称"), help=_("公众在页面上看到的名称，例如通知里写的名称。")),
    },
    _("通知给线上栏目、访谈和竞答起了名字的，写在这里；没有写的用平台的叫法。"),
)
