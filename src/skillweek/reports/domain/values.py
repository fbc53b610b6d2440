"""What a person may type into a report: each field's text, checked and turned into what the row keeps (C1–C5)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError
from skillweek.editions.schema import Figure
from skillweek.materials.rules import CoverageLevel
from skillweek.reports.models import DailyReport, ReportItem

_K = ReportItem.Kind
#: field → longest text, in characters.
LENGTHS = {"title": 200, "text": 60_000, "caption": 500, "source": 300, "outlet": 120, "link": 500, "note": 2000}
_TEXT_FIELDS = frozenset({"title", "text", "source"})
FIELDS: dict[str, frozenset[str]] = {
    _K.CASE: _TEXT_FIELDS,
    _K.MANUSCRIPT: _TEXT_FIELDS,
    _K.PHOTO: frozenset({"caption"}),
    _K.VIDEO: frozenset({"caption"}),
    _K.COVERAGE: frozenset({"title", "text", "outlet", "level", "published_on", "link"}),
}
FIGURE = "figure:"
_check_url = URLValidator(schemes=["http", "https"])


def clean_text(value: str) -> str:
    """Without what no database or page can carry: control characters, lone surrogates; line ends are ``\\n``."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in value if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))


def text_of(owner: DailyReport | ReportItem, field: str) -> str:
    """The field's present value as the text that the form shows."""
    if field.startswith(FIGURE):
        assert isinstance(owner, DailyReport)
        number = owner.figures.get(field.removeprefix(FIGURE))
        return "" if number is None else str(number)
    value = getattr(owner, field)
    return value.isoformat() if isinstance(value, date) else str(value or "")


def must_know(owner: DailyReport | ReportItem, field: str) -> None:
    """Raise DomainError unless the report or item has this field for people to write."""
    if isinstance(owner, ReportItem):
        known = field in FIELDS[owner.kind]
    else:
        known = field == "note" or _figure(owner, field) is not None
    if not known:
        raise DomainError(_("没有这一项，请刷新页面。"), field=field)


def put_value(owner: DailyReport | ReportItem, field: str, value: str) -> None:
    """Set a known field from ``value``, clean text. Raises DomainError with ``field`` and leaves it as it was."""
    special: dict[str, Callable[[str], Any]] = {"published_on": _date, "level": _level, "link": _link}
    if field.startswith(FIGURE):
        assert isinstance(owner, DailyReport)
        _put_figure(owner, field, value)
    elif field in special:
        setattr(owner, field, special[field](value.strip()))
    else:
        setattr(owner, field, _short_enough(field, value))


def _figure(report: DailyReport, field: str) -> Figure | None:
    code = field.removeprefix(FIGURE)
    known = report.edition.doc.report_figures if field.startswith(FIGURE) else ()
    return next((figure for figure in known if figure.code == code), None)


def _put_figure(report: DailyReport, field: str, value: str) -> None:
    figure = _figure(report, field)
    assert figure is not None
    number = parse_figure(value, figure.label, figure.maximum)
    figures = {key: known for key, known in report.figures.items() if key != figure.code}
    report.figures = figures if number is None else {**figures, figure.code: number}


def parse_figure(value: str, label: str, maximum: int) -> int | None:
    """The whole number in ``value`` (full-width digits and separators are understood), None when empty."""
    text = unicodedata.normalize("NFKC", value).replace(",", "").replace(" ", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 12:
        raise DomainError(_("%(label)s请填整数，例如 120。") % {"label": label})
    if (number := int(text)) > maximum:
        raise DomainError(_("%(label)s最多填 %(maximum)s，请检查是否多写了。") % {"label": label, "maximum": maximum})
    return number


def _short_enough(field: str, value: str) -> str:
    if len(value) > (limit := LENGTHS[field]):
        text = _("内容有 %(count)s 个字符，最多 %(limit)s 个。请精简。")
        raise DomainError(text % {"count": len(value), "limit": limit}, field=field)
    return value


def _date(value: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise DomainError(_("日期请这样写：2023-05-16。"), field="published_on") from None


def _level(value: str) -> str:
    if value and value not in {level.value for level in CoverageLevel}:
        raise DomainError(_("请从列表中选择媒体级别。"), field="level")
    return value


def _link(value: str) -> str:
    if not value:
        return ""
    if "://" not in value and "." in value:
        value = f"https://{value}"
    try:
        _check_url(value)
    except ValidationError:
        raise DomainError(
            _("链接不完整，请粘贴完整网址，例如 https://www.example.com/1.html。"), field="link"
        ) from None
    return _short_enough("link", value)
