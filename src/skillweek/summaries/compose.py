"""Composing a draft from data by the edition's template (C11). No sentence says what nobody entered.

A section's text is lines with ``{placeholders}``. A line is left out when it has placeholders and none of them has
anything to say; a figure of 0 says nothing. Figures become links to where they come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from django.utils.formats import date_format, number_format
from django.utils.html import escape
from django.utils.translation import override

from skillweek.content.html import sanitise
from skillweek.editions.models import Edition
from skillweek.editions.schema_closing import SummarySection
from skillweek.editions.specs import LEVELS
from skillweek.organisations.models import Organisation
from skillweek.press.models import Coverage
from skillweek.press.queries.coverage import confirmed_articles
from skillweek.reports.models import ReportItem
from skillweek.summaries import material
from skillweek.summaries.material import Figure

_PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_.-]*)\}")
#: Anything that looks as if it were meant for one: capitals, Chinese, full-width braces, one left open.
_BRACES: Final = re.compile(r"[{｛]([^{}｛｝]*)[}｝]?|[}｝]")
_FIGURE: Final = "figure."
#: What may stand in braces, beside ``figure.`` and a code of the statistics form.
PLACEHOLDERS: Final[dict[str, tuple[str, ...]]] = {
    "text": (),
    "topics": ("topic", "activities", "count"),
    "cases": ("title", "school", "text"),
    "coverage": ("title", "school", "outlet", "date", "level", "text"),
    "photos": (),
}
EVERYWHERE: Final = ("unit", "edition", "theme", "city", "start", "end", "issuers", "schools")
#: 字 of a case that are taken over; the rest stays in the report.
_CASE_LENGTH: Final = 400
#: Names of activities in one sentence.
_NAMED: Final = 8
_KINDS: Final = ReportItem.Kind


def compose_title(edition: Edition, organisation: Organisation) -> str:
    """The summary's title by the edition's template."""
    words = {"unit": organisation.name, "edition": edition.title}
    return _filled(edition.doc.summary_template.title, words, {})[:200] or edition.title


def compose_body(edition: Edition, organisation: Organisation) -> str:
    """The summary's draft as sanitised HTML, in Chinese whatever the reader's language: it is an official document."""
    with override("zh-hans"):
        figures = material.figures_for(edition, organisation)
        words = _words(edition, organisation)
        parts = []
        number = 0
        for section in edition.doc.summary_template.sections:
            if section.unit not in ("both", "school" if organisation.is_school else "bureau"):
                continue
            lines = list(_lines(section, edition, organisation, words, figures))
            if not lines:
                continue
            if section.heading:
                number += 1
                parts.append(f"<h2>{chinese_number(number)}、{escape(section.heading)}</h2>")
            parts += lines
    return sanitise("".join(parts))


def _words(edition: Edition, organisation: Organisation) -> dict[str, str]:
    return {
        "unit": organisation.name,
        "edition": edition.title,
        "theme": edition.theme,
        "city": edition.city,
        "start": date_format(edition.starts_on, "DATE_FORMAT"),
        "end": date_format(edition.ends_on, "MONTH_DAY_FORMAT"),
        "issuers": "、".join(edition.doc.source.issuers),
        "schools": str(material.schools_reporting(edition, organisation) or ""),
    }


def _lines(
    section: SummarySection,
    edition: Edition,
    unit: Organisation,
    words: Mapping[str, str],
    figures: Mapping[str, Figure],
) -> Iterator[str]:
    rows: Iterator[Mapping[str, str]]
    if section.source == "text":
        rows = iter([{}])
    elif section.source == "topics":
        rows = islice(_topics(edition, unit), section.limit)
    elif section.source == "photos":
        return
    elif section.source == "coverage":
        rows = (_of_coverage(row) for row in confirmed_articles(edition, unit)[: section.limit])
    else:
        items = material.accepted_items(edition, unit, _KINDS.CASE, _KINDS.MANUSCRIPT)[: section.limit]
        rows = (_of_item(item) for item in items)
    for row in rows:
        for line in section.text.split("\n"):
            if filled := _filled(line.strip(), {**words, **row}, figures, own=row.keys()):
                yield f"<p>{filled}</p>"


def _filled(line: str, words: Mapping[str, str], figures: Mapping[str, Figure], own: object = ()) -> str:
    """The line as HTML, or ``""`` when it has placeholders and the data says nothing to any of those that tell.

    What the edition itself says (theme, dates) tells nothing; a line of only such words is always written.
    """
    telling = said = False
    parts: list[str] = []
    at = 0
    for match in _PLACEHOLDER.finditer(line):
        parts.append(escape(line[at : match.start()]))
        at = match.end()
        name = match[1]
        if name.startswith(_FIGURE):
            telling = True
            figure = figures.get(name.removeprefix(_FIGURE))
            said = said or bool(figure and figure.number)
            parts.append(_link(figure) if figure else "0")
        else:
            value = words.get(name, "")
            if name in own or name == "schools":  # type: ignore[operator]
                telling = True
                said = said or bool(value)
            parts.append(escape(value))
    parts.append(escape(line[at:]))
    # A sentence does not begin with the mark that stood behind something unknown: “：《…》”.
    return "" if telling and not said else "".join(parts).lstrip("：，、；。:,; ")


def _link(figure: Figure) -> str:
    return f'<a href="{figure.url}">{number_format(figure.number, use_l10n=False)}</a>'


def _topics(edition: Edition, unit: Organisation) -> Iterator[Mapping[str, str]]:
    by_topic = material.activities_by_topic(edition, unit)
    for topic in edition.doc.topics:
        activities = by_topic.get(topic.code, [])
        named = "、".join(f"“{activity.title}”" for activity in activities[:_NAMED])
        if activities:
            yield {"topic": topic.name, "activities": named, "count": str(len(activities))}


def _of_item(item: ReportItem) -> Mapping[str, str]:
    return {
        "title": item.title or str(item),
        "school": item.report.organisation.name,
        "text": _shortened(item.text),
        "date": date_format(item.report.day, "MONTH_DAY_FORMAT"),
    }


def _of_coverage(row: Coverage) -> Mapping[str, str]:
    day = row.published_on or (row.report.day if row.report is not None else None)
    return {
        "title": row.title,
        "school": row.home.name,
        "text": _shortened(row.item.text if row.item is not None else row.text),
        "outlet": row.outlet.name if row.outlet is not None else "",
        "level": str(dict(LEVELS).get(row.level, "")),
        "date": date_format(day, "MONTH_DAY_FORMAT") if day is not None else "",
    }


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _CASE_LENGTH:
        return text
    cut = text.rfind("。", 0, _CASE_LENGTH)
    return text[: cut + 1] if cut > 0 else f"{text[:_CASE_LENGTH]}……"


def unknown_placeholders(section: SummarySection, figure_codes: set[str]) -> list[str]:
    """What stands in braces and means nothing here, in its order."""
    known = {*EVERYWHERE, *PLACEHOLDERS[section.source], *(f"{_FIGURE}{code}" for code in figure_codes)}
    return [*_strange(section.text, known), *_strange(section.heading, set())]


def unknown_in_title(title: str) -> list[str]:
    """The same for the title, which knows the unit and the edition only."""
    return _strange(title, {"unit", "edition"})


def _strange(text: str, known: set[str]) -> list[str]:
    strange = (
        match[0] for match in _BRACES.finditer(text) if not (_PLACEHOLDER.fullmatch(match[0]) and match[1] in known)
    )
    return list(dict.fromkeys(strange))


_DIGITS: Final = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十; for headings, up to 99."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")
