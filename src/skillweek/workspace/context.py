"""Navigation of the staff shell, the same on every workspace page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.access import FILING_ROLES, Scope, scope_of
from skillweek.organisations.models import Membership

#: How many entries the phone's tab bar shows beside 「更多」.
_TABS = 4


@dataclass(frozen=True)
class Entry:
    """One item of the navigation. ``icon`` is a name of the icon sprite."""

    label: str
    url: str
    icon: str
    active: bool = False


def shell(request: HttpRequest) -> dict[str, Any]:
    """Lazy values: pages that show no shell pay nothing."""
    entries = SimpleLazyObject(lambda: navigation(request))
    return {
        "current_edition": SimpleLazyObject(Edition.objects.current),
        "navigation": entries,
        "tabs": SimpleLazyObject(lambda: _split(entries)[0]),
        "more": SimpleLazyObject(lambda: _split(entries)[1]),
        "unread_count": SimpleLazyObject(lambda: unread_count(request)),
        "inbox_url": SimpleLazyObject(lambda: _url("notifications:inbox")),
        "account_links": SimpleLazyObject(_account_links),
        "my_duties": SimpleLazyObject(lambda: duties(request)),
    }


def _entries(scope: Scope) -> list[tuple[str, str, str, bool]]:
    """(label, URL name, icon, whether this person uses it), in the order of a working day."""
    files = any(roles & FILING_ROLES for roles in scope.roles.values()) and not scope.has_bureau_role
    reviews = bool(scope.deciding_paths)
    return [
        (_("首页"), "workspace:home", "house", bool(scope.roles)),
        (_("填报"), "reports:mine", "pencil-square", files),
        (_("审核"), "reports:queue", "clipboard-check", reviews),
        (_("看板"), "reports:board", "grid-3x3-gap", reviews),
        (_("方案与活动"), "activities:index", "calendar-event", bool(scope.roles)),
        (_("活动覆盖"), "activities:coverage", "bar-chart-steps", reviews),
        (_("预约与签到"), "bookings:index", "ticket-perforated", bool(scope.roles)),
        (_("统计表"), "statistics:index", "table", bool(scope.roles)),
        (_("情况总结"), "summaries:index", "file-earmark-text", bool(scope.roles)),
        (_("宣传"), "publicity:index", "camera-reels", bool(scope.roles)),
        (_("媒体"), "press:index", "broadcast", bool(scope.roles)),
        (_("政策库"), "policies:index", "book", bool(scope.roles)),
        (_("通知"), "notices:index", "megaphone", bool(scope.roles)),
        (_("消息"), "notifications:inbox", "bell", bool(scope.roles)),
        (_("门户内容"), "content:index", "newspaper", bool(scope.roles)),
        (_("邮箱"), "mailbox:index", "mailbox", reviews),
        (_("单位与人员"), "organisations:index", "diagram-3", bool(scope.roles)),
        (_("规则说明"), "editions:rules", "lightbulb", bool(scope.roles)),
        (_("届次设置"), "editions:index", "sliders", scope.is_host_manager),
        (_("归档"), "archive:index", "archive", scope.is_host_manager),
    ]


def navigation(request: HttpRequest) -> list[Entry]:
    """The entries the person can use, in order."""
    found = [(label, _url(name), icon) for label, name, icon, shown in _entries(scope_of(request.user)) if shown]
    here = _longest_prefix(request.path, [url for _label, url, _icon in found if url])
    return [Entry(str(label), url, icon, url == here) for label, url, icon in found if url]


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


def _account_links() -> list[Entry]:
    """Where people look after their own account."""
    pages = [
        (_("我的资料"), "organisations:profile", "person"),
        (_("消息设置"), "notifications:preferences", "bell"),
        (_("修改密码"), "account_change_password", "key"),
        (_("两步验证"), "mfa_index", "shield-lock"),
    ]
    return [Entry(str(label), url, icon) for label, name, icon in pages if (url := _url(name))]
