"""What changed between two rich texts, shown within the new one by ``<ins>`` and ``<del>`` (A1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, Final

import lxml.html
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from skillweek.content.html import sanitise

#: Letters and digits of a word together, anything else (each Chinese sign) alone.
_TOKEN: Final = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
_CONTAINERS: Final = frozenset({"div", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "td", "th"})
_BLOCKS: Final = _CONTAINERS | {"p", "h2", "h3", "h4", "figure", "hr"}
#: Beyond these sizes no person reads marks within a piece; it is shown as taken out and put in.
_TOKENS: Final = 6_000_000
_PIECES: Final = 2_500
_ALIKE: Final = 0.35


def compare(old: Any, new: Any) -> SafeString:
    """The text ``new`` with what differs from ``old`` marked, as safe HTML.

    Both are rich texts, or contents of versions (``{"title", "body", …}``), whose title and body are compared. Show
    it with ``{% rich_text %}``, which resolves the pictures. Equal texts come back without a mark.
    """
    if isinstance(old, dict) or isinstance(new, dict):
        before, after = old or {}, new or {}
        title = compare_plain(before.get("title", ""), after.get("title", ""))
        body = compare(str(before.get("body", "")), str(after.get("body", "")))
        return mark_safe(f"<h2>{title}</h2>{body}")  # both are escaped or sanitised
    roots = [lxml.html.fragment_fromstring(f"<div>{sanitise(text or '')}</div>") for text in (old, new)]
    return mark_safe("".join(_children(*roots)))  # pieces of sanitised texts, and escaped words


def compare_plain(old: str, new: str) -> SafeString:
    """The same for a line of plain text."""
    return mark_safe(_words(str(old or ""), str(new or "")))  # escaped


def compare_fields(old: dict[str, Any], new: dict[str, Any], fields: Sequence[str]) -> list[tuple[str, SafeString]]:
    """The plain fields that differ, each with its marks: ``[("document_number", "<del>…</del><ins>…</ins>")]``."""
    pairs = [(name, _plain(old.get(name)), _plain(new.get(name))) for name in fields]
    return [(name, compare_plain(before, after)) for name, before, after in pairs if before != after]


def _plain(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "、".join(str(one) for one in value)
    return "" if value is None else str(value)


def _children(old: Any, new: Any) -> list[str]:
    """The children of two elements of one kind, side by side."""
    before, after = [_html(child) for child in old], [_html(child) for child in new]
    out: list[str] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            out += after[c:d]
        else:
            out += _changed(list(old)[a:b], list(new)[c:d])
    return out


def _changed(old: list[Any], new: list[Any]) -> list[str]:
    """Pieces that differ: like ones are paired in order and compared inside, others were taken out or put in."""
    pairs = _pairs(old, new) if len(old) * len(new) <= _PIECES else []
    out: list[str] = []
    i = j = 0
    for a, b in [*pairs, (len(old), len(new))]:
        out += [_marked(one, "del") for one in old[i:a]]
        out += [_marked(one, "ins") for one in new[j:b]]
        if a < len(old):
            out.append(_pair(old[a], new[b]))
        i, j = a + 1, b + 1
    return out


def _pairs(old: list[Any], new: list[Any]) -> list[tuple[int, int]]:
    """The order-keeping pairing with the greatest likeness in sum."""
    words = [[_words_of(one) for one in side] for side in (old, new)]
    best = [[0.0] * (len(new) + 1) for _row in range(len(old) + 1)]
    alike = [[0.0] * len(new) for _row in range(len(old))]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            if old[i].tag == new[j].tag:
                alike[i][j] = SequenceMatcher(None, words[0][i], words[1][j], autojunk=False).quick_ratio()
            together = best[i + 1][j + 1] + alike[i][j] if alike[i][j] > _ALIKE else 0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], together)
    pairs, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if alike[i][j] > _ALIKE and best[i][j] == best[i + 1][j + 1] + alike[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _pair(old: Any, new: Any) -> str:
    if new.tag == "figure":
        return _marked(old, "del") + _marked(new, "ins")
    opening, closing = _tags(new)
    if new.tag in _CONTAINERS and any(child.tag in _BLOCKS for child in (*old, *new)):
        own = _words(old.text or "", new.text or "")
        return f"{opening}{own}{''.join(_children(old, new))}{closing}"
    before, after = _words_of(old), _words_of(new)
    if before == after:
        # Only emphasis or a link changed.
        return f'{opening}<ins class="diff-format">{_inside(new)}</ins>{closing}'
    return f"{opening}{_words(before, after)}{closing}"


def _marked(element: Any, mark: str) -> str:
    """The whole element as put in or taken out; the mark stands around words, where HTML allows it."""
    if element.tag == "figure":
        return f"<{mark}>{_html(element)}</{mark}>"
    if element.tag == "hr":
        return _html(element)
    opening, closing = _tags(element)
    if element.tag in _CONTAINERS and any(child.tag in _BLOCKS for child in element):
        own = f"<{mark}>{escape(element.text)}</{mark}>" if (element.text or "").strip() else ""
        return opening + own + "".join(_marked(child, mark) for child in element) + closing
    return f"{opening}<{mark}>{_inside(element)}</{mark}>{closing}"


def _words(old: str, new: str) -> str:
    if old == new:
        return escape(new)
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(a) * len(b) > _TOKENS:
        return f"<del>{escape(old)}</del><ins>{escape(new)}</ins>"
    out: list[str] = []
    taken, put = "", ""
    codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    for number, (what, i, j, k, m) in enumerate(codes):
        lone = what == "equal" and j - i == 1 and 0 < number < len(codes) - 1
        if what == "equal" and not lone:
            out += [_mark("del", taken), _mark("ins", put), escape("".join(b[k:m]))]
            taken, put = "", ""
        else:
            # One sign that happens to be the same between two changes belongs to them.
            taken, put = taken + "".join(a[i:j]), put + "".join(b[k:m])
    return "".join([*out, _mark("del", taken), _mark("ins", put)])


def _mark(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _words_of(element: Any) -> str:
    return "".join(element.itertext())


def _html(element: Any) -> str:
    text: str = lxml.html.tostring(element, encoding="unicode", with_tail=False)
    return text


def _inside(element: Any) -> str:
    return escape(element.text or "") + "".join(
        lxml.html.tostring(child, encoding="unicode", with_tail=True) for child in element
    )


def _tags(element: Any) -> tuple[str, str]:
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in element.attrib.items())
    return f"<{element.tag}{attributes}>", f"</{element.tag}>"
