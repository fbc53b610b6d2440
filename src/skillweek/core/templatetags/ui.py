"""Small pieces of the interface for templates: ``{% load ui %}``. See ``docs/developer/design-system.md``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import STATICFILES_STORAGE_ALIAS, settings
from django.core.files.storage import Storage, storages
from django.template.defaultfilters import date as format_date
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop, pgettext
from django.utils.translation import gettext as _

from skillweek.core.clock import now
from skillweek.core.notices import undo_url_of

register = template.Library()

_KIB = 1024
#: state → (icon, tone, word). Shown as icon + word, never by colour alone.
_STATES: dict[str, tuple[str, str, str]] = {
    "draft": ("pencil-square", "stone", gettext_noop("草稿")),
    "submitted": ("hourglass-split", "sky", gettext_noop("待审核")),
    "returned": ("arrow-return-left", "flame", gettext_noop("已退回")),
    "accepted": ("check-circle-fill", "leaf", gettext_noop("已通过")),
    "approved": ("check-circle-fill", "leaf", gettext_noop("已通过")),
    "public": ("globe2", "leaf", gettext_noop("已公开")),
    "cancelled": ("x-circle", "flame", gettext_noop("已取消")),
    "withdrawn": ("eye-slash", "stone", gettext_noop("已撤下")),
    "late": ("clock-history", "gold", gettext_noop("逾期")),
    "missing": ("dash-circle", "flame", gettext_noop("未报送")),
    "todo": ("pencil", "sky", gettext_noop("待填报")),
    "upcoming": ("calendar-event", "stone", gettext_noop("未开始")),
    "open": ("door-open", "leaf", gettext_noop("进行中")),
    "closed": ("lock", "stone", gettext_noop("已结束")),
    "queued": ("hourglass", "stone", gettext_noop("排队中")),
    "checking": ("arrow-repeat", "sky", gettext_noop("检查中")),
    "running": ("arrow-repeat", "sky", gettext_noop("处理中")),
    "done": ("check-circle-fill", "leaf", gettext_noop("已完成")),
    "ok": ("check-circle-fill", "leaf", gettext_noop("合格")),
    "sample": ("info-circle", "stone", gettext_noop("示例")),
    "failed": ("x-circle-fill", "flame", gettext_noop("未成功")),
}
#: severity → (icon, tone, word, weight for sorting).
_SEVERITIES: dict[str, tuple[str, str, str, int]] = {
    "error": ("x-circle-fill", "flame", gettext_noop("须改正"), 0),
    "warning": ("exclamation-triangle-fill", "gold", gettext_noop("请留意"), 1),
    "advice": ("lightbulb-fill", "sky", gettext_noop("建议"), 2),
}


def sprite_url() -> str:
    """Address of the icon sprite; empty while the front end is not built, so that pages still render."""
    try:
        return _sprite_url(storages[STATICFILES_STORAGE_ALIAS], settings.STATIC_URL, settings.DEBUG)
    except ValueError:
        return ""


@lru_cache(maxsize=4)
def _sprite_url(storage: Storage, *settings_of_it: object) -> str:
    """Looked up once: pages have hundreds of icons, and the address of a built file stays."""
    return storage.url("skillweek/dist/icons.svg")


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite, by its bootstrap-icons name. Decorative unless ``label`` says what it means."""
    url = sprite_url()
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', css, label, url, name
        )
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, url, name)


@register.simple_tag
def clock_now() -> datetime:
    """The moment that the product's clock shows; Django's own ``{% now %}`` knows nothing of the demo's clock."""
    return now()


@register.simple_tag
def asset(name: str) -> str:
    """The address of a static file, or nothing when it was not built: an error page must never fail."""
    try:
        return static(name)
    except ValueError:
        return ""


@register.inclusion_tag("core/components/state.html")
def state_badge(state: str, text: str = "", css: str = "") -> dict[str, Any]:
    """A state as icon and word: draft, submitted, returned, accepted, late, missing, upcoming, open, closed, …

    ``text`` replaces the word. An unknown state shows itself with a neutral icon.
    """
    symbol, tone, word = _STATES.get(str(state), ("circle", "stone", str(state)))
    return {"icon_name": symbol, "tone": tone, "text": text or _(word), "state": state, "css": css}


