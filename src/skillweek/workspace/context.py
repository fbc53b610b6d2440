"""Navigation of the staff shell, the same on every workspace page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from skillweek.editions import viewing
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.access import FILING_ROLES, Scope, scope_of
from skillweek.organisations.models import Membership
from skillweek.participation.switches import all_switches

#: How many entries the phone's tab bar shows beside 「更多」.
_TABS = 4


@dataclass(frozen=True)
class Entry:
    """One item of the navigation. ``icon`` is a name of the icon sprite; ``group`` the heading it stands below."""

    label: str
    url: str
    icon: str
    active: bool = False
    group: str = ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Lazy values: pages that show no shell pay nothing."""
    entries = SimpleLazyObject(lambda: navigation(request))
    return {
        "current_edition": SimpleLazyObject(Edition.objects.current),
        "past_edition": SimpleLazyObject(_past_edition),
        "navigation": entries,
        "tabs": SimpleLazyObject(lambda: _split(entries)[0]),
        "more": SimpleLazyObject(lambda: _split(entries)[1]),
        "unread_count": SimpleLazyObject(lambda: unread_count(request)),
        "inbox_url": SimpleLazyObject(lambda: _url("notifications:inbox")),
        "account_links": SimpleLazyObject(_account_links),
        "my_duties": SimpleLazyObject(lambda: duties(request)),
    }


def _entries(scope: Scope) -> list[tuple[str, list[tuple[str, str, str, bool]]]]:
    """Groups of (label, URL name, icon, whether this person uses it), in the order of a working day."""
    anybody = bool(scope.roles)
    files = any(roles & FILING_ROLES for roles in scope.roles.values()) and not scope.has_bureau_role
    reviews = bool(scope.deciding_paths)
    return [
        (
            "",
            [
                (_("首页"), "workspace:home", "house", anybody),
                (_("填报"), "reports:mine", "pencil-square", files),
                (_("审核"), "reports:queue", "clipboard-check", reviews),
                (_("看板"), "reports:board", "grid-3x3-gap", reviews),
            ],
        ),
        (
            _("活动"),
            [
                (_("方案与活动"), "activities:index", "calendar-event", anybody),
                (_("活动覆盖"), "activities:coverage", "bar-chart-steps", reviews),
                (_("预约与签到"), "bookings:index", "ticket-perforated", anybody),
                (_("互动参与"), "participation:index", "stars", anybody),
            ],
        ),
        (
            _("收官"),
            [
                (_("统计表"), "statistics:index", "table", anybody),
                (_("数据总览"), "statistics:dashboards", "speedometer2", reviews),
                (_("参与人数"), "statistics:taking_part", "people", anybody),
                (_("情况总结"), "summaries:index", "file-earmark-text", anybody),
            ],
        ),
        (
            _("宣传"),
            [
                (_("故事与专题"), "publicity:index", "camera-reels", anybody),
                (_("媒体与报道"), "press:index", "broadcast", anybody),
                (_("政策库"), "policies:index", "book", anybody),
                (_("门户内容"), "content:index", "newspaper", anybody),
            ],
        ),
        (
            _("联络"),
            [
                (_("通知"), "notices:index", "megaphone", anybody),
                (_("消息"), "notifications:inbox", "bell", anybody),
                (_("报送邮箱"), "mailbox:index", "mailbox", reviews),
            ],
        ),
        (
            _("管理"),
            [
                (_("单位与人员"), "organisations:index", "diagram-3", anybody),
                (_("规则说明"), "editions:rules", "lightbulb", anybody),
                (_("届次设置"), "editions:index", "sliders", scope.is_host_manager),
                (_("往届与归档"), "archive:index", "archive", anybody),
            ],
        ),
    ]


def navigation(request: HttpRequest) -> list[Entry]:
    """The entries the person can use, in order."""
    found = [
        (str(group), str(label), url, icon)
        for group, entries in _entries(scope_of(request.user))
        for label, name, icon, shown in entries
        if shown and (url := _url(name))
    ]
    here = _longest_prefix(request.path, [url for _group, _label, url, _icon in found]) or _switchboard(request.path)
    return [Entry(label, url, icon, url == here, group) for group, label, url, icon in found]


def shortcuts(request: HttpRequest) -> list[Entry]:
    """Ways to the quieter work, for the home page: people, rules, the edition."""
    scope = scope_of(request.user)
    manages = bool(scope.managing_paths)
    pages = [
        (_("单位与人员"), "organisations:index", "people", manages),
        (_("届次设置"), "editions:index", "sliders", scope.is_host_manager),
        (_("材料下载"), "reports:archive", "file-earmark-zip", bool(scope.deciding_paths)),
        (_("规则说明"), "editions:rules", "lightbulb", bool(scope.roles)),
    ]
    return [Entry(str(label), url, icon) for label, name, icon, shown in pages if shown and (url := _url(name))]


def _longest_prefix(path: str, urls: list[str]) -> str:
    """The entry whose address fits best; the home page only for itself."""
    home = reverse("workspace:home")
    fitting = [url for url in urls if path == url or (url != home and path.startswith(url))]
    return max(fitting, key=len, default="")


def _switchboard(path: str) -> str:
    """「互动参与」 for the pages of the rooms that are switched on there, which have no entry of their own."""
    rooms = {_room(url) for switch in all_switches() if (url := _url(switch.url_name))}
    return _url("participation:index") if _room(path) in rooms else ""


def _room(path: str) -> str:
    """``/w/quiz/bank/`` → ``quiz``."""
    return path.strip("/").partition("/")[2].partition("/")[0]


def _split(entries: Any) -> tuple[list[Entry], list[Entry]]:
    entries = list(entries)
    if len(entries) <= _TABS + 1:
        return entries, []
    return entries[:_TABS], entries[_TABS:]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def unread_count(request: HttpRequest) -> int:
    """How many messages the person has not read: one indexed count per page."""
    if not request.user.is_authenticated:
        return 0
    return Message.objects.filter(recipient_id=request.user.pk, read_at=None).count()


def duties(request: HttpRequest) -> list[str]:
    """The person's roles in words: 示例第一职业学校 · 联络员."""
    if not request.user.is_authenticated:
        return []
    rows = Membership.objects.filter(user_id=request.user.pk, is_active=True).select_related("organisation")
    return [f"{row.organisation} · {row.get_role_display()}" for row in rows]


def _past_edition() -> Edition | None:
    """The edition that the person looks back at, or None while they work in the present one."""
    return Edition.objects.current() if viewing.chosen.get() is not None else None


def _account_links() -> list[Entry]:
    """Where people look after their own account."""
    pages = [
        (_("我的资料"), "organisations:profile", "person"),
        (_("消息设置"), "notifications:preferences", "bell"),
        (_("修改密码"), "account_change_password", "key"),
        (_("两步验证"), "mfa_index", "shield-lock"),
    ]
    return [Entry(str(label), url, icon) for label, name, icon in pages if (url := _url(name))]
