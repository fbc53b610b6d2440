"""Manuscripts: probe and judge (C2): 字数, and quotations that name no source (C14)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from .facts import ManuscriptFacts
from .findings import Finding
from .messages import make_finding
from .rules import ManuscriptRules
from .sniff import sniff_path
from .text import ManuscriptError, read_manuscript
from .wording import format_label, tolerated_words
from .words import count_words

#: What readers accept as naming a source.
_SOURCE = re.compile(
    r"(?:来源|转载自|转自|摘自|选自|引自|出处|原载|原文刊(?:登|载)于|刊(?:登|载|发)于|稿源|供稿媒体|文章链接|原文链接)"
    r"\s*(?:为|于)?\s*[:：《“]?\s*[^\s，。；、]{2,}"
    r"|[(（【\[](?:来源|据|摘自|转自|引自|见)[^)）】\]]{2,40}[)）】\]]"
    r"|https?://\S+"
)
_REPORTED = re.compile(
    r"据[^，。；\n]{0,20}(?:报道|消息|讯|刊文)|(?:记者|媒体)[^，。；\n]{0,10}(?:报道称|报道说|写道|撰文)"
)
_QUOTED: Final = re.compile(r"“([^“”]*)”|「([^「」]*)」|『([^『』]*)』")
#: Words after an outlet's name that make the mention a quotation.
_CITING: Final = r"[^。；\n]{0,12}(?:报道|刊文|刊发|评论|撰文|指出|写道|发表|消息|讯|载文|称)"
#: Words with which an outlet is only present: it came, filmed, was invited.
_PRESENT: Final = re.compile(r"(?:等媒体)?(?:的?记者)?[^。；\n]{0,6}(?:到场|采访了|前来|走进|受邀|参加|来校|莅临|探校)")
_EXCERPT: Final = 20


def probe_manuscript(path: Path, name: str = "") -> ManuscriptFacts:
    """Return the text and its 字数; a file that cannot be read shows in ``problem``. Raises OSError."""
    name = name or path.name
    size = path.stat().st_size
    kind = sniff_path(path)
    try:
        text = read_manuscript(path, name)
    except ManuscriptError as error:
        return ManuscriptFacts(name=name, bytes=size, format=kind, problem=error.reason, problem_en=error.reason_en)
    return ManuscriptFacts(name=name, bytes=size, format=kind, words=count_words(text), text=text)


def judge_manuscript_file(
    facts: ManuscriptFacts, rules: ManuscriptRules, subject: str = "", source: str = ""
) -> list[Finding]:
    """Return the findings on a manuscript that came as a file (C2, C14 for false file types)."""
    subject = subject or facts.name
    if facts.bytes == 0:
        return [make_finding("file.empty", subject)]
    label, label_en = format_label(facts.format), format_label(facts.format, english=True)
    if facts.format in ("doc", "rtf"):
        return [make_finding("manuscript.old_format", subject, value=label, english={"value": label_en})]
    if facts.problem and facts.format not in ("docx", "txt"):
        return [make_finding("manuscript.format", subject, value=label, english={"value": label_en})]
    if facts.problem:
        english: dict[str, Any] = {"value": facts.problem_en}
        return [make_finding("manuscript.unreadable", subject, value=facts.problem, english=english)]
    return judge_manuscript(facts.text, rules, subject, source=source)


def judge_manuscript(text: str, rules: ManuscriptRules, subject: str, *, source: str = "") -> list[Finding]:
    """Return the findings on a text by an edition's rules (C2).

    ``subject`` is its title; ``source`` the quotation's source if the form asked for it apart from the text.
    """
    words = count_words(text)
    if words == 0:
        return [make_finding("manuscript.empty", subject)]
    findings = []
    code_limit = _length(words, rules)
    if code_limit:
        code, limit = code_limit
        values: dict[str, Any] = {"value": words, "limit": limit, "min": rules.min_words, "max": rules.max_words}
        findings.append(make_finding(code, subject, **values))
    excerpt = "" if source.strip() else unsourced_quotation(text, rules)
    if excerpt:
        findings.append(make_finding("manuscript.source", subject, value=excerpt))
    return findings


def _length(words: int, rules: ManuscriptRules) -> tuple[str, int] | None:
    lowest, highest = tolerated_words(rules)
    if words < lowest:
        return "manuscript.too_short", lowest
    if words < rules.min_words:
        return "manuscript.short", rules.min_words
    if words > highest:
        return "manuscript.too_long", highest
    if words > rules.max_words:
        return "manuscript.long", rules.max_words
    return None


def names_source(text: str, source: str = "") -> bool:
    """Whether the text, or the field beside it, names a source in any way that readers accept."""
    return bool(source.strip() or _SOURCE.search(text))


def unsourced_quotation(text: str, rules: ManuscriptRules) -> str:
    """Return the start of what looks quoted from a medium while the text names no source; ``""`` when nothing does.

    Quoting is: 据…报道, one of the edition's outlets with a citing verb, or a quotation of at least
    ``rules.quotation_words`` 字. An outlet whose reporter merely came along is not quoted.
    """
    if _SOURCE.search(text):
        return ""
    found = _REPORTED.search(text)
    if found:
        return _excerpt(found.group())
    if rules.outlets:
        names = "|".join(re.escape(name) for name in sorted(rules.outlets, key=len, reverse=True))
        for mention in re.finditer(f"(?:{names})[》”]?({_CITING})?", text):
            if mention.group(1) and not _PRESENT.match(text, mention.end() - len(mention.group(1))):
                return _excerpt(mention.group())
    if rules.quotation_words:
        for quotation in _QUOTED.finditer(text):
            inside = next((group for group in quotation.groups() if group), "")
            if count_words(inside) >= rules.quotation_words:
                return _excerpt(inside)
    return ""


def _excerpt(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…"
