"""Figures inside a summary: links that name a field and a unit, so that each can be followed and compared (C11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from lxml import html as lxml_html

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.summaries.material import Figure, figures_for

_ADDRESS: Final = re.compile(r"/w/statistics/(?:rollup/)?(\d+)/figure/([a-z0-9][a-z0-9_-]*)/")
_NUMBER: Final = re.compile(r"(\d[\d,，]*)(?:\.(\d+))?(?:\s*([万亿]))?")
_UNITS: Final = {"": 1, "万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True)
class Reference:
    """One number in the text: which field of which unit, what the text says, what it is now (None: unknown)."""

    organisation_id: int
    code: str
    name: str
    said: str
    url: str
    now: int | None
    #: How much of ``now`` nobody has accepted yet.
    waiting: int = 0

    @property
    def is_stale(self) -> bool:
        """Whether the number has changed since it was written; 1.2万 is right for 12 034."""
        return self.now is not None and restated(self.said, self.now) != _plain(self.said)


def restated(said: str, number: int) -> str:
    """``number`` written the way ``said`` writes its own: with as many decimals, in 万 or 亿; without separators."""
    match = _NUMBER.search(said)
    if match is None:
        return said
    decimals, unit = len(match[2] or ""), match[3] or ""
    value = Decimal(number) / _UNITS[unit]
    value = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{said[: match.start()]}{value}{unit}{said[match.end() :]}"


def _plain(said: str) -> str:
    match = _NUMBER.search(said)
    if match is None:
        return said
    whole = match[1].replace(",", "").replace("，", "")
    decimals = f".{match[2]}" if match[2] else ""
    return f"{said[: match.start()]}{whole}{decimals}{match[3] or ''}{said[match.end() :]}"


def references(edition: Edition, organisation: Organisation, body: str) -> list[Reference]:
    """Every figure of the text in its order, with the number as it is now. Figures of other units have none."""
    if not body.strip():
        return []
    current = figures_for(edition, organisation)
    names = {each.code: each.name for each in edition.doc.statistics_form.fields}
    found = []
    for link, unit, code in _links(lxml_html.fragment_fromstring(body, create_parent="div")):
        number = _NUMBER.search(link.text_content())
        if number is None:
            continue
        figure = current.get(code) if unit == organisation.pk else None
        url = _ADDRESS.search(link.get("href", ""))
        found.append(
            Reference(
                unit, code, names.get(code, code), number[0].strip(), url[0] if url else "",
                figure.number if figure else None, figure.waiting if figure else 0,
            )
        )  # fmt: skip
    return found


def with_present_numbers(edition: Edition, organisation: Organisation, body: str) -> str:
    """The text with every figure of this unit as it is now, written as it was: 约1.2万人次 stays in 万.

    Words beside the number stay, and so does a link that holds no number.
    """
    if not body.strip():
        return body
    current = figures_for(edition, organisation)
    root = lxml_html.fragment_fromstring(body, create_parent="div")
    for link, unit, code in _links(root):
        if unit == organisation.pk and (figure := current.get(code)) is not None:
            _restate(link, figure)
    return (root.text or "") + "".join(lxml_html.tostring(child, encoding="unicode") for child in root)


def _links(root: Any) -> Iterator[tuple[Any, int, str]]:
    for link in list(root.iter("a")):
        if (match := _ADDRESS.search(link.get("href", ""))) is not None:
            yield link, int(match[1]), match[2]


def _restate(link: Any, figure: Figure) -> None:
    """Write the figure over the first number in the link, whichever piece of it holds it."""
    if (found := _NUMBER.search(link.text_content())) is None:
        return
    for node in link.iter():
        if node.text and _NUMBER.search(node.text):
            node.text = restated(node.text, figure.number) if _is_whole(node.text, found[0]) else node.text
            return
        if node is not link and node.tail and _NUMBER.search(node.tail):
            node.tail = restated(node.tail, figure.number) if _is_whole(node.tail, found[0]) else node.tail
            return


def _is_whole(piece: str, number: str) -> bool:
    """Whether a piece of the link holds the whole number, and not a part that is set in bold."""
    match = _NUMBER.search(piece)
    return match is not None and match[0].strip() == number.strip()