@register.inclusion_tag("core/components/findings.html")
def findings(items: Iterable[Any], ok: str = "") -> dict[str, Any]:
    """What the judge found, errors first, each with what to do.

    ``items`` are findings as JSON (``{"severity", "message", "message_en", "todo", "todo_en"}``) or objects with
    these attributes. With none of them, ``ok`` is shown if given.
    """
    rows = [_finding(item) for item in items or ()]
    rows.sort(key=lambda row: row["weight"])
    return {"rows": rows, "ok": ok}


def _finding(item: Any) -> dict[str, Any]:
    severity = str(_value(item, "severity", "advice"))
    symbol, tone, word, weight = _SEVERITIES.get(severity, _SEVERITIES["advice"])
    return {
        "icon_name": symbol,
        "tone": tone,
        "word": _(word),
        "weight": weight,
        "message": _in_language(item, "message"),
        "todo": _in_language(item, "todo"),
        "severity": severity,
        "code": _value(item, "code", ""),
    }


def _value(item: Any, name: str, default: Any = "") -> Any:
    return item.get(name, default) if isinstance(item, Mapping) else getattr(item, name, default)


def _in_language(item: Any, name: str) -> str:
    """The text in the reader's language; findings carry both."""
    if (get_language() or "").startswith("en") and (english := _value(item, f"{name}_en")):
        return str(english)
    return str(_value(item, name) or _value(item, f"{name}_zh"))


@register.filter
def filesize(size: float | None) -> str:
    """Bytes as people say them: 612 KB, 3.4 MB, 1.2 GB (1024-based, as phones and computers show them)."""
    if size is None:
        return "—"
    value = float(size)
    for unit in ("B", "KB", "MB", "GB"):
        if value < _KIB or unit == "GB":
            return f"{value:.0f} {unit}" if unit in ("B", "KB") else f"{value:.1f} {unit}"
        value /= _KIB
    return ""


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds as 0:42, 3:05 or 1:02:03."""
    if seconds is None:
        return "—"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


@register.simple_tag
def day(value: date | datetime, form: str = "short") -> str:
    """A calendar day: 5月14日 周日 (``short``), 5月14日 (``plain``), 2023年5月14日 (``long``)."""
    if form == "long":
        return format_date(value, "DATE_FORMAT")
    plain = f"{value.month}月{value.day}日" if value and _is_chinese() else format_date(value, "j M")
    return plain if form == "plain" else f"{plain} {weekday(value)}"


@register.filter
def weekday(value: date | datetime) -> str:
    """周一 … 周日, Mon … Sun."""
    if _is_chinese():
        return "周" + "一二三四五六日"[value.weekday()]
    return format_date(value, "D")


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


@register.inclusion_tag("core/components/progress.html")
def progress(value: float, maximum: float = 100, label: str = "", tone: str = "") -> dict[str, Any]:
    """A progress bar that says its number in words too."""
    share = 0 if not maximum else max(0, min(100, round(100 * value / maximum)))
    return {"share": share, "value": value, "maximum": maximum, "label": label or _("进度"), "tone": tone}


@register.filter
def undo_url(message: Any) -> str:
    """Where a message's 「撤销」 posts to, or nothing."""
    return undo_url_of(message.extra_tags)


@register.simple_tag
def page_numbers(page: Any) -> Iterable[Any]:
    """The numbers to show for a Django ``Page``, with 「…」 where some are left out."""
    numbers: Iterable[Any] = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return numbers


def _words_for_the_catalogue() -> tuple[str, ...]:
    """The words of the tables above, named so that makemessages finds them."""
    return (
        _("草稿"), _("待审核"), _("已退回"), _("已通过"), _("逾期"), _("未报送"), _("待填报"), _("未开始"), _("进行中"),
        _("已结束"), _("排队中"), _("检查中"), _("合格"), _("未成功"), _("须改正"), _("请留意"), _("建议"),
        pgettext("severity", "建议"),
    )  # fmt: skip
