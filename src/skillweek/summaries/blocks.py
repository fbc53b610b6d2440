"""A summary's rich text as plain blocks, for documents that are set elsewhere: Word and PDF (C11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import html as lxml_html

#: Tags that make their words stand out.
_BOLD: Final = ("strong", "b")
_ITALIC: Final = ("em", "i")
_HEADINGS: Final = {"h2": 1, "h3": 2, "h4": 3}


@dataclass(frozen=True)
class Run:
    """Words in one style."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Block:
    """``kind``: heading (``level`` 1 to 3), paragraph, item (``number`` 0 for a dot), quote, table (``rows``)."""

    kind: str
    runs: tuple[Run, ...] = ()
    level: int = 0
    number: int = 0
    rows: tuple[tuple[str, ...], ...] = field(default=())

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(run.text for run in self.runs)


def blocks_of(body: str) -> list[Block]:
    """The blocks of sanitised HTML in their order. Pictures and files of the library are left out."""
    if not body.strip():
        return []
    root = lxml_html.fragment_fromstring(body, create_parent="div")
    return [block for child in root for block in _block(child) if block.runs or block.rows]


def _block(element: Any) -> Iterator[Block]:
    tag = element.tag
    if tag in _HEADINGS:
        yield Block("heading", tuple(_runs(element)), level=_HEADINGS[tag])
    elif tag in ("ul", "ol"):
        for number, item in enumerate(element.iter("li"), start=1):
            yield Block("item", tuple(_runs(item)), number=number if tag == "ol" else 0)
    elif tag == "blockquote":
        for child in element:
            yield Block("quote", tuple(_runs(child)))
    elif tag == "table":
        rows = tuple(
            tuple(" ".join(cell.text_content().split()) for cell in row.iter("td", "th")) for row in element.iter("tr")
        )
        yield Block("table", rows=rows)
    elif tag == "p":
        yield Block("paragraph", tuple(_runs(element)))


def _runs(element: Any, *, bold: bool = False, italic: bool = False) -> Iterator[Run]:
    if element.text and (text := _clean(element.text)):
        yield Run(text, bold, italic)
    for child in element:
        if child.tag == "br":
            yield Run("\n", bold, italic)
        elif isinstance(child.tag, str):
            yield from _runs(child, bold=bold or child.tag in _BOLD, italic=italic or child.tag in _ITALIC)
        if child.tail and (text := _clean(child.tail)):
            yield Run(text, bold, italic)


def _clean(text: str) -> str:
    return "".join(char for char in text.replace("\n", " ") if char >= " ")
