"""Figures inside a summary: links that name a field and a unit, so that each can be followed and compared (C11)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml import html as lxml_html

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.summaries.material import figures_for

_ADDRESS: Final = re.compile(r"/w/statistics/(?:rollup/)?(\d+)/figure/([a-z0-9][a-z0-9_-]*)/")
_NUMBER: Final = re.compile(r"[\d,，]+")


@dataclass(frozen=True)
class Reference:
    """One number in the text: which field of which unit, what the text says, what it is now (None: unknown)."""

    organisation_id: int
    code: str
    name: str
    said: str
    url: str
    now: int | None

    @property
    def is_stale(self) -> bool:
        """Whether the number has changed since it was written."""
        digits = self.said.replace(",", "").replace("，", "")
        return self.now is not None and digits.isdigit() and int(digits) != self.now


def references(edition: Edition, organisation: Organisation, body: str) -> list[Reference]:
    """Every figure of the text in its order, with the number as it is now. Figures of other units have none."""
    if not body.strip():
        return []
    current = figures_for(edition, organisation)
    names = {each.code: each.name for each in edition.doc.statistics_form.fields}
    found = []
    for link in lxml_html.fragment_fromstring(body, create_parent="div").iter("a"):
        match = _ADDRESS.search(link.get("href", ""))
        number = _NUMBER.search(link.text_content())
        if match is None or number is None:
            continue
        unit, code = int(match[1]), match[2]
        figure = current.get(code) if unit == organisation.pk else None
        found.append(
            Reference(unit, code, names.get(code, code), number[0], match[0], figure.number if figure else None)
        )
    return found


def with_present_numbers(edition: Edition, organisation: Organisation, body: str) -> str:
    """The text with every figure of this unit as it is now; everything else stays."""
    if not body.strip():
        return body
    current = figures_for(edition, organisation)
    root = lxml_html.fragment_fromstring(body, create_parent="div")
    for link in root.iter("a"):
        match = _ADDRESS.search(link.get("href", ""))
        if match is None or int(match[1]) != organisation.pk or (figure := current.get(match[2])) is None:
            continue
        for child in list(link):
            link.remove(child)
        link.text = str(figure.number)
    return (root.text or "") + "".join(lxml_html.tostring(child, encoding="unicode") for child in root)
